import { AdminError } from "../../admin/admin-error.ts";
import { SSF_READ_SCOPE, SSF_SCOPE } from "../../config/reserved-scopes.ts";
import type { OwnApi } from "../../config/reserved-scopes.ts";
import { sameResource } from "../../config/resource-identifier.ts";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import type { Client } from "../../store/store.ts";
import { activeAccessToken } from "../active-access-token.ts";

/** With the issuer before it, the audience of receivers' tokens (RFC 8707 §2). */
const SSF_API = "/ssf" satisfies OwnApi;

/**
 * Authorizes a receiver by its bearer token: its own, by `client_credentials`, with a scope of Shared Signals that its client
 * still has.
 *
 * @throws OAuthError `invalid_token`, `insufficient_scope`
 */
export async function authorizeReceiver(
  deps: Deps,
  token: string | undefined,
  needs: "read" | "manage",
): Promise<Client> {
  if (token === undefined) throw refused("missing");
  const active = await activeAccessToken(deps, token);
  if (active === undefined) throw refused("the token is not active");
  // An imported signing key is the previous service's too.
  if (!active.forOwnApi) throw refused("a signing key made the token");
  const { client, grantId, issuer, audience, scope } = active;
  if (grantId !== null || issuer !== deps.issuer) throw refused("the token is of a grant");
  if (!sameResource(audience, deps.issuer + SSF_API)) throw refused("the token is for another API");
  if (client.public || client.selfRegistered) throw refused("an operator has not registered the client");
  const scopes = scope.split(" ").filter((one) => client.scopes.includes(one));
  if (scopes.includes(SSF_SCOPE)) return client;
  if (!scopes.includes(SSF_READ_SCOPE)) throw refused("the token has no scope of Shared Signals");
  if (needs === "manage") throw new OAuthError("receiver_scope_missing");
  return client;
}

function refused(detail: string): OAuthError {
  return new OAuthError("receiver_token_refused", { detail });
}

/** Turns the refusal of an operation into the error that a receiver gets; other errors are thrown as they are. */
export async function forReceiver<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    const { code, violations, cause } = error;
    if (code === "not_found") throw new OAuthError("stream_not_found", { cause });
    if (code === "not_allowed") throw new OAuthError("stream_not_allowed", { cause });
    if (code === "conflict") throw new OAuthError("stream_conflict", { cause });
    const [{ member, message } = { member: "body", message: "is not valid" }] = violations;
    throw invalidMember(member ?? "body", message.replace(`${member} `, "").replace(/\.$/, ""));
  }
}

/** @param violation the end of a sentence; fixed text */
export function invalidMember(parameter: string, violation: string): OAuthError {
  return new OAuthError("stream_request_invalid", { parameter, violation });
}
