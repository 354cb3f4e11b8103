import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { issueGrant } from "../../grant-types/issue-grant.ts";
import { parseScope } from "../../grant-types/grant-type.ts";
import { grantedScope } from "../../grant-types/scope.ts";
import { withScope } from "../../grant-types/token-response.ts";
import type { TokenResponse } from "../../grant-types/token-response.ts";
import type { Client } from "../../store/store.ts";
import { AdminError, notFound } from "../admin-error.ts";

/** What a new grant authorizes. */
export interface IssueRequest {
  clientId: string;
  /** An account's subject, or any identifier of the operator's own. */
  subject: string;
  /** Space-separated; undefined: all that the client may have. */
  scope?: string | undefined;
}

/** Issues one grant per call. What does not change between calls was checked before. */
export type GrantIssuer = () => Promise<TokenResponse>;

/**
 * Checks a request for grants and returns the function that issues them.
 *
 * @param actor recorded in the events
 * @throws AdminError `not_found`; `not_allowed`: the client may not use refresh_token, or the scope exceeds what it
 *   may have; `invalid`: the subject is empty. Each call: `not_allowed`: the client or the account is disabled
 */
export async function grantIssuer(deps: Deps, request: IssueRequest, actor: string): Promise<GrantIssuer> {
  const { clientId, subject } = request;
  const client = await deps.store.clients.find(clientId);
  if (client === undefined) throw notFound("client", clientId);
  if (!client.grantTypes.includes("refresh_token")) {
    const message = "the client may not use refresh_token, so its grant could never be refreshed";
    throw new AdminError("not_allowed", message, { hint: "add refresh_token to its grant types" });
  }
  if (subject.trim() === "") throw new AdminError("invalid", "the subject is empty");
  const { scope, requested } = scopeFor(client, request.scope);
  return async () => {
    const issued = await issueGrant(deps, client, { subject, scope, authTime: null, via: actor });
    if (issued.outcome === "client_disabled") {
      throw new AdminError("not_allowed", `the client is disabled: ${client.id}`);
    }
    if (!("response" in issued)) throw new AdminError("not_allowed", `the account is disabled: ${subject}`);
    return withScope(issued.response, scope, requested);
  };
}

function scopeFor(client: Client, named: string | undefined) {
  try {
    const requested = parseScope(named);
    return { requested, scope: grantedScope(client, requested) };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const hint = `the client may have: ${client.scopes.join(" ") || "no scope"}`;
    throw new AdminError("not_allowed", "the scope exceeds what the client may have", { hint });
  }
}
