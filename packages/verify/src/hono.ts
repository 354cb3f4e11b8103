/**
 * Middleware for Hono: `app.use("/orders/*", requireToken(verifier, { scope: "orders:read" }))`, then
 * `c.var.accessToken`.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import type { AccessToken } from "./access-token.ts";
import { EXPOSE, mergedHeaders, refusalResponse } from "./refusals.ts";
import type { Requirement, Verifier } from "./verifier.ts";

/** Passes requests with a valid access token on, and responds to all others (RFC 6750 §3). */
export function requireToken(
  verifier: Pick<Verifier, "verify">,
  requirement: Requirement = {},
): MiddlewareHandler<{ Variables: { accessToken: AccessToken } }> {
  return async (c, next) => {
    const verdict = await verifier.verify(c.req.raw, requirement);
    if (verdict.outcome === "refused") {
      const headers = mergedHeaders(verdict.refusal, c.res.headers.get(EXPOSE));
      // Hono lets the headers that are set already win.
      c.res.headers.delete(EXPOSE);
      return refusalResponse({ ...verdict.refusal, headers });
    }
    c.set("accessToken", verdict.token);
    return next();
  };
}
