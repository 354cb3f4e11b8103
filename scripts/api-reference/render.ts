import { relative } from "node:path";
import { markdownTable } from "../markdown.ts";
import { oneLine } from "./doc-comment.ts";
import { entriesOf } from "./exports.ts";
import { Links } from "./links.ts";
import { extendedBy, type Member } from "./members.ts";
import type { Declaration } from "./module.ts";
import { assertExported, codeBlock, description, type Page, seeAlso } from "./page.ts";
import { type EntrySections, KINDS, layOut, type Section } from "./sections.ts";
import { docInBase, hasInlineOptions, signatureOf } from "./signatures.ts";
import { renderTables } from "./tables.ts";

/**
 * The reference of a package's entries, as Markdown.
 *
 * @param folder the package's
 * @param introduction Markdown below the title
 * @throws Error with a line for each exported name or member that no doc comment describes, and for each type that they
 *   name although no entry exports it
 */
export function renderApi(folder: string, title: string, introduction: string): string {
  const entries = layOut(title, entriesOf(folder));
  const problems: string[] = [];
  const report = ({ module }: Declaration, problem: string) => {
    problems.push(`${relative(folder, module.path)}: ${problem}`);
  };
  const parts = entries.map((entry) => {
    const { name, module } = entry.entry;
    if (module.doc === undefined) problems.push(`${name}: no comment with @module describes it`);
    return renderEntry({ links: new Links(entry, entries), report }, entry);
  });
  if (problems.length > 0) throw new Error([`${title} is incomplete:`, ...problems].join("\n  "));
  return [`# ${title}`, introduction, renderOverview(entries), ...parts].join("\n\n");
}

/** Each entry with the first sentence of its description. */
function renderOverview(entries: readonly EntrySections[]): string {
  const rows = entries.map(({ entry, anchor }) => {
    const [sentence = ""] = /^.+?\.(?=\s|$)/.exec(oneLine(entry.module.doc?.text ?? "")) ?? [];
    return [`[\`${entry.name}\`](#${anchor})`, sentence];
  });
  return markdownTable(["Entry", "For"], rows);
}

function renderEntry(page: Page, { entry, sections, repeated }: EntrySections): string {
  const contents = KINDS.flatMap((kind) => {
    const names = sections
      .filter((section) => section.kind === kind)
      .map(({ declaration }) => declaration.name);
    return names.length === 0 ? [] : [`- ${kind}: ${names.map((name) => page.links.to(name)).join(", ")}`];
  });
  const elsewhere = repeated.map(
    ({ section, of }) => `- As in ${page.links.to(of.name)}: ${page.links.to(section.declaration.name)}`,
  );
  const text = page.links.prose(entry.module.doc?.text ?? "", entry.name);
  const parts = sections.map((section) => renderSection(page, section));
  return [`## \`${entry.name}\``, text, [...contents, ...elsewhere].join("\n"), ...parts].join("\n\n");
}

function renderSection(page: Page, { declaration, methods }: Section): string {
  const { name, doc } = declaration;
  if (doc === undefined) page.report(declaration, `${name} has no doc comment`);
  if (
    hasInlineOptions(declaration) &&
    doc?.parameters.every((parameter) => parameter.name !== "options") === true
  ) {
    page.report(declaration, `${name} has no @param that describes its options`);
  }
  const tables = renderTables(page, declaration);
  const isTable = tables.length > 0 && declaration.node.type === "TSTypeAliasDeclaration";
  const signature = isTable ? "" : signatureOf(declaration);
  assertExported(page, declaration, signature);
  const bases = extendedBy(declaration).map((base) => page.links.to(base));
  const parts = methods
    .filter((method) => method.name !== "constructor")
    .map((method) => renderMethod(page, declaration, method));
  return [
    `### \`${name}\``,
    ...codeBlock(signature),
    ...description(page, doc, name),
    ...tables,
    ...(bases.length === 0 ? [] : [`With the members of ${bases.join(" and ")}.`]),
    ...seeAlso(page, signature, name),
    ...parts,
  ].join("\n\n");
}

function renderMethod(page: Page, declaration: Declaration, { name, type, doc }: Member): string {
  const described = doc ?? docInBase(declaration, name);
  if (described === undefined) page.report(declaration, `${declaration.name}.${name} has no doc comment`);
  assertExported(page, declaration, type);
  const see = seeAlso(page, type, declaration.name);
  return [`#### \`${name}\``, ...codeBlock(type), ...description(page, described, name), ...see].join("\n\n");
}
