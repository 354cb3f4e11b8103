import type { DocComment } from "./doc-comment.ts";
import { type Links, namesIn } from "./links.ts";
import type { Declaration } from "./module.ts";

/** What the parts of one entry share. */
export interface Page {
  readonly links: Links;
  /** Notes what a declaration's source lacks; the reference is then refused. */
  readonly report: (declaration: Declaration, problem: string) => void;
}

/** Reports types of the package that code names, and that its users cannot import. */
export function assertExported({ links, report }: Page, declaration: Declaration, code: string): void {
  const known = new Set(links.named(code));
  for (const name of namesIn(code)) {
    if (known.has(name) || !declaration.module.isOwn(name)) continue;
    report(declaration, `${declaration.name} names ${name}, which no entry exports`);
  }
}

/** What a doc comment says, its tags as a list. @param self the name that it describes */
export function description({ links }: Page, doc: DocComment | undefined, self: string): string[] {
  if (doc === undefined) return [];
  const tags = [
    ...doc.parameters.map(({ name, text }) => `- Parameter \`${name}\`: ${text}`),
    ...(doc.returns === undefined ? [] : [`- Returns: ${doc.returns}`]),
    ...doc.throws.map((text) => `- Throws: ${thrown(text)}`),
  ];
  return [doc.text, tags.join("\n")].filter((text) => text !== "").map((text) => links.prose(text, self));
}

/** "TypeError an option is invalid" -> "`TypeError`: an option is invalid". */
function thrown(text: string): string {
  return text.replace(/^(\w*Error) (?=if )/, "`$1` ").replace(/^(\w*Error) /, "`$1`: ");
}

/** Links to the declarations that code names. */
export function seeAlso({ links }: Page, code: string, self: string): string[] {
  const names = links.named(code).filter((name) => name !== self);
  return names.length === 0 ? [] : [`See ${names.map((name) => links.to(name)).join(", ")}.`];
}

export function codeBlock(code: string): string[] {
  return code === "" ? [] : [`\`\`\`ts\n${code}\n\`\`\``];
}
