import type { JWTPayload } from "jose";

/** The claims of the tokens: RFC 9068's or Laravel Passport's. */
export type Profile = "rfc9068" | "passport";

/** A verified access token. Instants are s since 1970. */
export interface AccessToken {
  /** `sub`: the user, or the client itself with client credentials (RFC 9068 §2.2). */
  subject: string;
  /** `client_id`: the client that the token was issued to. */
  clientId: string;
  /** `scope`, as a list. */
  scopes: readonly string[];
  /** `aud`: the resource servers that the token is for. */
  audience: readonly string[];
  /** `iat`: when it was issued. */
  issuedAt: number;
  /** `exp`: when it expires. */
  expiresAt: number;
  /** `jti`: the token's own id. */
  id: string;
  /** The grant that the token was issued for; undefined: the client's own token (client credentials). */
  grantId: string | undefined;
  /** All claims of the token. */
  claims: JWTPayload;
}

/** Reads the claims of a profile; undefined: one is missing or has the wrong type. */
export function readAccessToken(profile: Profile, claims: JWTPayload): AccessToken | undefined {
  const { sub, jti, iat, exp } = claims;
  const audience = [claims.aud ?? []].flat();
  if (!audience.every(isText)) return undefined;
  if (!isText(sub) || !isText(jti) || typeof iat !== "number" || typeof exp !== "number") return undefined;
  const read = profile === "passport" ? fromPassport(jti, audience, claims) : fromRfc9068(claims);
  return read && { subject: sub, id: jti, issuedAt: iat, expiresAt: exp, audience, claims, ...read };
}

type ProfileClaims = Pick<AccessToken, "clientId" | "scopes" | "grantId">;

/** RFC 9068 §2.2; `gid`, the grant's id, is Regrant's. */
function fromRfc9068({ client_id: clientId, scope = "", gid }: JWTPayload): ProfileClaims | undefined {
  if (!isText(clientId) || typeof scope !== "string" || (gid !== undefined && !isText(gid))) return undefined;
  return { clientId, scopes: scope === "" ? [] : scope.split(" "), grantId: gid };
}

/** In Passport's claims, the first half of a Regrant `jti` is the grant's id; zeros: client credentials. */
function fromPassport(
  jti: string,
  [clientId]: readonly string[],
  { scopes }: JWTPayload,
): ProfileClaims | undefined {
  if (clientId === undefined || !Array.isArray(scopes) || !scopes.every(isText)) return undefined;
  const [, ...groups] = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(jti) ?? [];
  const grantId = groups.length === 0 || /^0+$/.test(groups.join("")) ? undefined : groups.join("-");
  return { clientId, scopes, grantId };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
