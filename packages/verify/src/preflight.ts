import { headerOf } from "./bearer.ts";
import type { RequestHeaders } from "./bearer.ts";

/** A request of `fetch`, `node:http` or a framework, as far as it is used. */
export interface IncomingRequest {
  /** Its headers: a fetch `Headers`, or an object by lower-case names. */
  readonly headers: RequestHeaders;
  /** Its method, by which a preflight is known. */
  readonly method?: string | undefined;
}

/** Whether it is the request by which a browser asks for permission, which never carries a token (Fetch, CORS-preflight request). */
export function isPreflight({ method, headers }: IncomingRequest): boolean {
  const has = (name: string) => headerOf(headers, name) !== undefined;
  const asks = method === "OPTIONS" && has("origin") && has("access-control-request-method");
  return asks && !has("authorization");
}
