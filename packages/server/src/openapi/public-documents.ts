import { HEALTH_PATHS } from "../endpoints/health-paths.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { Endpoint, Success } from "./endpoint.ts";
import type { Instance } from "./instance.ts";
import type { Schema } from "./schema.ts";
import { objectOf, reference, TEXT, URI } from "./schema.ts";

const METADATA: Schema = {
  ...objectOf({
    issuer: { description: "The issuer identifier.", schema: URI, required: true },
    authorization_endpoint: { description: "The authorization endpoint.", schema: URI },
    token_endpoint: { description: "The token endpoint.", schema: URI, required: true },
    jwks_uri: { description: "The signing keys.", schema: URI },
    refresh_token_retry_window: {
      description:
        "How long a repeated refresh gets the same tokens, s, for clients without a window of their own.",
      schema: { type: "integer" },
    },
  }),
  additionalProperties: true,
};

const JWKS: Schema = objectOf({
  keys: {
    description: "Keys of tokens that may still be valid, and the next key.",
    schema: {
      type: "array",
      items: objectOf({
        kty: { description: "Key type.", required: true },
        kid: { description: "The `kid` in the header of the tokens.", required: true },
        alg: { description: "Algorithm.", required: true },
        use: { description: "`sig`", required: true },
      }),
    },
    required: true,
  },
});

/** The schemas of these endpoints, by their names among the components. */
export const DOCUMENT_SCHEMAS: Readonly<Record<string, Schema>> = { Metadata: METADATA, KeySet: JWKS };

/** The metadata and what they lead to, and health checks; none needs authentication. */
export function publicDocuments({ metadata }: Instance): Endpoint[] {
  const get = (
    operationId: string,
    path: string,
    [summary, description]: readonly [string, string],
    responses: Endpoint["responses"],
  ): Endpoint => ({
    operationId,
    method: "get",
    path,
    tag: operationId === "jwks" ? "Resource servers" : "Documents",
    summary,
    description,
    responses,
    refusals: ["url_too_long", "unexpected"],
  });
  const json = (schema: Schema, value?: object) => ({
    mediaType: "application/json",
    schema,
    ...(value === undefined ? {} : { examples: { document: { summary: "This service", value } } }),
  });
  const status = (description: string, value: string): Success => ({
    description,
    content: json({ type: "object", properties: { status: TEXT }, required: ["status"] }, { status: value }),
  });
  return [
    get("metadata", PATHS.metadata, ["Metadata", "What this service offers, and where (RFC 8414)."], {
      200: {
        description: "The metadata.",
        content: json(reference("Metadata"), metadata()),
      },
    }),
    get("jwks", PATHS.jwks, ["Signing keys", "The public keys that verify access tokens (RFC 7517)."], {
      200: { description: "The keys.", content: json(reference("KeySet")) },
    }),
    get("healthz", HEALTH_PATHS.live, ["Liveness", "The process runs."], { 200: status("It runs.", "ok") }),
    get(
      "readyz",
      HEALTH_PATHS.ready,
      ["Readiness", "The service can write to its store, and is not about to stop."],
      {
        200: status("It is ready.", "ready"),
        503: status("It is not.", "not ready"),
      },
    ),
  ];
}
