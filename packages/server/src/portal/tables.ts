import { typeOf } from "../openapi/schema.ts";
import type { Fields } from "../openapi/schema.ts";
import type { Language } from "../pages/language.ts";
import type { MessageKey } from "../pages/messages/en.ts";
import { code, section, text } from "./document.ts";
import type { Block, Section } from "./document.ts";

/** The texts of parameters or members, by their names. */
export type Texts = Readonly<Record<string, MessageKey>>;

/** A parameter in the reader's language. */
export interface ParameterRow {
  name: string;
  text: string;
  required: MessageKey;
}

/** The method and the URL of an endpoint. */
export function endpointTable({ t }: Language, method: "GET" | "POST", url: string): Block {
  return { kind: "table", columns: [t("docs.method"), t("docs.uri")], rows: [[method, code(url)]] };
}

/** The section that names an endpoint to which forms are posted. */
export function endpointSection(language: Language, url: string): Section {
  return section("endpoint", language.t("docs.endpoint"), endpointTable(language, "POST", url));
}

/** The section of what is posted there, and how. */
export function requestSection({ t }: Language, parameters: Block): Section {
  return section("request", t("docs.request"), parameters, ...requestNotes({ t }));
}

/** How a request is sent, and how a client without a secret authenticates. */
export function requestNotes({ t }: Pick<Language, "t">): Block[] {
  return [text(t("docs.requestNote")), text(t("docs.keyNote"))];
}

/** The parameters of a request. All are text on the wire. */
export function parameterTable({ t }: Language, rows: readonly ParameterRow[]): Block {
  return {
    kind: "table",
    columns: [t("docs.parameter"), t("docs.type"), t("docs.description"), t("docs.required")],
    rows: rows.map(({ name, text, required }) => [code(name), "string", text, t(required)]),
  };
}

/**
 * The rows of those fields that have a text.
 *
 * @param required when a parameter is required, where the fields cannot say it
 */
export function fieldRows(
  { t }: Language,
  fields: Fields,
  texts: Texts,
  required: Texts = {},
): ParameterRow[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const text = texts[name];
    if (text === undefined) return [];
    return [{ name, text: t(text), required: required[name] ?? (field.required ? "docs.yes" : "docs.no") }];
  });
}

/** A member in the reader's language. */
export type MemberRow = readonly [name: string, type: string, text: string];

/** The rows of those members of a response that have a text. */
export function memberRows({ t }: Language, fields: Fields, texts: Texts): MemberRow[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const text = texts[name];
    return text === undefined ? [] : [[name, typeOf(field), t(text)] as const];
  });
}

/** The members of a response, or of the query of a redirect. */
export function memberTable({ t }: Language, rows: readonly MemberRow[]): Block {
  return {
    kind: "table",
    columns: [t("docs.parameter"), t("docs.type"), t("docs.description")],
    rows: rows.map(([name, type, text]) => [code(name), type, text]),
  };
}

/** A response in JSON. */
export function sample(response: object): Block {
  return { kind: "code", language: "json", code: JSON.stringify(response, null, 2) };
}
