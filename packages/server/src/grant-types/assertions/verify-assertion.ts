import type { JWTPayload } from "jose";
import type { AssertionIssuerSetting, AssertionUse } from "../../config/assertion-settings.ts";
import type { Deps } from "../../deps.ts";
import type { OAuthError } from "../../errors/oauth-error.ts";
import type { TrustedIssuer } from "../../issuers/trusted-issuers.ts";
import { issuerOf, TOLERANCE, verifyIssuerJwt } from "../../issuers/verify-jwt.ts";
import type { Client } from "../../store/store.ts";
import { wireClientId } from "../../tokens/access-token.ts";
import { TOKEN_PATH } from "../token-path.ts";

/** Longest lifetime that is left to an assertion, s: for so long it is remembered. */
const MAX_LIFETIME = 3600;

/** The header's `typ` of each use, as `verifyIssuerJwt` compares it. */
const TYPES: Readonly<Record<AssertionUse, readonly string[]>> = {
  // draft-ietf-oauth-identity-assertion-authz-grant-04 §3
  "id-jag": ["oauth-id-jag+jwt"],
  // draft-ietf-oauth-rfc7523bis §4
  assertion: ["jwt", "authorization-grant+jwt"],
  subject_token: ["jwt", "at+jwt"],
  actor_token: ["jwt", "at+jwt"],
};
const REQUIRED: Readonly<Record<AssertionUse, readonly string[]>> = {
  "id-jag": ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"],
  assertion: ["iss", "sub", "aud", "exp"],
  subject_token: ["iss", "sub", "aud", "exp"],
  actor_token: ["iss", "sub", "aud", "exp"],
};

/** A party whose JWTs are taken for users. */
export type AssertionIssuer = TrustedIssuer<AssertionIssuerSetting>;

/** A JWT of an issuer that may give it to the client. */
export interface VerifiedAssertion {
  issuer: AssertionIssuer;
  claims: JWTPayload & { sub: string; exp: number };
}

/**
 * Verifies a JWT of another issuer (RFC 7523 §3): signed by a configured one that is accepted for this use, for this
 * service, not expired, and for this client.
 *
 * @param refused makes the error, from what is wrong, for the log
 * @throws OAuthError as `refused`; `temporarily_unavailable` while the issuer's keys cannot be fetched
 */
export async function verifyAssertion(
  { assertionIssuers, issuer: own, store }: Pick<Deps, "assertionIssuers" | "issuer" | "store">,
  client: Client,
  jwt: string,
  use: AssertionUse,
  refused: (detail: string, cause?: unknown) => OAuthError,
): Promise<VerifiedAssertion> {
  const issuer = assertionIssuers.get(issuerOf(jwt) ?? "");
  if (issuer?.accepts.includes(use) !== true) throw refused("issuer");
  const now = store.now();
  const expected = {
    types: TYPES[use],
    // RFC 7523 §3: the issuer, or the token endpoint's URL. An ID-JAG names the issuer alone.
    audience: use === "id-jag" ? own : [own, own + TOKEN_PATH],
    algorithms: issuer.algorithms,
    requiredClaims: REQUIRED[use],
    now,
  };
  const payload = await verifyIssuerJwt(jwt, issuer, expected, refused);
  const wrong = wrongClaim(payload, use, Math.floor(now / 1000)) ?? wrongClient(payload, issuer, client);
  if (wrong !== undefined) throw refused(wrong);
  // `requiredClaims` and `wrongClaim` have checked them.
  return { issuer, claims: payload as VerifiedAssertion["claims"] };
}

/** What `verifyIssuerJwt` does not check. @param now s */
function wrongClaim(claims: JWTPayload, use: AssertionUse, now: number): string | undefined {
  const { sub, aud, exp = 0, iat, jti } = claims;
  if (typeof sub !== "string" || sub === "" || sub.length > 512) return "sub";
  if (use === "id-jag" && Array.isArray(aud) && aud.length !== 1) return "aud";
  if (iat !== undefined && iat > now + TOLERANCE) return "iat";
  if (jti !== undefined && (typeof jti !== "string" || jti === "")) return "jti";
  const isUsedOnce = use === "id-jag" || use === "assertion";
  return isUsedOnce && exp > now + MAX_LIFETIME + TOLERANCE ? "exp" : undefined;
}

/** An assertion that names its client is of no use to another (ID-JAG-04 §4.3), nor is one of an issuer that is limited. */
function wrongClient(claims: JWTPayload, { clients }: AssertionIssuer, client: Client): string | undefined {
  const ids = [client.id, wireClientId(client)];
  const { client_id: named } = claims;
  if (named !== undefined && !ids.some((id) => id === named)) return "client_id";
  return clients === undefined || ids.some((id) => clients.includes(id)) ? undefined : "clients";
}
