import type { Refusal } from "./refusals.ts";
import type { Fields, Schema } from "./schema.ts";

export const TAGS = {
  Tokens: "Getting, refreshing, revoking and introspecting tokens.",
  Authorization: "How a user authorizes a client: in the browser, or on another device.",
  Registration: "How a client registers itself.",
  "Resource servers": "What an API needs that accepts the access tokens.",
  Documents: "Public documents, and whether the service is up.",
} as const;

/** One method of one path. */
export interface Endpoint {
  operationId: string;
  method: "get" | "post" | "put" | "delete";
  /** Below the issuer, in OpenAPI's syntax. */
  path: string;
  tag: keyof typeof TAGS;
  summary: string;
  /** Markdown. */
  description: string;
  /** The alternatives of authentication, by the names of `security.ts`; by default none is needed. */
  security?: readonly Readonly<Record<string, readonly string[]>>[];
  /** In the path where it names them, else in the query. */
  parameters?: Fields;
  body?: {
    mediaTypes: readonly string[];
    schema: Schema;
    examples: Examples;
  };
  /** By HTTP status. */
  responses: Readonly<Record<number, Success>>;
  refusals: readonly Refusal[];
  /** A person reads the refusals: they are pages. */
  refusesByPage?: true;
}

export type Examples = Readonly<Record<string, { summary: string; value: unknown }>>;

/** A response that is no refusal. */
export interface Success {
  description: string;
  headers?: Fields;
  content?: { mediaType: string; schema: Schema; examples?: Examples };
}
