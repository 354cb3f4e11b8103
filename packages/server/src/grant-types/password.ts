import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors.ts";
import { MAX_PASSWORD, MAX_USERNAME } from "../identity/user-store.ts";
import type { Client } from "../store/store.ts";
import { issueGrant } from "./issue-grant.ts";
import { requestedResource } from "./resource.ts";
import { grantedScope, parseScope } from "./scope.ts";
import type { TokenResponse } from "./token-response.ts";

/**
 * Resource owner password credentials (RFC 6749 §4.3), for the programs of providers that have always used it; only
 * for clients that have the grant type.
 *
 * @throws OAuthError `invalid_grant` for a wrong username or password, `invalid_request`, `invalid_scope`,
 *   `invalid_target`
 */
export async function passwordGrant(
  deps: Deps,
  client: Client,
  parameters: ReadonlyMap<string, string>,
  address: () => string,
): Promise<TokenResponse> {
  const username = required(parameters, "username", MAX_USERNAME);
  const password = required(parameters, "password", MAX_PASSWORD);
  const asked = parseScope(parameters.get("scope"));
  const scope = grantedScope(client, asked);
  const resource = requestedResource(deps, client, parameters);
  const { subject } = await deps.directory.authenticate({ username, password, address: address() });

  const grant = { subject, scope, resource, authTime: "now", via: "password" } as const;
  const issued = await issueGrant(deps, client, grant);
  if (issued.outcome === "client_disabled") {
    const description = "Client authentication failed.";
    throw new OAuthError("invalid_client", { description, detail: issued.outcome });
  }
  if (!("answer" in issued)) {
    const description = "The username or the password is wrong.";
    throw new OAuthError("invalid_grant", { description, detail: issued.outcome });
  }
  return asked === undefined && scope !== "" ? { ...issued.answer, scope } : issued.answer;
}

function required(parameters: ReadonlyMap<string, string>, name: string, maxBytes: number): string {
  const value = parameters.get(name);
  if (value === undefined || Buffer.byteLength(value) > maxBytes) {
    const fault = value === undefined ? "missing" : "too_long";
    const description = `The ${name} parameter is ${fault === "missing" ? "missing" : "too long"}.`;
    throw new OAuthError("invalid_request", { description, detail: `${name}_${fault}` });
  }
  return value;
}
