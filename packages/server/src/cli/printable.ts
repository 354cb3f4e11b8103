/**
 * What would move the cursor, set colours, break the line or change the writing direction: control and format characters
 * and line separators. Not the two that join letters or emoji, which do none of it.
 */
const ACTIVE = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Makes a stored or foreign text safe to print on one line: its active characters become U+FFFD. */
export function printable(text: string): string {
  return text.toWellFormed().replace(ACTIVE, "\uFFFD");
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** One line of JSON, with active characters as escapes: the same value, and safe to print. */
export function jsonLine(value: unknown): string {
  const escaped = (character: string) =>
    Array.from({ length: character.length }, (_, i) => {
      return `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
    }).join("");
  return JSON.stringify(value).replace(ACTIVE, escaped);
}
