import { z } from "zod";
import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../config/reserved-scopes.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { Operation } from "./operation.ts";
import { ADMIN_PATH } from "./paths.ts";
import { errorsOf, PROBLEM } from "./problems.ts";
import { OPERATIONS } from "./table.ts";

type Json = Record<string, unknown>;

const GROUPS: Readonly<Record<string, string>> = {
  clients: "Clients, their settings and secrets.",
  accounts: "Regrant's own accounts.",
  grants: "Grants: what a client may do for a subject, until it expires or is revoked.",
  keys: "The keys that sign access tokens and protect refresh tokens.",
  registrationTokens: "Tokens with which clients register themselves.",
  webhooks: "Webhooks: receivers of signed messages about events.",
  events: "What happened: the audit log.",
  statistics: "Numbers over time.",
};

/** The OpenAPI 3.1 document of the admin API, from the table of operations. */
export function openApiDocument(issuer: string): object {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation, schemas) };
  }
  schemaOf(PROBLEM, "output", schemas);
  const used = new Set(OPERATIONS.map(({ group }) => group));
  return {
    openapi: "3.1.0",
    info: {
      title: "Regrant: admin API",
      version: "1",
      description:
        "Administers the token service. Members of responses that are not described here may be added; a client ignores them.",
    },
    servers: [{ url: issuer + ADMIN_PATH }],
    security: [{ admin: [ADMIN_SCOPE] }],
    tags: [...used].map((name) => ({ name, ...(GROUPS[name] && { description: GROUPS[name] }) })),
    paths,
    components: { securitySchemes: { admin: securityScheme(issuer) }, schemas },
  };
}

function securityScheme(issuer: string): Json {
  return {
    type: "oauth2",
    description:
      "Access tokens of the service itself, of a client that has one of the scopes; `npx regrant admin token` makes one too.",
    flows: {
      clientCredentials: {
        tokenUrl: issuer + PATHS.token,
        scopes: {
          [ADMIN_SCOPE]: "Every operation.",
          [ADMIN_READ_SCOPE]: "Operations that only read.",
        },
      },
    },
  };
}

function describe(operation: Operation, schemas: Json): Json {
  const { name, group, summary, description, scope, body, status = 200, response, tagged } = operation;
  const headers = tagged ? { headers: { ETag: header("The entity tag of the resource as it is now.") } } : {};
  return {
    operationId: name,
    tags: [group],
    summary,
    ...(description && { description }),
    // Scopes are alternatives: the wider one implies the narrower.
    security: [...(scope === "read" ? [{ admin: [ADMIN_READ_SCOPE] }] : []), { admin: [ADMIN_SCOPE] }],
    parameters: [...parametersOf(operation, schemas), ...conditionsOf(operation)],
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
        ...(response && {
          content: { "application/json": { schema: schemaOf(response, "output", schemas) } },
        }),
      },
      ...(tagged && {
        304: { description: "The representation has the tag of `If-None-Match`.", ...headers },
      }),
      ...errorsOf(operation),
    },
  };
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

/** Headers that make a request conditional (RFC 9110 §13.1). */
function conditionsOf({ tagged, path, method }: Operation): Json[] {
  if (tagged) return [headerParameter("If-None-Match", "The tag of a representation that the client has.")];
  const isOfResource = method !== "GET" && OPERATIONS.some((other) => other.tagged && other.path === path);
  return isOfResource ? [headerParameter("If-Match", "Only if the resource still has this tag.")] : [];
}

function headerParameter(name: string, description: string): Json {
  return { name, in: "header", required: false, ...header(description) };
}

/** The JSON Schema (2020-12) of a zod schema. What has an id becomes a component, and a reference to it. */
function schemaOf(schema: z.ZodType, io: "input" | "output", schemas: Json): Json {
  // Of a schema at the top, zod writes no reference.
  const whole = z.toJSONSchema(z.object({ schema: schema.nonoptional() }), { io, unrepresentable: "any" });
  const { $defs = {}, properties } = JSON.parse(
    JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as { $defs?: Json; properties: { schema: Json } };
  Object.assign(schemas, $defs);
  return properties.schema;
}
