import { hash, randomBytes } from "node:crypto";
import type { GrantClaims } from "../store/grant.ts";
import type { AccessTokenProfile, Client } from "../store/store.ts";

/** `cnf` of an access token: the key that it is bound to, of DPoP (RFC 9449 §6.1) or a certificate (RFC 8705 §3.1). */
export type Confirmation = { readonly jkt: string } | { readonly "x5t#S256": string };

/** The content of an access token, before a profile encodes it. Instants in s. */
export interface AccessToken {
  profile: AccessTokenProfile;
  issuer: string;
  audience: string;
  clientId: string;
  subject: string;
  /** Space-separated; "" for no scope. */
  scope: string;
  issuedAt: number;
  expiresAt: number;
  /** Its grant and generation, and when the user authenticated, ms; null for `client_credentials`, which has no grant. */
  grant: { id: string; generation: number; authTime: number | null } | null;
  /** Further claims, by their names in the token; by default none. Passport's tokens never have any. */
  claims?: GrantClaims | null;
  /** By default null: a bearer token. */
  confirmation?: Confirmation | null;
}

/**
 * The JWT's encoded header and payload, `header.payload`, to be signed. `jti` is derived from all other claims, so a
 * retry yields the same access token and nothing is stored for it; without a grant it is random.
 */
export function encodeAccessToken(token: AccessToken, key: { kid: string; algorithm: string }): string {
  return token.profile === "passport" ? encodePassport(token, key) : encodeRfc9068(token, key);
}

/** RFC 9068 §2: header `typ: at+jwt`; `gid` names the grant. */
function encodeRfc9068(token: AccessToken, { kid, algorithm }: { kid: string; algorithm: string }): string {
  const claims: Record<string, unknown> = {
    iss: token.issuer,
    aud: token.audience,
    sub: token.subject,
    client_id: token.clientId,
    iat: token.issuedAt,
    exp: token.expiresAt,
  };
  if (token.scope !== "") claims["scope"] = token.scope;
  if (token.grant !== null) {
    claims["gid"] = token.grant.id;
    if (token.grant.authTime !== null) claims["auth_time"] = Math.floor(token.grant.authTime / 1000);
  }
  if (token.claims) Object.assign(claims, token.claims);
  if (token.confirmation) claims["cnf"] = token.confirmation;
  const json = JSON.stringify(claims);
  const jti = deriveJti(token, json, kid).toString("base64url", 0, 16);
  const payload = `${json.slice(0, -1)},"jti":"${jti}"}`;
  return `${encode(JSON.stringify({ typ: "at+jwt", alg: algorithm, kid }))}.${encode(payload)}`;
}

/** The first 32 digits of a `jti` of the `passport` profile, for a token without a grant. */
export const NO_GRANT = "0".repeat(32);

/**
 * Laravel Passport's claims, in its order. It has no claim for the grant, and a `jti` of 80 hex digits: the first 32 are
 * the grant's id, by which introspection finds it, or zeros.
 */
function encodePassport(token: AccessToken, { kid, algorithm }: { kid: string; algorithm: string }): string {
  const scopes = token.scope === "" ? [] : token.scope.split(" ");
  const { clientId: aud, issuedAt: iat, expiresAt: exp, subject: sub } = token;
  const cnf = token.confirmation ?? undefined;
  const digest = deriveJti(token, JSON.stringify({ aud, iat, exp, sub, scopes, cnf }), kid);
  const grantId = token.grant?.id.replaceAll("-", "") ?? NO_GRANT;
  const jti = grantId + digest.toString("hex", 0, 24);
  const claims = { aud, jti, iat, nbf: iat, exp, sub, scopes, cnf };
  const header = { typ: "JWT", alg: algorithm, jti, kid };
  return `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;
}

/** 40 bytes, from the grant, its generation, the key and all other claims as JSON. */
function deriveJti({ grant }: AccessToken, claims: string, kid: string): Buffer {
  if (grant === null) return randomBytes(40);
  const digest = hash("sha512", `${grant.id}.${grant.generation}.${kid}.${claims}`, "binary");
  return Buffer.from(digest, "latin1").subarray(0, 40);
}

function encode(json: string): string {
  return Buffer.from(json).toString("base64url");
}

/**
 * `client_id` of a client in tokens and responses (RFC 9068 §2.2): the URL of its metadata document, or its id in the
 * store.
 */
export function wireClientId({ id, metadataUri }: Pick<Client, "id" | "metadataUri">): string {
  return metadataUri ?? id;
}
