import { HEALTH_PATHS, PATHS } from "../endpoints/metadata.ts";
import type { Endpoint, Success } from "./endpoint.ts";
import { EXAMPLES } from "../portal/examples/table.ts";
import { offeredPages } from "../portal/pages.ts";
import type { Instance } from "./instance.ts";
import type { Fields, Schema } from "./schema.ts";
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

const ETAG: Fields = { ETag: { description: "Of this version, for `If-None-Match`." } };

/** What a reader of the documentation chooses. */
const READER: Fields = {
  language: {
    description: "The only language of the examples; by default, all.",
    schema: { enum: EXAMPLES.map(({ language }) => language) },
  },
  client_id: { description: "Filled into the examples; it is not looked up." },
  ui_locales: {
    description:
      "The languages of the text, in the order of preference. Without one, those of `Accept-Language`.",
  },
};

/** The documentation in Markdown: in one document, and page by page. */
function markdownDocuments(instance: Instance): Endpoint[] {
  const document = {
    method: "get",
    tag: "Documents",
    responses: {
      200: { description: "Markdown.", headers: ETAG, content: { mediaType: "text/markdown", schema: TEXT } },
      304: NOT_MODIFIED,
    },
    refusals: ["parameter_repeated", "too_many_parameters", "secret_in_url", "url_too_long", "unexpected"],
  } as const;
  const page = { enum: offeredPages(instance).map(({ slug }) => slug) };
  return [
    {
      ...document,
      operationId: "docsMarkdown",
      path: PATHS.markdown,
      summary: "Documentation in Markdown",
      description: "All pages of the documentation in one document.",
      parameters: READER,
    },
    {
      ...document,
      operationId: "docsPageMarkdown",
      path: `${PATHS.docs}/{page}.md`,
      summary: "A page in Markdown",
      description:
        "One page of the documentation. Its URL without `.md` responds with the same if `Accept` prefers `text/markdown` " +
        "to `text/html`.",
      parameters: { page: { description: "The name of the page.", schema: page, required: true }, ...READER },
    },
  ];
}

/** Public documents and health checks, which need no authentication. */
export function publicDocuments(instance: Instance): Endpoint[] {
  const { metadata } = instance;
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
    ...markdownDocuments(instance),
    get("openapi", PATHS.openapi, ["This document", "The endpoints of this service, in OpenAPI 3.1."], {
      200: {
        description: "This document.",
        headers: ETAG,
        content: json({ type: "object" }),
      },
      304: NOT_MODIFIED,
    }),
    get("llms", PATHS.llms, ["For language models", "Where to find what, in Markdown (llmstxt.org)."], {
      200: {
        description: "The list.",
        headers: ETAG,
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
