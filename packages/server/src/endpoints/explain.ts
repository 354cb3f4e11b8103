import { authenticateClient } from "../clients/authenticate.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";
import type { Deps } from "../deps.ts";
import { explanationOf, unknownToken } from "../explanations/explanation.ts";
import type { Explanation } from "../explanations/explanation.ts";
import { readTokenHistory } from "../explanations/token-history.ts";
import type { Words } from "../explanations/words.ts";
import { required } from "../grant-types/grant-type.ts";
import { clientKey } from "../limits/client-failures.ts";
import { openRefreshToken } from "../tokens/refresh-token.ts";

/**
 * Explains to a client what became of one of its refresh tokens, and what to do next. Regrant's own endpoint. It is no
 * use of the token and records nothing. A disabled client that authenticates is told that it is disabled.
 *
 * A public client is told of sessions that have ended, and nothing of one that is active: whoever found one of its tokens
 * must not learn, unnoticed, whether a refresh with it would succeed.
 *
 * @param words the language of its sentences
 * @throws OAuthError `invalid_client`, `invalid_request`, with 429 after too many requests of the client from one network
 */
export async function explain(deps: Deps, request: EndpointRequest, words: Words): Promise<Explanation> {
  const client = await authenticateClient(deps, request, { evenDisabled: true });
  const presented = required(request.parameters, "token");
  await deps.throttles.explanations.admit(clientKey(client.id, request.address()));
  const own = openRefreshToken(presented, deps.keys);
  const legacy = own ? undefined : await deps.legacyTokens?.open(client, presented, request.address);
  const token = own ?? legacy;
  if (token === undefined) return unknownToken(client.public, words);
  const history = await readTokenHistory(deps.store, client, token, {
    isLegacy: legacy?.migrates === true,
    legacyEnd: legacy?.migrates ? legacy.expiresAt : undefined,
    mayKnow: ({ status }) => !client.public || status.state !== "active",
  });
  return history === undefined ? unknownToken(client.public, words) : explanationOf(history, words);
}
