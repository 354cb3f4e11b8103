/**
 * Middleware for Express, Connect and compatible frameworks: `app.get("/orders", requireToken(verifier, { scope: "orders:read" }),
 * handler)`, then `accessTokenOf(request)`.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setAccessToken } from "./request-token.ts";
import type { Requirement, Verdict, Verifier } from "./verifier.ts";

export { accessTokenOf } from "./request-token.ts";

type Next = (error?: unknown) => void;

/** Passes requests with a valid access token on, and responds to all others (RFC 6750 §3). */
export function requireToken(verifier: Pick<Verifier, "verify">, requirement: Requirement = {}) {
  return async (request: IncomingMessage, response: ServerResponse, next: Next): Promise<void> => {
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
      next();
    } else {
      const { status, headers, body } = verdict.refusal;
      response.writeHead(status, headers).end(body);
    }
  };
}
