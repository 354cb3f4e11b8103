import type { JWTPayload } from "jose";

/** Which claims the tokens have: RFC 9068's, or Laravel Passport's. */
export type Profile = "rfc9068" | "passport";

/** A verified access token. Instants in s since 1970. */
export interface AccessToken {
  /** Whom the access is for; the client itself where it acts for nobody. */
  subject: string;
  clientId: string;
  scopes: readonly string[];
  audience: readonly string[];
  issuedAt: number;
  expiresAt: number;
  /** `jti` */
  id: string;
  /** The authorization that it belongs to; undefined where the client acts for itself. */
  grantId: string | undefined;
  /** Every claim as it stands in the token. */
  claims: JWTPayload;
}

/** Undefined: a claim is missing or of another type than the profile says. */
export function readAccessToken(profile: Profile, claims: JWTPayload): AccessToken | undefined {
  const { sub, jti, iat, exp } = claims;
  const audience = typeof claims.aud === "string" ? [claims.aud] : (claims.aud ?? []);
  if (!isText(sub) || !isText(jti) || typeof iat !== "number" || typeof exp !== "number") return undefined;
  const read = profile === "passport" ? fromPassport(jti, audience, claims) : fromRfc9068(claims);
  return read && { subject: sub, id: jti, issuedAt: iat, expiresAt: exp, audience, claims, ...read };
}

type Own = Pick<AccessToken, "clientId" | "scopes" | "grantId">;

/** RFC 9068 §2.2; `gid` is Regrant's. */
function fromRfc9068({ client_id: clientId, scope = "", gid }: JWTPayload): Own | undefined {
  if (!isText(clientId) || typeof scope !== "string" || (gid !== undefined && !isText(gid))) return undefined;
  return { clientId, scopes: scope === "" ? [] : scope.split(" "), grantId: gid };
}

/** Of Passport's tokens from Regrant, the first half of `jti` is the grant's id, or zeros for the client's own. */
function fromPassport(jti: string, [clientId]: readonly string[], { scopes }: JWTPayload): Own | undefined {
  if (clientId === undefined || !Array.isArray(scopes) || !scopes.every(isText)) return undefined;
  const [, ...groups] = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(jti) ?? [];
  const grantId = groups.length === 0 || /^0+$/.test(groups.join("")) ? undefined : groups.join("-");
  return { clientId, scopes, grantId };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
