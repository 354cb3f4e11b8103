import { headerOf } from "./bearer.ts";
import type { RequestHeaders } from "./bearer.ts";

/** A request of `fetch`, `node:http` or a framework, as far as it is used. */
export interface IncomingRequest {
  readonly headers: RequestHeaders;
  readonly method?: string | undefined;
}

/** What a request must present. */
export interface Requirement {
  /** Scopes, all of which are required: space-separated or a list. */
  scope?: string | readonly string[];
}

export interface RouteRequirement extends Requirement {
  /**
   * What to do with CORS preflights, which never carry a token. `refuse` (the default): as other requests without a token;
   * mount the CORS middleware before `requireToken`. `pass`: to the next handler, which anyone can then reach with such a
   * request: only where nothing but CORS middleware responds to OPTIONS.
   */
  preflight?: "refuse" | "pass";
}

/** Whether it is the request by which a browser asks for permission (Fetch, CORS-preflight request). */
export function isPreflight({ method, headers }: IncomingRequest): boolean {
  const has = (name: string) => headerOf(headers, name) !== undefined;
  const asks = method === "OPTIONS" && has("origin") && has("access-control-request-method");
  return asks && !has("authorization");
}
