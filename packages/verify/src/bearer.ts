/** The headers of a fetch `Request`, or those of `node:http`, Express and Fastify. */
export type RequestHeaders =
  { get(name: string): string | null } | { readonly [name: string]: string | readonly string[] | undefined };

export type Bearer = { outcome: "token"; token: string } | { outcome: "token_missing" | "header_malformed" };

/** RFC 6750 §2.1, a b64token. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;
/** Longest accepted header, characters. */
const MAX_LENGTH = 16 * 1024;

/**
 * Reads the access token from the `Authorization` header only: URLs end up in logs (RFC 9700 §4.3.2). Another scheme
 * counts as `token_missing`.
 */
export function readBearer(headers: RequestHeaders): Bearer {
  const value = headerOf(headers, "authorization");
  if (value === undefined || !/^bearer\b/i.test(value)) return { outcome: "token_missing" };
  const token = value.length > MAX_LENGTH ? undefined : BEARER.exec(value)?.[1];
  return token === undefined ? { outcome: "header_malformed" } : { outcome: "token", token };
}

/** @param name in lower case */
export function headerOf(headers: RequestHeaders, name: string): string | undefined {
  if (typeof headers.get === "function") return headers.get(name) ?? undefined;
  const value = (headers as Record<string, string | readonly string[] | undefined>)[name];
  return typeof value === "object" ? value.join(", ") : value;
}
