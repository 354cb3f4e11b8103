import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../config/reserved-scopes.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { describe, schemaOf } from "./describe-operation.ts";
import type { Json } from "./describe-operation.ts";
import { ADMIN_PATH } from "./paths.ts";
import { PROBLEM } from "./problems.ts";
import { OPERATIONS } from "./table.ts";

const GROUPS: Readonly<Record<string, string>> = {
  clients: "Clients, their settings and secrets.",
  accounts: "Regrant's own accounts.",
  grants: "Grants: what a client may do for a subject, until it expires or is revoked.",
  keys: "The keys that sign access tokens and protect refresh tokens.",
  registrationTokens: "Tokens with which clients register themselves.",
  webhooks: "Webhooks: receivers of signed messages about events.",
  events: "What happened: the audit log.",
  statistics: "Numbers over time.",
  streams: "Streams of Shared Signals: receivers of security event tokens.",
};

/** The OpenAPI 3.1 document of the admin API, from the table of operations. */
export function openApiDocument(issuer: string): object {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  const isTagged = (path: string) => OPERATIONS.some((one) => one.tagged === true && one.path === path);
  for (const operation of OPERATIONS) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation, schemas, isTagged) };
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
