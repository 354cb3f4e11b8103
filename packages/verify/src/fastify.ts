/**
 * A hook for Fastify: `app.get("/orders", { onRequest: requireToken(verifier, { scope: "orders:read" }) },
 * handler)`, then `accessTokenOf(request)`.
 *
 * @module
 */
import type { IncomingRequest } from "./preflight.ts";
import { EXPOSE, mergedHeaders } from "./refusals.ts";
import type { HeaderValue } from "./refusals.ts";
import { setAccessToken } from "./request-token.ts";
import type { Requirement } from "./requirement.ts";
import type { Verifier } from "./verifier.ts";

export type { HeaderValue } from "./refusals.ts";
export { accessTokenOf } from "./request-token.ts";

/** The part of Fastify's reply that is used. */
export interface Reply {
  /** Sets the status. */
  code(status: number): unknown;
  /** A header that is set already. */
  getHeader(name: string): HeaderValue;
  /** Adds headers. */
  headers(headers: Record<string, string>): unknown;
  /** Sends the body. */
  send(body: string): unknown;
}

/** An `onRequest` or `preHandler` hook that passes requests with a valid access token on, and responds to all others. */
export function requireToken(
  verifier: Pick<Verifier, "verify">,
  requirement: Requirement = {},
): (request: IncomingRequest, reply: Reply) => Promise<unknown> {
  return async (request, reply) => {
    const verdict = await verifier.verify(request, requirement);
    if (verdict.outcome === "accepted") {
      setAccessToken(request, verdict.token);
      reply.headers(mergedHeaders(verdict.headers, reply.getHeader(EXPOSE)));
      return undefined;
    }
    const { status, headers, body } = verdict.refusal;
    reply.code(status);
    reply.headers(mergedHeaders(headers, reply.getHeader(EXPOSE)));
    // A hook that returns the reply ends the request.
    reply.send(body);
    return reply;
  };
}
