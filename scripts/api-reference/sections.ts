import { type Entry } from "./exports.ts";
import { type Member, membersOf } from "./members.ts";
import type { Declaration, DeclarationNode } from "./module.ts";

/** One declaration's part of the reference. */
export interface Section {
  readonly declaration: Declaration;
  readonly kind: "Functions" | "Classes" | "Types";
  readonly anchor: string;
  readonly methods: readonly Member[];
}

export interface EntrySections {
  readonly entry: Entry;
  readonly anchor: string;
  readonly sections: readonly Section[];
  /** Exports that an earlier entry has, too: they are described there. */
  readonly repeated: readonly { readonly section: Section; readonly of: Entry }[];
}

export const KINDS = ["Functions", "Classes", "Types"] as const;

/** Lays the reference out: each declaration once, in the first entry that exports it, functions before types. */
export function layOut(title: string, entries: readonly Entry[]): EntrySections[] {
  const anchorOf = anchors();
  anchorOf(title);
  const known = new Map<DeclarationNode, { section: Section; of: Entry }>();
  return entries.map((entry) => {
    const anchor = anchorOf(entry.name);
    const declarations = [...entry.exports.values()].toSorted(
      (one, other) => KINDS.indexOf(kindOf(one)) - KINDS.indexOf(kindOf(other)),
    );
    const repeated = declarations.flatMap((declaration) => known.get(declaration.node) ?? []);
    const sections = declarations
      .filter((declaration) => !known.has(declaration.node))
      .map((declaration): Section => {
        const section = { declaration, kind: kindOf(declaration), anchor: anchorOf(declaration.name) };
        const methods = membersOf(declaration).filter(({ kind }) => kind === "method");
        for (const { name } of methods) anchorOf(name);
        return { ...section, methods };
      });
    for (const section of sections) known.set(section.declaration.node, { section, of: entry });
    return { entry, anchor, sections, repeated };
  });
}

function kindOf({ node }: Declaration): Section["kind"] {
  if (node.type === "ClassDeclaration") return "Classes";
  return node.type === "TSInterfaceDeclaration" || node.type === "TSTypeAliasDeclaration"
    ? "Types"
    : "Functions";
}

/** Names headings as GitHub does: a repeated heading gets a number. */
function anchors(): (heading: string) => string {
  const counts = new Map<string, number>();
  return (heading) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  };
}
