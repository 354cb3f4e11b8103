import type { JWTPayload } from "jose";
import { rulesFor } from "../clients/assertion-rules.ts";
import { hasKeys } from "../clients/client-keys.ts";
import { readSignedJwt, SKEW } from "../clients/signed-jwt.ts";
import type { SignedJwt } from "../clients/signed-jwt.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";
import { wireClientId } from "../tokens/access-token.ts";

/** Longest request object, characters. */
const MAX_OBJECT = 16 * 1024;
/** How long ago `nbf` may be, and how far `exp` may be ahead of it, s (FAPI 2.0 Message Signing §5.3.1). */
const LIFETIME = 3600;

/** RFC 9101 §10.8: `typ` may be left out, but must not say that it is something else. */
const TYPES: readonly (string | undefined)[] = [
  undefined,
  "jwt",
  "oauth-authz-req+jwt",
  "application/oauth-authz-req+jwt",
];

/** A request object whose signature is its client's. */
export interface RequestObject {
  /** All that counts of the request: nothing beside the object does (RFC 9101 §6.3). */
  readonly parameters: ReadonlyMap<string, string>;
  /** When the client made it, at the latest, ms. */
  readonly requestedAt: number;
}

/**
 * Verifies a request object (RFC 9101 §6) and reads its parameters.
 *
 * @param names the parameters that it may have; others are ignored
 * @throws OAuthError `invalid_request_object`
 */
export async function readRequestObject(
  deps: Pick<Deps, "assertionRules" | "clientKeys" | "issuer" | "store">,
  client: Client,
  object: string,
  names: readonly string[],
): Promise<RequestObject> {
  const { header, claims } = read(object);
  const { algorithms } = rulesFor(deps.assertionRules, client);
  if (!algorithms.includes(header.alg)) {
    throw refusal(`must be signed with ${algorithms.join(", ")}`);
  }
  checkClaims(claims, deps.issuer, wireClientId(client), deps.store.now() / 1000);
  if (!hasKeys(client)) throw refusal("cannot be verified: the client has no keys");
  const verdict = await deps.clientKeys.verify(client, object, header);
  if (verdict === "keys_unavailable")
    throw refusal("cannot be verified: the client's keys cannot be fetched");
  if (verdict !== "signed") throw refusal("is not signed with a key of the client");
  const { nbf = 0, iat = 0 } = claims;
  return { parameters: parametersOf(claims, names), requestedAt: Math.max(nbf, iat) * 1000 };
}

function read(object: string): SignedJwt {
  const jwt = readSignedJwt(object, MAX_OBJECT);
  if (jwt !== undefined && TYPES.includes(jwt.typ?.toLowerCase())) return jwt;
  throw refusal("must be a signed JWT, and not longer than 16 KiB");
}

/** RFC 9101 §4, FAPI 2.0 Message Signing §5.3.1. @param now s */
function checkClaims(claims: JWTPayload, issuer: string, clientId: string, now: number): void {
  const { aud, iss, sub, nbf, exp, iat } = claims;
  if (claims["client_id"] !== clientId) throw refusal("must have the client's client_id");
  if (iss !== undefined && iss !== clientId) throw refusal("must have the client_id as iss");
  // RFC 9101 §10.8: it could authenticate the client otherwise.
  if (sub === clientId) throw refusal("must not have the client_id as sub");
  if (aud !== issuer && !(Array.isArray(aud) && aud.includes(issuer))) {
    throw refusal("must have the issuer as aud");
  }
  if (!isInstant(nbf) || !isInstant(exp)) throw refusal("must have nbf and exp");
  if (iat !== undefined && !isInstant(iat)) throw refusal("must have an instant as iat");
  if (nbf > now + SKEW || (iat ?? 0) > now + SKEW) throw refusal("is not valid yet");
  if (nbf < now - LIFETIME) throw refusal("has an nbf of more than 60 minutes ago");
  if (exp > nbf + LIFETIME) throw refusal("has an exp of more than 60 minutes after its nbf");
  if (exp <= now - SKEW) throw refusal("has expired");
  if ("request" in claims || "request_uri" in claims) {
    throw refusal("must not have request or request_uri");
  }
}

function isInstant(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** RFC 9101 §4: parameters are strings, but for numbers, and what is JSON already. An empty one counts as left out. */
function parametersOf(claims: JWTPayload, names: readonly string[]): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const name of names) {
    const value = claims[name];
    if (value === undefined || value === "") continue;
    if (typeof value === "string") parameters.set(name, value);
    else if (typeof value === "number" && name === "max_age") parameters.set(name, String(value));
    else if (name === "authorization_details") parameters.set(name, JSON.stringify(value));
    else throw refusal("has a parameter that is not a text");
  }
  return parameters;
}

function refusal(violation: string): OAuthError {
  return new OAuthError("request_object_refused", { parameter: "request", violation });
}
