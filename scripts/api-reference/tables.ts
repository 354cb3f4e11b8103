import { markdownTable } from "../markdown.ts";
import { oneLine, splitDefault } from "./doc-comment.ts";
import { alternativesOf, type Member, membersOf } from "./members.ts";
import type { Declaration } from "./module.ts";
import { assertExported, type Page } from "./page.ts";
import { docInBase } from "./signatures.ts";
import { valuesOf } from "./values.ts";

/** The tables of a declaration: its properties, its values or its alternatives. */
export function renderTables(page: Page, declaration: Declaration): string[] {
  return [renderProperties, renderValues, renderAlternatives].flatMap((render) => render(page, declaration));
}

/** The table of a class's or an interface's properties; a column for defaults if one has a default. */
function renderProperties(page: Page, declaration: Declaration): string[] {
  const rows = membersOf(declaration)
    .filter(({ kind, name }) => kind === "property" && !isOwnName(declaration, name))
    .map((member) => propertyRow(page, declaration, member));
  if (rows.length === 0) return [];
  const hasDefaults = rows.some(([, , standard]) => standard !== "" && standard !== REQUIRED);
  const table = [["Name", "Type", "Default", "Meaning"], ...rows];
  const [header = [], ...cells] = hasDefaults ? table : table.map((row) => row.toSpliced(2, 1));
  return [markdownTable(header, cells)];
}

const REQUIRED = "required";

function propertyRow(page: Page, declaration: Declaration, member: Member): string[] {
  const doc = member.doc ?? docInBase(declaration, member.name);
  const { meaning, standard } = splitDefault(doc?.text ?? "");
  if (meaning === "") page.report(declaration, `${declaration.name}.${member.name} has no doc comment`);
  assertExported(page, declaration, member.type);
  const name = `\`${member.name}${member.optional ? "?" : ""}\``;
  const texts = [standard || (member.optional ? "" : REQUIRED), meaning];
  return [
    name,
    page.links.code(member.type),
    ...texts.map((text) => page.links.prose(text, declaration.name)),
  ];
}

/** An error's `name` repeats the class's. */
function isOwnName({ node }: Declaration, member: string): boolean {
  return node.type === "ClassDeclaration" && member === "name";
}

/** The table of a closed set of values, if the source describes them one by one. */
function renderValues(page: Page, declaration: Declaration): string[] {
  const values = valuesOf(declaration);
  if (values.every(({ doc }) => doc === undefined)) return [];
  const rows = values.map(({ code, doc }) => {
    if (doc === undefined) page.report(declaration, `${declaration.name}: ${code} has no doc comment`);
    return [`\`${code}\``, page.links.prose(oneLine(doc?.text ?? ""), declaration.name)];
  });
  return [markdownTable(["Value", "Meaning"], rows)];
}

type Alternatives = ReturnType<typeof alternativesOf>;

/** The member whose value tells the alternatives apart, such as `type`. */
function tagOf(alternatives: Alternatives): string | undefined {
  const tags = alternatives[0]?.members.filter(({ type }) => type.startsWith('"')) ?? [];
  return tags.find(({ name }) =>
    alternatives.every(({ members }) => members.some((member) => member.name === name)),
  )?.name;
}

/** The table of a union of objects with a tag. */
function renderAlternatives(page: Page, declaration: Declaration): string[] {
  const alternatives = alternativesOf(declaration);
  const tag = tagOf(alternatives);
  if (tag === undefined) return [];
  const rows = alternatives.map(({ doc, members }) => {
    const value = members.find(({ name }) => name === tag)?.type ?? "";
    if (doc === undefined) page.report(declaration, `${declaration.name}: ${value} has no doc comment`);
    const others = members.filter(({ name }) => name !== tag);
    const types = others.map(({ name, optional, type }) =>
      page.links.code(`${name}${optional ? "?" : ""}: ${type}`),
    );
    const meanings = others.flatMap(({ name, doc }) => (doc ? [`\`${name}\`: ${doc.text}`] : []));
    const text = oneLine([doc?.text ?? "", ...meanings].join(" "));
    return [page.links.code(value), types.join("<br>"), page.links.prose(text, declaration.name)];
  });
  return [markdownTable([`\`${tag}\``, "Further members", "Meaning"], rows)];
}
