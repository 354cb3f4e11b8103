/**
 * Access tokens in Fastify: `app.get("/orders", { onRequest: requireToken(verifier, { scope: "orders:read" }) },
 * handler)`, then `accessTokenOf(request)`.
 *
 * @module
 */
import type { IncomingHttpHeaders } from "node:http";
import { keepToken } from "./tokens-of-requests.ts";
import type { Requirement, Verifier } from "./verifier.ts";

export { accessTokenOf } from "./tokens-of-requests.ts";

/** What is used of Fastify's reply. */
export interface Reply {
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(body: string): unknown;
}

/** An `onRequest` or `preHandler` hook that lets requests with a valid access token through, and answers all others. */
export function requireToken(verifier: Pick<Verifier, "verify">, requirement: Requirement = {}) {
  return async (request: { headers: IncomingHttpHeaders }, reply: Reply): Promise<unknown> => {
    const verdict = await verifier.verify(request, requirement);
    if (verdict.outcome === "accepted") {
      keepToken(request, verdict.token);
      return undefined;
    }
    const { status, headers, body } = verdict.refusal;
    reply.code(status);
    reply.headers(headers);
    // Fastify ends there when a hook returns the reply.
    reply.send(body);
    return reply;
  };
}
