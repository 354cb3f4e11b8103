// String literals of the example languages, for printable ASCII.

/** A word of a POSIX shell: in single quotes everything but a single quote is literal (POSIX XCU §2.2.2). */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** PHP, in single quotes: `\` and `'` are escaped, and no variable is filled in. */
export function phpString(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}

/** Python, Go, Java and C#, whose literals escape `"` and `\` as JSON does. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** JavaScript that may stand in a `script` element: `</script>` and `<!--` in it would end or change that. */
export function scriptString(text: string): string {
  return JSON.stringify(text).replaceAll("<", String.raw`\u003c`);
}
