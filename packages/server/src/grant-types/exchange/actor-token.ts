import { activeAccessToken } from "../../clients/active-access-token.ts";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { bindingOf } from "../../sender/sender.ts";
import type { Sender } from "../../sender/sender.ts";
import type { Actor } from "../../store/grant.ts";
import type { Client } from "../../store/store.ts";
import { wireClientId } from "../../tokens/access-token.ts";
import { mayAct, withEarlierActors } from "../actors.ts";
import { notUnderstood } from "../assertions/claims.ts";
import { verifyAssertion } from "../assertions/verify-assertion.ts";
import { requireProof } from "./subject-token.ts";
import type { PresentedToken, SubjectToken } from "./subject-token.ts";
import { ACCESS_TOKEN, JWT } from "./token-types.ts";

/**
 * The actor of the new token (RFC 8693 §4.1): the subject of the actor token, else the client itself. A client that
 * impersonates the subject is not named, so only earlier actors are; undefined: there are none. `may_act` of the subject
 * token is heeded either way.
 *
 * @throws OAuthError `invalid_request`
 */
export async function actorOf(
  deps: Deps,
  client: Client,
  { subject, actor: presented }: { subject: SubjectToken; actor: PresentedToken | undefined },
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
  { token: presented, type }: PresentedToken,
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
  // With another client's token, this client could name one of that client's users as the actor.
  if (token.client.id !== client.id) throw refused("client");
  requireProof(sender, token.confirmation && bindingOf(token.confirmation), "actor_token");
  // A client's own token has its id as subject (RFC 9068 §2.2).
  const isItself = token.grantId === null;
  return isItself ? { sub: token.clientId } : { sub: token.subject, client_id: token.clientId };
}

function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError("actor_token_refused", { detail, cause });
}
