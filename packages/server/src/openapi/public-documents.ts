import { HEALTH_PATHS, PATHS } from "../endpoints/metadata.ts";
import type { Endpoint, Success } from "./endpoint.ts";
import type { Instance } from "./instance.ts";
import type { Schema } from "./schema.ts";
import { objectOf, TEXT, URI } from "./schema.ts";

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

const NOT_MODIFIED: Success = { description: "The copy with the `ETag` of `If-None-Match` is current." };

/** Public documents and health checks, which need no authentication. */
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
        content: json({ $ref: "#/components/schemas/Metadata" }, metadata),
      },
    }),
    get("jwks", PATHS.jwks, ["Signing keys", "The public keys that verify access tokens (RFC 7517)."], {
      200: { description: "The keys.", content: json({ $ref: "#/components/schemas/KeySet" }) },
    }),
    {
      ...get("docs", PATHS.docs, ["Documentation", "Where people begin to read: the index of the portal."], {
        200: { description: "The page.", content: { mediaType: "text/html", schema: TEXT } },
      }),
      refusesByPage: true,
    },
    get("openapi", PATHS.openapi, ["This document", "The endpoints of this service, in OpenAPI 3.1."], {
      200: {
        description: "This document.",
        headers: { ETag: { description: "Of this version, for `If-None-Match`." } },
        content: json({ type: "object" }),
      },
      304: NOT_MODIFIED,
    }),
    get("llms", PATHS.llms, ["For language models", "Where to find what, in Markdown (llmstxt.org)."], {
      200: {
        description: "The list.",
        headers: { ETag: { description: "Of this version, for `If-None-Match`." } },
        content: { mediaType: "text/plain", schema: TEXT },
      },
      304: NOT_MODIFIED,
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
