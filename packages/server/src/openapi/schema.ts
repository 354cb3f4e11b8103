/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it. */
export type Schema = Readonly<Record<string, unknown>>;

/** A parameter of a request, or a member of a response. */
export interface Field {
  /** Markdown. */
  description: string;
  /** By default, text. */
  schema?: Schema;
  required?: true;
}

/** By their names on the wire, in the order in which they are shown. */
export type Fields = Readonly<Record<string, Field>>;

/** The schema of an object with these members. Others may come too: a client ignores what it does not know. */
export function objectOf(fields: Fields, details: Schema = {}): Schema {
  const required = Object.entries(fields).flatMap(([name, field]) => (field.required ? [name] : []));
  const properties = Object.entries(fields).map(([name, field]) => [name, schemaOf(field)]);
  return {
    type: "object",
    ...details,
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** The schema of one field, with its description. */
export function schemaOf({ description, schema = TEXT }: Field): Schema {
  return { ...schema, description };
}

/** The JSON type of a field. */
export function typeOf({ schema = TEXT }: Field): string {
  return typeof schema["type"] === "string" ? schema["type"] : "string";
}

/** A schema among the components of the document. */
export function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export const TEXT = { type: "string" } as const;
export const SECONDS = { type: "integer", minimum: 0 } as const;
export const URI = { type: "string", format: "uri" } as const;
