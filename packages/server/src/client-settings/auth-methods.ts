/** What is known of a method of client authentication without checking it. */
interface AuthMethodFacts {
  /** What the client proves its identity with; null: it is public, and proves nothing (RFC 6749 §2.1). */
  readonly credential: "secret" | "key" | "certificate" | null;
  /** How a request carries it, in Markdown; part of the published API description. */
  readonly sent: string;
}

/**
 * The methods of client authentication by their registered names (RFC 7591 §2, IANA registry "OAuth Token Endpoint
 * Authentication Methods"), the default first. Metadata, registration, flags, the API description and the reference
 * derive from here; `clients/authentication/table.ts` says how each is checked.
 */
export const AUTH_METHOD_FACTS = {
  client_secret_basic: {
    credential: "secret",
    sent: "id and secret by HTTP Basic, each form-encoded first (RFC 6749 section 2.3.1)",
  },
  client_secret_post: {
    credential: "secret",
    sent: "id and secret as `client_id` and `client_secret` in the body",
  },
  private_key_jwt: {
    credential: "key",
    sent:
      "a JWT that the client's own key signs, as `client_assertion` in the body, and `client_assertion_type` beside it " +
      "(RFC 7523 section 2.2); its `aud` is the issuer",
  },
  tls_client_auth: {
    credential: "certificate",
    sent:
      "the `client_id` in the body, over TLS with the client's certificate, which an authority of this service has issued " +
      "(RFC 8705 section 2.1)",
  },
  self_signed_tls_client_auth: {
    credential: "certificate",
    sent:
      "the `client_id` in the body, over TLS with a certificate whose key is one of the client's `jwks` " +
      "(RFC 8705 section 2.2)",
  },
  none: {
    credential: null,
    sent: "a public client has no secret, and sends its `client_id` in the body",
  },
} as const satisfies Record<string, AuthMethodFacts>;

export type AuthMethod = keyof typeof AUTH_METHOD_FACTS;

/** Their names, in the order of the table. */
export const AUTH_METHODS = Object.keys(AUTH_METHOD_FACTS) as [AuthMethod, ...AuthMethod[]];

/** Those of confidential clients: what an endpoint accepts that public clients cannot use. */
export const CONFIDENTIAL_AUTH_METHODS = AUTH_METHODS.filter(
  (method) => AUTH_METHOD_FACTS[method].credential !== null,
);

const FACTS: Readonly<Record<string, AuthMethodFacts | undefined>> = AUTH_METHOD_FACTS;

/** What a client with this method proves its identity with; undefined: not a method of this program. */
export function credentialOf(method: string): AuthMethodFacts["credential"] | undefined {
  return FACTS[method]?.credential;
}
