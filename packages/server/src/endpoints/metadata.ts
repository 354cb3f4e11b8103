import type { Deps } from "../deps.ts";

/** Where the endpoints are, below the issuer. */
export const PATHS = {
  token: "/oauth/token",
  revoke: "/oauth/revoke",
  introspect: "/oauth/introspect",
  revocations: "/oauth/revocations",
  metadata: "/.well-known/oauth-authorization-server",
  jwks: "/.well-known/jwks.json",
} as const;

/**
 * Authorization server metadata (RFC 8414 §2). Two are ours: `refresh_token_retry_window`, for how many s after a refresh
 * the same request gets the same answer (a client's own window may differ), and `revocation_feed_endpoint`.
 */
export function metadata({ issuer, keys }: Deps, retryWindow: number): Record<string, unknown> {
  const confidential = ["client_secret_basic", "client_secret_post"];
  const algorithms = new Set(keys.published.map(({ algorithm }) => algorithm));
  return {
    issuer,
    token_endpoint: issuer + PATHS.token,
    token_endpoint_auth_methods_supported: [...confidential, "none"],
    grant_types_supported: ["refresh_token", "password", "client_credentials"],
    response_types_supported: [],
    revocation_endpoint: issuer + PATHS.revoke,
    revocation_endpoint_auth_methods_supported: [...confidential, "none"],
    introspection_endpoint: issuer + PATHS.introspect,
    introspection_endpoint_auth_methods_supported: confidential,
    revocation_feed_endpoint: issuer + PATHS.revocations,
    jwks_uri: issuer + PATHS.jwks,
    access_token_signing_alg_values_supported: [...algorithms],
    refresh_token_retry_window: retryWindow,
  };
}

/** The keys that may have signed a token that is still valid, and the next one (RFC 7517 §5). */
export function jwks({ keys }: Deps): { keys: Record<string, unknown>[] } {
  return { keys: keys.published.map(({ publicJwk }) => publicJwk) };
}
