/** The headers of a fetch `Request`, or those of `node:http`, Express and Fastify. */
export type RequestHeaders =
  { get(name: string): string | null } | { readonly [name: string]: string | readonly string[] | undefined };

/** How an access token is sent (RFC 6750 §2.1, RFC 9449 §7.1). */
export type Scheme = "Bearer" | "DPoP";

export type Credentials =
  | { outcome: "token"; scheme: Scheme; token: string }
  | { outcome: "token_missing" | "header_malformed"; scheme: Scheme };

/** RFC 6750 §2.1, a b64token; RFC 9110 §11.1: the scheme's case makes no difference. */
const HEADER = /^(?:bearer|dpop) +([A-Za-z0-9\-._~+/]+=*) *$/i;
/** Longest accepted header, characters. */
const MAX_LENGTH = 16 * 1024;

/**
 * Reads the access token from the `Authorization` header only: URLs end up in logs (RFC 9700 §4.3.2). Another scheme
 * counts as `token_missing`.
 *
 * @param schemes those that are accepted here
 */
export function readCredentials(headers: RequestHeaders, schemes: readonly Scheme[]): Credentials {
  const value = headerOf(headers, "authorization") ?? "";
  const named = /^(bearer|dpop)\b/i.exec(value)?.[1]?.toLowerCase();
  const scheme = named === "dpop" ? "DPoP" : "Bearer";
  if (named === undefined || !schemes.includes(scheme)) return { outcome: "token_missing", scheme: "Bearer" };
  const token = value.length > MAX_LENGTH ? undefined : HEADER.exec(value)?.[1];
  return token === undefined ? { outcome: "header_malformed", scheme } : { outcome: "token", scheme, token };
}

/** @param name in lower case */
export function headerOf(headers: RequestHeaders, name: string): string | undefined {
  if (typeof headers.get === "function") return headers.get(name) ?? undefined;
  const value = (headers as Record<string, string | readonly string[] | undefined>)[name];
  return typeof value === "object" ? value.join(", ") : value;
}
