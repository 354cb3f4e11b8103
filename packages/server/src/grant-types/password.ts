import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
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
  if (!("answer" in issued)) throw new OAuthError(issued.outcome);
  return asked === undefined && scope !== "" ? { ...issued.answer, scope } : issued.answer;
}

function required(parameters: ReadonlyMap<string, string>, name: string, maxBytes: number): string {
  const value = parameters.get(name);
  if (value === undefined) throw new OAuthError("parameter_missing", { parameter: name });
  if (Buffer.byteLength(value) > maxBytes) throw new OAuthError("parameter_too_long", { parameter: name });
  return value;
}
