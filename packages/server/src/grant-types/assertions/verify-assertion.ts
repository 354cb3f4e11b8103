import { decodeJwt, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import type { AssertionUse } from "../../config/assertion-settings.ts";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { IssuerKeysError } from "../../signals/issuer-keys.ts";
import type { Client } from "../../store/store.ts";
import { wireClientId } from "../../tokens/access-token.ts";
import { TOKEN_PATH } from "../token-path.ts";
import type { AssertionIssuer } from "./issuers.ts";

/** How far clocks may differ, s. */
export const TOLERANCE = 60;
/** Longest lifetime that is left to an assertion, s: for so long it is remembered. */
const MAX_LIFETIME = 3600;

/** The header's `typ` of each use, in lower case and without `application/`; where there is none, `jwt`. */
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

/** A JWT of an issuer that may give it to the client. */
export interface VerifiedAssertion {
  issuer: AssertionIssuer;
  claims: JWTPayload & { sub: string; exp: number };
}

/**
 * Verifies a JWT of another issuer (RFC 7523 §3): signed by a configured one that is accepted for this use, for this
 * service, not expired, and for this client. Header parameters that are critical and unknown are refused (RFC 7515 §4.1.11).
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
  const issuer = assertionIssuers.get(unverified(jwt)?.iss ?? "");
  if (issuer?.accepts.includes(use) !== true) throw refused("issuer");
  const now = store.now();
  const { payload, protectedHeader } = await jwtVerify(jwt, issuer.key, {
    algorithms: issuer.algorithms,
    issuer: issuer.issuer,
    // RFC 7523 §3: the issuer, or the token endpoint's URL. An ID-JAG names the issuer alone.
    audience: use === "id-jag" ? own : [own, own + TOKEN_PATH],
    currentDate: new Date(now),
    clockTolerance: TOLERANCE,
    requiredClaims: [...REQUIRED[use]],
  }).catch((error: unknown) => {
    if (error instanceof IssuerKeysError) throw new OAuthError("issuer_keys_unreachable", { cause: error });
    throw refused(claimOf(error), error);
  });
  const type = (protectedHeader.typ ?? "JWT").toLowerCase().replace(/^application\//, "");
  if (!TYPES[use].includes(type)) throw refused("typ");
  const wrong = wrongClaim(payload, use, Math.floor(now / 1000)) ?? wrongClient(payload, issuer, client);
  if (wrong !== undefined) throw refused(wrong);
  // `requiredClaims` and `wrongClaim` have checked them.
  return { issuer, claims: payload as VerifiedAssertion["claims"] };
}

/** The claims of a JWT and its `typ`, before anything is verified. Undefined: it is not one. */
export function unverified(jwt: string): JWTPayload | undefined {
  try {
    return decodeJwt(jwt);
  } catch {
    return undefined;
  }
}

/** What jose does not check; `now` in s. */
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

/** The registered claim that jose found wrong; else it is the signature, the algorithm or the form. */
function claimOf(error: unknown): string {
  const claim = error instanceof Error && "claim" in error ? error.claim : undefined;
  const names = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id"];
  return names.find((name) => name === claim) ?? "signature";
}
