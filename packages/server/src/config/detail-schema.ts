import { z } from "zod";

/** How deep the JSON Schema of a type may be nested, and how long it may be as JSON, characters. */
const MAX_DEPTH = 16;
const MAX_SCHEMA = 16 * 1024;

/** A JSON Schema, as JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What an object of a type must be, and the members that the type's schema names, at any depth. */
export interface DetailSchema {
  readonly schema: z.ZodType;
  readonly members: ReadonlySet<string>;
}

/**
 * Compiles the JSON Schema of a type of authorization details. RFC 9396 §5: unknown members are refused, so an object that
 * does not say `additionalProperties` has none but its `properties`. `type` needs no mention.
 *
 * @throws Error if it is not the schema of an object, is too large, or has a keyword that is not supported
 */
export function compileDetailSchema(type: string, schema: JsonSchema): DetailSchema {
  if (schema["type"] !== "object") throw new Error("must be a JSON Schema with type object");
  if (JSON.stringify(schema).length > MAX_SCHEMA) {
    throw new Error(`must not be longer than ${MAX_SCHEMA} characters`);
  }
  const members = new Set(["type"]);
  const properties = { ...(schema["properties"] as object | undefined), type: { const: type } };
  const required = [...((schema["required"] as string[] | undefined) ?? []), "type"];
  const complete = closed({ ...schema, properties, required }, members, MAX_DEPTH) as JsonSchema;
  return { schema: z.fromJSONSchema(complete), members };
}

/** Closes the objects of a schema that name their properties, and collects the names. */
function closed(schema: unknown, members: Set<string>, depth: number): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (depth === 0) throw new Error(`must not be nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(schema)) return schema.map((one) => closed(one, members, depth - 1));
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (keyword === "properties" || keyword === "$defs" || keyword === "definitions") {
      const named = Object.entries(value as object).map(([name, one]): [string, unknown] => {
        if (keyword === "properties") members.add(name);
        return [name, closed(one, members, depth - 1)];
      });
      return [keyword, Object.fromEntries(named)];
    }
    return SCHEMAS.has(keyword) ? [keyword, closed(value, members, depth - 1)] : [keyword, value];
  });
  const isOpen = "properties" in schema && !("additionalProperties" in schema);
  return Object.fromEntries(isOpen ? [...entries, ["additionalProperties", false]] : entries);
}

/** Keywords whose value is a schema, or a list of them. */
const SCHEMAS: ReadonlySet<string> = new Set(["items", "prefixItems", "anyOf", "oneOf"]);
