/**
 * Access tokens in Express, Connect and the like: `app.get("/orders", requireToken(verifier, { scope: "orders:read" }),
 * handler)`, then `accessTokenOf(request)`.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { keepToken } from "./tokens-of-requests.ts";
import type { Requirement, Verifier } from "./verifier.ts";

export { accessTokenOf } from "./tokens-of-requests.ts";

/** Lets requests with a valid access token through, and answers all others. */
export function requireToken(verifier: Pick<Verifier, "verify">, requirement: Requirement = {}) {
  return (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void => {
    const judge = async (): Promise<void> => {
      const verdict = await verifier.verify(request, requirement);
      if (verdict.outcome === "refused") {
        const { status, headers, body } = verdict.refusal;
        response.writeHead(status, headers).end(body);
      } else {
        keepToken(request, verdict.token);
        next();
      }
    };
    judge().catch(next);
  };
}
