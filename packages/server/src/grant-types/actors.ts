import { OAuthError } from "../errors/oauth-error.ts";
import type { Actor } from "../store/grant.ts";

/** How deep `act` may be nested: who acts now, and who acted before (RFC 8693 §4.1). */
const MAX_ACTORS = 5;

const MEMBERS = new Set(["sub", "iss", "client_id", "act"]);

/**
 * Reads an `act` claim of another issuer (RFC 8693 §4.1). Undefined: it is not understood, so a token with it cannot be
 * taken over.
 */
export function readActor(claim: unknown, depth = MAX_ACTORS): Actor | undefined {
  if (typeof claim !== "object" || claim === null || depth === 0) return undefined;
  const { sub, iss, client_id, act } = claim as Record<string, unknown>;
  const isText = [sub, iss ?? "", client_id ?? ""].every(
    (one) => typeof one === "string" && one.length <= 512,
  );
  if (!isText || Object.keys(claim).some((name) => !MEMBERS.has(name))) return undefined;
  if (act !== undefined && readActor(act, depth - 1) === undefined) return undefined;
  return claim as Actor;
}

/**
 * The actor of a token that is delegated once more: who acted before is nested in it.
 *
 * @throws OAuthError `invalid_request` where the chain is too long
 */
export function withEarlierActors(actor: Actor, earlier: Actor | undefined): Actor {
  const chain = earlier === undefined ? actor : { ...actor, act: earlier };
  let length = 0;
  for (let one: Actor | undefined = chain; one !== undefined; one = one.act) length += 1;
  if (length > MAX_ACTORS) throw new OAuthError("too_many_actors");
  return chain;
}

/** Whether `may_act` (RFC 8693 §4.4) names this actor: each of its members must be the actor's. */
export function mayAct(claim: unknown, actor: Actor): boolean {
  if (typeof claim !== "object" || claim === null || Array.isArray(claim)) return false;
  const named = Object.entries(claim);
  return named.length > 0 && named.every(([name, value]) => actor[name as keyof Actor] === value);
}
