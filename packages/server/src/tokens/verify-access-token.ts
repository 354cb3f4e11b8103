import { decodeProtectedHeader, jwtVerify } from "jose";
import type { JWTVerifyOptions } from "jose";
import type { KeyRing } from "../keys/key-ring.ts";
import type { SigningKey } from "../keys/signing.ts";
import type { GrantClaims } from "../store/grant.ts";
import { NO_GRANT } from "./access-token.ts";
import type { Confirmation } from "./access-token.ts";
import { OWN_API_ALGORITHM } from "./own-api-token.ts";
import { formatUuid } from "./refresh-token.ts";

/** An access token of this service with a valid signature that has not expired. Instants in s. */
export interface VerifiedAccessToken {
  clientId: string;
  subject: string;
  scope: string;
  audience: string;
  issuer: string | undefined;
  issuedAt: number;
  expiresAt: number;
  jti: string;
  /** `cnf`: the key that it is bound to; null: a bearer token. */
  confirmation: Confirmation | null;
  /** `auth_time`: when the user authenticated; undefined: not known. */
  authTime: number | undefined;
  /** What it says of its grant beside that; null: nothing. */
  claims: GrantClaims | null;
  /** null: a `client_credentials` token. */
  grantId: string | null;
  /** Made for one of Regrant's own APIs, by a process that has the master key. */
  forOwnApi: boolean;
}

type TokenKeys = Pick<KeyRing, "published" | "ownApiSecrets">;

/**
 * Verifies an access token for introspection and revocation (RFC 9068 §4, without the audience, which is the resource
 * server's to check). Whether it was revoked the store knows.
 *
 * @param now ms
 * @returns undefined if none of `keys` made it, or it has expired, or it is not an access token of either profile
 */
export async function verifyAccessToken(
  token: string,
  keys: TokenKeys,
  now: number,
): Promise<VerifiedAccessToken | undefined> {
  try {
    const { kid, alg } = decodeProtectedHeader(token);
    if (kid === undefined) return await verifyImported(token, keys.published, now);
    if (alg === OWN_API_ALGORITHM) return await verifyForOwnApi(token, keys.ownApiSecrets(kid), now);
    const key = keys.published.find((candidate) => candidate.kid === kid);
    if (key === undefined) return undefined;
    const { payload, protectedHeader } = await jwtVerify(
      token,
      key.publicKey,
      requirements(key.algorithm, now),
    );
    return protectedHeader.typ === "at+jwt" ? fromRfc9068(payload) : fromPassport(payload);
  } catch (error) {
    // jose's errors mean an invalid token; any other error is a bug of this service.
    if (error instanceof Error && ("code" in error || error instanceof TypeError)) return undefined;
    throw error;
  }
}

async function verifyForOwnApi(
  token: string,
  secrets: readonly Buffer[],
  now: number,
): Promise<VerifiedAccessToken | undefined> {
  for (const secret of secrets) {
    const options = { ...requirements(OWN_API_ALGORITHM, now), typ: "at+jwt" };
    const verified = await jwtVerify(token, secret, options).catch(() => undefined);
    if (verified !== undefined) return { ...fromRfc9068(verified.payload), forOwnApi: true };
  }
  return undefined;
}

function requirements(algorithm: string, now: number): JWTVerifyOptions {
  return {
    algorithms: [algorithm],
    currentDate: new Date(now),
    requiredClaims: ["jti", "iat", "exp", "sub", "aud"],
  };
}

/**
 * Passport's tokens name no key, so each RSA key is tried. They have no grant here, and whether Passport has revoked one is
 * not known. Their dates may have fractions.
 */
async function verifyImported(
  token: string,
  keys: readonly SigningKey[],
  now: number,
): Promise<VerifiedAccessToken | undefined> {
  for (const key of keys.filter(({ algorithm }) => algorithm === "RS256")) {
    const verified = await jwtVerify(token, key.publicKey, requirements(key.algorithm, now)).catch(
      () => undefined,
    );
    if (verified === undefined) continue;
    const { issuedAt, expiresAt, ...seen } = fromPassport(verified.payload);
    return { ...seen, issuedAt: Math.floor(issuedAt), expiresAt: Math.ceil(expiresAt), grantId: null };
  }
  return undefined;
}

type Claims = Record<string, unknown>;

function fromRfc9068(claims: Claims): VerifiedAccessToken {
  return {
    ...registered(claims),
    clientId: claims["client_id"] as string,
    scope: (claims["scope"] ?? "") as string,
    issuer: claims["iss"] as string,
    claims: grantClaims(claims),
    grantId: (claims["gid"] ?? null) as string | null,
  };
}

function grantClaims({ acr, authorization_details, act, grant_clients }: Claims): GrantClaims | null {
  const claims = Object.entries({ acr, authorization_details, act, grant_clients }).filter(
    ([, value]) => value !== undefined,
  );
  // This service wrote them, from a grant's.
  return claims.length === 0 ? null : Object.fromEntries(claims);
}

/** The first 32 digits of `jti` are the grant's id, or zeros for a `client_credentials` token. */
function fromPassport(claims: Claims): VerifiedAccessToken {
  const { jti, subject, audience, ...rest } = registered(claims);
  const half = jti.slice(0, 32);
  const grantId = half === NO_GRANT ? null : formatUuid(Buffer.from(half, "hex"));
  const scope = (claims["scopes"] as string[]).join(" ");
  return {
    ...rest,
    jti,
    subject,
    audience,
    clientId: audience,
    scope,
    issuer: undefined,
    claims: null,
    grantId,
  };
}

function registered(claims: Claims) {
  return {
    subject: claims["sub"] as string,
    audience: claims["aud"] as string,
    issuedAt: claims["iat"] as number,
    expiresAt: claims["exp"] as number,
    jti: claims["jti"] as string,
    authTime: claims["auth_time"] as number | undefined,
    confirmation: (claims["cnf"] ?? null) as Confirmation | null,
    forOwnApi: false,
  };
}
