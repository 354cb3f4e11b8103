import { alternativesOf, membersOf } from "./members.ts";
import type { EntrySections } from "./sections.ts";

/** Links from one entry's part to the declarations and entries that code and prose name. */
export class Links {
  readonly #targets = new Map<string, string>();
  readonly #classes = new Set<string>();
  /** Names of members, which in prose mean the member. */
  readonly #members = new Set<string>();

  constructor(current: EntrySections, all: readonly EntrySections[]) {
    // What comes first wins: a name of this entry means this entry's.
    for (const { entry, anchor, sections } of [current, ...all]) {
      this.#add(entry.name, anchor);
      this.#add(entry.name.replace(/^@[^/]+\/[^/]+/, "."), anchor);
      for (const { declaration, kind, anchor } of sections) {
        this.#add(declaration.name, anchor);
        if (kind === "Classes") this.#classes.add(declaration.name);
        const alternatives = alternativesOf(declaration).flatMap(({ members }) => members);
        for (const { name } of [...membersOf(declaration), ...alternatives]) this.#members.add(name);
      }
    }
  }

  #add(name: string, anchor: string): void {
    if (!this.#targets.has(name)) this.#targets.set(name, anchor);
  }

  /** The name in code, linked if the reference describes it. */
  to(name: string): string {
    const anchor = this.#targets.get(name);
    return anchor === undefined ? `\`${name}\`` : `[\`${name}\`](#${anchor})`;
  }

  /** Code that is a link as a whole, to the first declaration that it names. */
  code(text: string): string {
    const [name] = this.named(text);
    return name === undefined ? `\`${text}\`` : `[\`${text}\`](#${this.#targets.get(name)})`;
  }

  /** The declarations that code names. */
  named(code: string): string[] {
    return namesIn(code).filter((name) => this.#targets.has(name));
  }

  /** Markdown in which names in code, and names of classes, are links. @param self the name that is described */
  prose(text: string, self: string): string {
    const isLinked = (name: string) => name !== self && this.#targets.has(name) && !this.#members.has(name);
    return text
      .split(/(`[^`]*`)/)
      .map((part) => {
        if (!part.startsWith("`")) {
          return part.replaceAll(/\b[A-Z]\w+/g, (name) => (this.#classes.has(name) ? this.to(name) : name));
        }
        const name = part.slice(1, -1);
        return isLinked(name) ? this.to(name) : part;
      })
      .join("");
  }
}

/** The names of types and classes in code. */
export function namesIn(code: string): string[] {
  return [...new Set(code.replaceAll(/"[^"]*"/g, "").match(/\b[A-Z]\w+/g))];
}
