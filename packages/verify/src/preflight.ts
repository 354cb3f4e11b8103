import { headerOf } from "./credentials.ts";
import type { RequestHeaders } from "./credentials.ts";

/** A request of `fetch`, `node:http` or a framework, as far as it is used. */
export interface IncomingRequest {
  /** Its headers: a fetch `Headers`, or an object by lower-case names. */
  readonly headers: RequestHeaders;
  /** Its method, by which a preflight is known, and which a DPoP proof names. */
  readonly method?: string | undefined;
  /** Its URL or path, which a DPoP proof names. */
  readonly url?: string | undefined;
  /** The same before a router changed it. */
  readonly originalUrl?: string | undefined;
  /** Its TLS connection, on Node.js, which has the client's certificate. */
  readonly socket?: unknown;
}

/** Whether it is the request by which a browser asks for permission, which never carries a token (Fetch, CORS-preflight request). */
export function isPreflight({ method, headers }: IncomingRequest): boolean {
  const has = (name: string) => headerOf(headers, name) !== undefined;
  const asks = method === "OPTIONS" && has("origin") && has("access-control-request-method");
  return asks && !has("authorization");
}
