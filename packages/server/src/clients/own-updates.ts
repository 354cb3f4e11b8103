import { changeSettings, memberOf } from "../client-settings/settings.ts";
import type { ClientSettings, RegistrableKey } from "../client-settings/settings.ts";
import { clientViolations } from "../client-settings/violations.ts";
import type { Client } from "../store/store.ts";
import { metadataError, REGISTRABLE_KEYS } from "./client-metadata.ts";
import type { RegisteredSettings } from "./client-metadata.ts";
import { invalidMetadata } from "./negotiate-metadata.ts";

/**
 * What an operator's update of a client records beside the changed settings, so that the client's own updates leave them
 * as they are. A client that cannot update itself needs no record.
 */
export function operatorRecord(
  { selfRegistered, setByOperator }: Client,
  changes: Partial<ClientSettings>,
): Partial<ClientSettings> {
  if (!selfRegistered) return {};
  const isSet = (key: RegistrableKey) => key !== "scopes" && key in changes;
  const members = REGISTRABLE_KEYS.filter(isSet).map(memberOf);
  const record = { setByOperator: [...new Set([...setByOperator, ...members])] };
  return changes.scopes === undefined ? record : { ...record, scopeCeiling: changes.scopes };
}

/** The scopes that the client's own updates can ask for: those of the operator, else those of the service's rules. */
export function availableScopes(client: Client | undefined, ofService: readonly string[]): readonly string[] {
  return client?.scopeCeiling ?? ofService;
}

/**
 * What a client's own update (RFC 7592 §2.2, or a new metadata document) changes: all that it gives but what an operator
 * has set.
 *
 * @param present the client inside the transaction of the update
 * @param ofService the scopes of the service's rules
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`: what is left does not suit the client
 */
export function ownChanges(
  present: Client,
  given: RegisteredSettings,
  ofService: readonly string[],
): Partial<ClientSettings> {
  const scopes = availableScopes(present, ofService);
  const offered = { ...given, scopes: given.scopes.filter((scope) => scopes.includes(scope)) };
  const changes: Partial<ClientSettings> = Object.fromEntries(
    REGISTRABLE_KEYS.filter((key) => !present.setByOperator.includes(memberOf(key))).map((key) => [
      key,
      offered[key],
    ]),
  );
  const { tokenEndpointAuthMethod: method = present.tokenEndpointAuthMethod } = changes;
  const isPublic = method === "none";
  // A metadata document is for all servers: with it, a client may begin to sign, and stop.
  if (method !== present.tokenEndpointAuthMethod && present.metadataUri === null) {
    throw invalidMetadata("token_endpoint_auth_method", "cannot be changed: register a new client");
  }
  // What is wrong with other settings was so before, and is not the client's fault.
  const violations = clientViolations(changeSettings(present, changes).settings, isPublic);
  const refusal = violations.map(metadataError).find((error) => error !== undefined);
  if (refusal !== undefined) throw refusal;
  return changes;
}
