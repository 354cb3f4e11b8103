/**
 * Middleware for Hono: `app.use("/orders/*", requireToken(verifier, { scope: "orders:read" }))`, then
 * `c.var.accessToken`.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import type { AccessToken } from "./access-token.ts";
import { EXPOSE, mergedHeaders, refusalResponse } from "./refusals.ts";
import type { Requirement } from "./requirement.ts";
import type { Verifier } from "./verifier.ts";

/** Passes requests with a valid access token on, and responds to all others (RFC 6750 §3). */
export function requireToken(
  verifier: Pick<Verifier, "verify">,
  requirement: Requirement = {},
): MiddlewareHandler<{ Variables: { accessToken: AccessToken } }> {
  return async (c, next) => {
    const { headers, method, url } = c.req.raw;
    // Of @hono/node-server: the connection has the client's certificate.
    const { incoming } = (c.env ?? {}) as { incoming?: { socket?: unknown } };
    const verdict = await verifier.verify({ headers, method, url, socket: incoming?.socket }, requirement);
    if (verdict.outcome === "refused") {
      const merged = mergedHeaders(verdict.refusal.headers, c.res.headers.get(EXPOSE));
      // Hono lets the headers that are set already win.
      c.res.headers.delete(EXPOSE);
      return refusalResponse({ ...verdict.refusal, headers: merged });
    }
    c.set("accessToken", verdict.token);
    for (const [name, value] of Object.entries(mergedHeaders(verdict.headers, c.res.headers.get(EXPOSE)))) {
      c.header(name, value);
    }
    return next();
  };
}
