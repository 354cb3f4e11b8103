import type { ClientDefaults } from "../client-settings/settings.ts";
import type { RegistrationRules } from "../clients/self-registration.ts";
import type { OAuthError } from "../errors/oauth-error.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import type { Refusal } from "./refusals.ts";
import type { Fields, Schema } from "./schema.ts";

/** What the description of one instance depends on. */
export interface Instance {
  issuer: string;
  providerName: string;
  /** Of new clients, s. */
  lifetimes: ClientDefaults;
  /** Lifetime of a device code, and the minimum time between two polls, s. */
  deviceCodeTtl: number;
  devicePollInterval: number;
  registration: RegistrationRules["mode"];
  /** Clients may ask what became of their refresh tokens. */
  explanations: boolean;
  /** The scopes that the metadata names, each with what it allows. */
  scopes: Readonly<Record<string, string>>;
  /** The metadata document (RFC 8414 §2), as an example of itself. */
  metadata: object;
  /** The wire format of the token endpoint. */
  token: WireExamples;
  /** Formats an error as all other endpoints do. */
  formatError: (error: OAuthError) => Response;
}

/** Writes the examples of the token endpoint, as the endpoint itself writes its responses. */
export interface WireExamples {
  /** The endpoint responds as Laravel Passport does. */
  isPassport: boolean;
  body: (response: TokenResponse) => object;
  formatError: (error: OAuthError) => Response;
}

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
  parameters?: { in: "query" | "path" | "header"; fields: Fields };
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
