/** What stands before the text of a page, between two lines of `---`. */
interface FrontMatter {
  title: string | undefined;
  description: string;
  body: string;
}

const KEYS = ["title", "description"];
/** Longest value, characters. */
const MAX_VALUE = 300;

/** Reads front matter: lines of `key: value`. A text without it is all body. */
export function frontMatter(text: string): FrontMatter | { fault: string } {
  const lines = text.split(/\r?\n/);
  const values = new Map<string, string>();
  if (lines[0]?.trimEnd() !== "---") return { title: undefined, description: "", body: lines.join("\n") };
  const end = lines.findIndex((line, at) => at > 0 && line.trimEnd() === "---");
  if (end === -1) return { fault: 'has front matter without an end: a line of "---"' };
  for (const line of lines.slice(1, end).filter((line) => line.trim() !== "")) {
    const [key = "", ...rest] = line.split(":");
    const value = unquoted(rest.join(":").trim());
    if (!KEYS.includes(key))
      return {
        fault: `has ${JSON.stringify(key.slice(0, 40))} in its front matter, where title and description may stand`,
      };
    if (value.length > MAX_VALUE) return { fault: `has a ${key} of more than ${MAX_VALUE} characters` };
    values.set(key, value);
  }
  return {
    title: values.get("title") || undefined,
    description: values.get("description") ?? "",
    body: lines.slice(end + 1).join("\n"),
  };
}

/** YAML allows a text in quotes. */
function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
}
