import { z } from "zod";
import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../config/reserved-scopes.ts";
import { IDEMPOTENCY_KEY_FORM, takesIdempotencyKey } from "./operation.ts";
import type { Operation } from "./operation.ts";
import { errorsOf } from "./problems.ts";

export type Json = Record<string, unknown>;

/** An operation in OpenAPI. Components that it refers to are added to `schemas`. */
export function describe(operation: Operation, schemas: Json, isTagged: (path: string) => boolean): Json {
  const { name, group, summary, description, scope, body, status = 200, response, tagged } = operation;
  const headers = tagged ? { headers: { ETag: header("The entity tag of the resource as it is now.") } } : {};
  return {
    operationId: name,
    tags: [group],
    summary,
    ...(description && { description }),
    // Scopes are alternatives: the wider one implies the narrower.
    security: [...(scope === "read" ? [{ admin: [ADMIN_READ_SCOPE] }] : []), { admin: [ADMIN_SCOPE] }],
    parameters: [...parametersOf(operation, schemas), ...headersOf(operation, isTagged)],
    ...(body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: schemaOf(body, "input", schemas) } },
      },
    }),
    responses: {
      [status]: {
        description: status === 204 ? "Done." : `${summary}.`,
        ...headers,
        ...(response && { content: contentOf(operation, schemaOf(response, "output", schemas)) }),
      },
      ...(tagged && {
        304: { description: "The representation has the tag of `If-None-Match`.", ...headers },
      }),
      ...errorsOf(operation),
    },
  };
}

/** The JSON, and the other formats, which are text. */
function contentOf({ formats = {} }: Operation, schema: Json): Json {
  const others = Object.entries(formats).map(([type, description]) => {
    return [type, { schema: { type: "string", description } }] as const;
  });
  return { "application/json": { schema }, ...Object.fromEntries(others) };
}

function header(description: string): Json {
  return { description, schema: { type: "string" } };
}

function parametersOf({ parameters = {}, query = {} }: Operation, schemas: Json): Json[] {
  const list = (fields: Readonly<Record<string, z.ZodType>>, place: "path" | "query") =>
    Object.entries(fields).map(([name, schema]) => {
      const { description, ...rest } = schemaOf(schema, "input", schemas);
      return { name, in: place, required: place === "path", description, schema: rest };
    });
  return [...list(parameters, "path"), ...list(query, "query")];
}

/** Headers that make a request conditional (RFC 9110 §13.1), safe to repeat, or go on where it was interrupted. */
function headersOf(operation: Operation, isTagged: (path: string) => boolean): Json[] {
  const { tagged, path, method, formats = {} } = operation;
  const isOfResource = method !== "GET" && isTagged(path);
  const described: readonly (readonly [applies: boolean, name: string, text: string])[] = [
    [tagged === true, "If-None-Match", "The tag of a representation that the client has."],
    [isOfResource, "If-Match", "Only if the resource still has this tag."],
    [
      takesIdempotencyKey(operation),
      "Idempotency-Key",
      "A value that the client makes for this request, such as a UUID: the same request with it is carried out once, and " +
        "gets the same response for a day.",
    ],
    ["text/event-stream" in formats, "Last-Event-ID", "The id of the last event that the client has."],
  ];
  return described
    .filter(([applies]) => applies)
    .map(([, name, description]) => {
      const schema = { type: "string", ...HEADER_FORMS[name] };
      return { name, in: "header", required: false, description, schema };
    });
}

/** What the schemas of headers say beside that they are text. */
const HEADER_FORMS: Readonly<Record<string, Json>> = {
  "Idempotency-Key": { pattern: IDEMPOTENCY_KEY_FORM.source, minLength: 1, maxLength: 257 },
  "Last-Event-ID": { pattern: "^(?:0|[1-9][0-9]{0,14})$" },
};

/** The JSON Schema (2020-12) of a zod schema. What has an id becomes a component, and a reference to it. */
export function schemaOf(schema: z.ZodType, io: "input" | "output", schemas: Json): Json {
  // Of a schema at the top, zod writes no reference.
  const whole = z.toJSONSchema(z.object({ schema: schema.nonoptional() }), { io, unrepresentable: "any" });
  const { $defs = {}, properties } = JSON.parse(
    JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as { $defs?: Json; properties: { schema: Json } };
  Object.assign(schemas, $defs);
  return properties.schema;
}
