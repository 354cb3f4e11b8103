/**
 * Middleware for Express, Connect and compatible frameworks: `app.get("/orders", requireToken(verifier, { scope: "orders:read" }),
 * handler)`, then `accessTokenOf(request)`.
 *
 * @module
 */
import type { IncomingRequest } from "./preflight.ts";
import { EXPOSE, mergedHeaders } from "./refusals.ts";
import type { HeaderValue } from "./refusals.ts";
import { setAccessToken } from "./request-token.ts";
import type { Requirement } from "./requirement.ts";
import type { Verdict, Verifier } from "./verifier.ts";

export type { HeaderValue } from "./refusals.ts";
export { accessTokenOf } from "./request-token.ts";

/** The part of the response of `node:http` that is used. */
export interface OutgoingResponse {
  /** A header that is set already. */
  getHeader(name: string): HeaderValue;
  /** Adds a header. */
  setHeader(name: string, value: string): unknown;
  /** Sends the status and headers. */
  writeHead(status: number, headers: Record<string, string>): { end(body: string): unknown };
}

/** Passes requests with a valid access token on, and responds to all others (RFC 6750 §3). */
export function requireToken(
  verifier: Pick<Verifier, "verify">,
  requirement: Requirement = {},
): (request: IncomingRequest, response: OutgoingResponse, next: (error?: unknown) => void) => Promise<void> {
  return async (request, response, next) => {
    let verdict: Verdict;
    try {
      verdict = await verifier.verify(request, requirement);
    } catch (error) {
      // Express 4 ignores the promise's rejection.
      next(error);
      return;
    }
    if (verdict.outcome === "accepted") {
      setAccessToken(request, verdict.token);
      const headers = mergedHeaders(verdict.headers, response.getHeader(EXPOSE));
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      next();
    } else {
      const { status, headers, body } = verdict.refusal;
      response.writeHead(status, mergedHeaders(headers, response.getHeader(EXPOSE))).end(body);
    }
  };
}
