import type { JWTPayload } from "jose";

/** The claims of the tokens: RFC 9068's or Laravel Passport's. */
export type Profile = "rfc9068" | "passport";

/** What a token is bound to (RFC 7800 §3.1). */
export interface Confirmation {
  /** Thumbprint of the client's DPoP key (RFC 9449 §6.1). */
  readonly jkt?: string;
  /** SHA-256 of the client's certificate (RFC 8705 §3.1). */
  readonly "x5t#S256"?: string;
}

/** A member of `authorization_details` (RFC 9396 §2). */
export interface AuthorizationDetail {
  /** Which of the API's types it is. */
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Who acts for the subject; nested in it, who acted before (RFC 8693 §4.1). */
export interface Actor {
  /** The actor's id. */
  readonly sub: string;
  /** Who acted before. */
  readonly act?: Actor;
  readonly [claim: string]: unknown;
}

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
  /** `cnf`: the key or certificate that the token is bound to, and that the request proved; undefined: a bearer token. */
  cnf: Confirmation | undefined;
  /** `acr`: how the subject authenticated (RFC 9470 §6.2). */
  acr: string | undefined;
  /** `auth_time`: when the subject authenticated. */
  authTime: number | undefined;
  /** `authorization_details`: what the token permits beside its scopes (RFC 9396 §9.1). */
  authorizationDetails: readonly AuthorizationDetail[] | undefined;
  /** `act`: who acts for the subject (RFC 8693 §4.1). */
  act: Actor | undefined;
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
  const about = readAuthorization(claims);
  return (
    read &&
    about && { subject: sub, id: jti, issuedAt: iat, expiresAt: exp, audience, claims, ...read, ...about }
  );
}

type Authorization = Pick<AccessToken, "cnf" | "acr" | "authTime" | "authorizationDetails" | "act">;

/** The claims that limit what the token permits: a token in which one is malformed is refused, not read without it. */
function readAuthorization(claims: JWTPayload): Authorization | undefined {
  const { cnf, acr, auth_time: authTime, authorization_details: details, act } = claims;
  const isRight =
    isOptional(cnf, (value) => isObject(value) && Object.values(value).every(isText)) &&
    isOptional(acr, isText) &&
    isOptional(authTime, (value) => typeof value === "number") &&
    isOptional(details, (value) => Array.isArray(value) && value.every(isDetail)) &&
    isOptional(act, (value) => isObject(value) && isText(value["sub"])) &&
    isOptional(claims["grant_clients"], (value) => Array.isArray(value) && value.every(isText));
  return isRight ? ({ cnf, acr, authTime, authorizationDetails: details, act } as Authorization) : undefined;
}

function isOptional(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || isRight(value);
}

function isDetail(value: unknown): boolean {
  return isObject(value) && isText(value["type"]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
