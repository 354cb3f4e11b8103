import { isReservedScope } from "../config/reserved-scopes.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";
import { withoutOfflineAccess } from "./scope.ts";

/**
 * The scope of a token that is got for another one, or for an assertion: never more than each of them allows, than the
 * client may have, and than the request asks for.
 *
 * @param limits the scopes that each allows; undefined: all
 * @throws OAuthError `invalid_scope` where the request exceeds that, or nothing is left of it
 */
export function scopeWithin(
  client: Pick<Client, "scopes">,
  limits: readonly (readonly string[] | undefined)[],
  requested: readonly string[] | undefined,
): string {
  const isAllowed = (scope: string) =>
    !isReservedScope(scope) &&
    client.scopes.includes(scope) &&
    limits.every((limit) => limit === undefined || limit.includes(scope));
  const asked = requested && withoutOfflineAccess(requested, client.scopes);
  const exceeding = asked?.find((scope) => !isAllowed(scope));
  if (exceeding !== undefined) throw new OAuthError("scope_exceeded", { scope: exceeding });
  const scopes = asked ?? client.scopes.filter(isAllowed);
  // A token without any scope could be taken for one that may do all.
  if (scopes.length === 0 && client.scopes.length > 0) throw new OAuthError("scope_exceeded");
  return scopes.join(" ");
}
