/**
 * Access tokens in Express, Connect and the like: `app.get("/orders", requireToken(verifier, { scope: "orders:read" }),
 * handler)`, then `accessTokenOf(request)`.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { keepToken } from "./tokens-of-requests.ts";
import type { Requirement, Verdict, Verifier } from "./verifier.ts";

export { accessTokenOf } from "./tokens-of-requests.ts";

type Next = (error?: unknown) => void;

/** Lets requests with a valid access token through, and answers all others. */
export function requireToken(verifier: Pick<Verifier, "verify">, requirement: Requirement = {}) {
  return async (request: IncomingMessage, response: ServerResponse, next: Next): Promise<void> => {
    let verdict: Verdict;
    try {
      verdict = await verifier.verify(request, requirement);
    } catch (error) {
      // Older versions of Express do not look at the promise.
      next(error);
      return;
    }
    if (verdict.outcome === "accepted") {
      keepToken(request, verdict.token);
      next();
    } else {
      const { status, headers, body } = verdict.refusal;
      response.writeHead(status, headers).end(body);
    }
  };
}
