import type { JWTPayload } from "jose";
import { bindingOf } from "../../sender/sender.ts";
import type { Sender } from "../../sender/sender.ts";
import type { GrantClaims } from "../../store/grant.ts";
import { readActor } from "../actors.ts";

/** Claims that change what a token may be used for, and that this service cannot check or keep. */
const NOT_UNDERSTOOD = ["authorization_details", "aud_tenant"];

/**
 * Which claim of an assertion cannot be checked here, so that a token for it would say too much. Undefined: none. An
 * assertion that is bound to a key is good only with a proof of that key (RFC 7800 §3).
 */
export function notUnderstood(claims: JWTPayload, { binding }: Sender): string | undefined {
  const unknown = NOT_UNDERSTOOD.find((name) => claims[name] !== undefined);
  if (unknown !== undefined) return unknown;
  const { act, cnf } = claims;
  if (act !== undefined && readActor(act) === undefined) return "act";
  return cnf === undefined || (binding !== null && bindingOfClaim(cnf) === binding) ? undefined : "cnf";
}

/** The `cnf` claim of another issuer, as a grant's `binding`. Undefined: it is of another kind. */
function bindingOfClaim(cnf: unknown): string | undefined {
  if (typeof cnf !== "object" || cnf === null || Object.keys(cnf).length !== 1) return undefined;
  const { jkt, "x5t#S256": thumbprint } = cnf as Record<string, unknown>;
  if (typeof jkt === "string") return bindingOf({ jkt });
  return typeof thumbprint === "string" ? bindingOf({ "x5t#S256": thumbprint }) : undefined;
}

/** What the access tokens take over from an assertion: how the user authenticated, and who acts. */
export function keptClaims({ acr, act }: JWTPayload): GrantClaims | null {
  const actor = readActor(act);
  const isAcr = typeof acr === "string" && acr.length <= 512;
  if (!isAcr && actor === undefined) return null;
  return { ...(isAcr ? { acr } : {}), ...(actor === undefined ? {} : { act: actor }) };
}

/** `auth_time` (OpenID Connect Core §2), ms; null: it has none. */
export function authTimeOf({ auth_time: authTime }: JWTPayload): number | null {
  return typeof authTime === "number" && Number.isSafeInteger(authTime) ? authTime * 1000 : null;
}

/** The `scope` of an assertion. Undefined: it limits nothing. */
export function scopeOf({ scope }: JWTPayload): readonly string[] | undefined {
  return typeof scope === "string" ? scope.split(" ").filter((one) => one !== "") : undefined;
}
