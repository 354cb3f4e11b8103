/** A doc comment in its parts. The texts are Markdown. */
export interface DocComment {
  /** Paragraphs, separated by an empty line; within one, lines as in the source. */
  readonly text: string;
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  readonly returns: string | undefined;
  /** What is thrown: an error's class, then when; or several classes; or a sentence. */
  readonly throws: readonly string[];
  /** Whether it describes the module, not the declaration that follows. */
  readonly isModule: boolean;
  /** Whether it is not for users. */
  readonly isInternal: boolean;
}

/** Tags stand at the beginning of a line, or after a sentence: "Reads the store. @throws StoreError". */
const TAG = /(?:^|(?<=\s))@(?=param|returns|throws|module|internal)/m;

/** @param comment the comment's inside: what is between its two marks */
export function parseDocComment(comment: string): DocComment {
  const [text = "", ...tags] = comment.replaceAll(/^\s*\* ?/gm, "").split(new RegExp(TAG, "gm"));
  const tagged = (tag: string) =>
    tags.filter((part) => part.startsWith(tag)).map((part) => oneLine(part.slice(tag.length)));
  return {
    text: text.trim(),
    parameters: tagged("param ").map((part) => {
      const [, name = "", text = ""] = /^(\S+) ?(.*)$/.exec(part) ?? [];
      return { name, text };
    }),
    returns: tagged("returns ")[0],
    throws: tagged("throws ").flatMap((part) => part.split("; ")),
    isModule: tags.some((part) => part.startsWith("module")),
    isInternal: tags.some((part) => part.startsWith("internal")),
  };
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Takes the sentence that begins with "Default" out of a description. Both are on one line. */
export function splitDefault(text: string): { readonly meaning: string; readonly standard: string } {
  const line = oneLine(text);
  const [sentence = "", standard = ""] = /\bDefault:? (.+?)\.(?=\s|$)/.exec(line) ?? [];
  return { meaning: oneLine(line.replace(sentence, "")), standard };
}
