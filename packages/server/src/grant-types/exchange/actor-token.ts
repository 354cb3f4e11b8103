import { activeAccessToken } from "../../clients/active-access-token.ts";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import type { Sender } from "../../sender/sender.ts";
import type { Actor } from "../../store/grant.ts";
import type { Client } from "../../store/store.ts";
import { wireClientId } from "../../tokens/access-token.ts";
import { mayAct, withEarlierActors } from "../actors.ts";
import { bindingOf, notUnderstood } from "../assertions/claims.ts";
import { verifyAssertion } from "../assertions/verify-assertion.ts";
import type { PresentedSubject, SubjectToken } from "./subject-token.ts";
import { ACCESS_TOKEN, JWT } from "./token-types.ts";

/**
 * Who acts in the new token (RFC 8693 §4.1): whom the actor token is of, else the client itself. Undefined: nobody new, since
 * the client impersonates the subject; who acted before stays named. `may_act` of the subject token is heeded either way.
 *
 * @throws OAuthError `invalid_request`
 */
export async function actorOf(
  deps: Deps,
  client: Client,
  { subject, actor: presented }: { subject: SubjectToken; actor: PresentedSubject | undefined },
  sender: Sender,
): Promise<Actor | undefined> {
  const itself = { sub: wireClientId(client) };
  const actor = presented === undefined ? itself : await openActorToken(deps, client, presented, sender);
  if (subject.mayAct !== undefined && !mayAct(subject.mayAct, actor))
    throw new OAuthError("actor_not_authorized");
  const earlier = subject.claims?.act;
  const isNamed = presented !== undefined || client.tokenExchange === "delegation";
  return isNamed ? withEarlierActors(actor, earlier) : earlier;
}

async function openActorToken(
  deps: Deps,
  client: Client,
  { token: presented, type }: PresentedSubject,
  sender: Sender,
): Promise<Actor> {
  if (type === JWT) {
    const verified = await verifyAssertion(deps, client, presented, "actor_token", refused);
    const wrong = notUnderstood(verified.claims, sender);
    if (wrong !== undefined) throw refused(wrong);
    return { sub: verified.claims.sub, iss: verified.issuer.issuer };
  }
  if (type !== ACCESS_TOKEN)
    throw new OAuthError("token_type_unsupported", { parameter: "actor_token_type" });
  const token = await activeAccessToken(deps, presented);
  if (token === undefined || token.forOwnApi) throw refused("inactive");
  // Another client's token would let this one pretend to be whom it has met.
  if (token.client.id !== client.id) throw refused("client");
  const bound = token.confirmation === null ? null : (bindingOf(token.confirmation) ?? "");
  if (bound !== null && bound !== sender.binding)
    throw new OAuthError("token_bound_to_key", { parameter: "actor_token" });
  // A client's own token has its id as subject (RFC 9068 §2.2).
  const isItself = token.grantId === null;
  return isItself ? { sub: token.clientId } : { sub: token.subject, client_id: token.clientId };
}

function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError("actor_token_refused", { detail, cause });
}
