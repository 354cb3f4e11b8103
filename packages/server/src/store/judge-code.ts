import { timingSafeEqual } from "node:crypto";
import { sameResource } from "../config/resource-identifier.ts";
import type { Code, PresentedCode, RefusedCode } from "./authorization.ts";
import type { DisabledOutcome, NewGrant } from "./grants.ts";

/**
 * Decides about a presented code. Whether it was used before is checked late: only a client that could have redeemed it
 * may revoke the grant that it became (RFC 6749 §4.1.2).
 *
 * @param now the store's clock, ms
 */
export function judgeCode(
  code: Code | undefined,
  presented: PresentedCode,
  now: number,
): Exclude<RefusedCode, DisabledOutcome> | "redeemable" {
  if (code === undefined) return "unknown_code";
  if (code.clientId !== presented.clientId) return "client_mismatch";
  if (!redirectFits(code, presented.redirectUri)) return "redirect_uri_mismatch";
  if (!challengeFits(code.challenge, presented.challenge)) return "wrong_verifier";
  // RFC 9449 §10: the code is for the key that the authorization request named.
  if (code.binding !== null && code.binding !== presented.binding) return "binding_mismatch";
  if (code.grantId !== null) return "code_reused";
  if (now >= code.expiresAt) return "code_expired";
  const { resource } = presented;
  const fits = resource === undefined || sameResource(resource, code.resource);
  return fits ? "redeemable" : "resource_mismatch";
}

/** The grant that a redeemable code becomes. */
export function grantOfCode(
  { clientId, subject, scope, resource, authTime, claims }: Code,
  { grant }: PresentedCode,
): NewGrant {
  const about = { clientId, subject, scope, resource, authTime, claims };
  return { ...grant, ...about, via: "authorization_code" };
}

/**
 * RFC 6749 §4.1.3: if it was in the authorization request, it must be in the token request, and identical. OAuth 2.1 §10.2:
 * it may be left out where the code has a challenge, which binds the code to the client's own request.
 */
function redirectFits(code: Code, presented: string | undefined): boolean {
  if (presented !== undefined) return presented === code.redirectUri;
  return !code.redirectUriNamed || code.challenge !== null;
}

/** RFC 7636 §4.6; a verifier without a challenge is refused as well (RFC 9700 §4.8.2). Both are SHA-256. */
function challengeFits(challenge: Buffer | null, presented: Buffer | null): boolean {
  if (challenge === null || presented === null) return challenge === presented;
  return timingSafeEqual(challenge, presented);
}
