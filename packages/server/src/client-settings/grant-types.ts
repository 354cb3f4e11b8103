/** `grant_type` of a device's poll (RFC 8628 §3.4). */
export const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** `grant_type` of a token exchange (RFC 8693 §2.1). */
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** `grant_type` of an assertion of another issuer (RFC 7523 §2.1). */
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/**
 * Every grant type, by its name on the wire (RFC 6749 §4, RFC 8628 §3.4, RFC 8693 §2.1, RFC 7523 §2.1). Handlers,
 * metadata, metrics and command-line choices derive from it.
 */
export const GRANT_TYPES = [
  "authorization_code",
  "refresh_token",
  "password",
  "client_credentials",
  DEVICE_CODE,
  TOKEN_EXCHANGE,
  JWT_BEARER,
] as const;

/** The grant types by which a user authorizes a client. */
export const AUTHORIZING_GRANT_TYPES = ["authorization_code", "password", DEVICE_CODE] as const;

/** A grant type without the prefix of its URN: `device_code`. */
export function shortGrantType(grantType: string): string {
  return grantType.slice(grantType.lastIndexOf(":") + 1);
}
