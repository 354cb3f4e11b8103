import { AdminError } from "../../admin/admin-error.ts";
import { SSF_READ_SCOPE, SSF_SCOPE } from "../../config/reserved-scopes.ts";
import type { OwnApi } from "../../config/reserved-scopes.ts";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import type { Client } from "../../store/store.ts";
import { ownApiClient } from "../own-api-client.ts";

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
  const { client, scopes } = await ownApiClient(deps, token, SSF_API, refused);
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
