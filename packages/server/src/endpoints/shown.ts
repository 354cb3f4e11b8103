import { hash } from "node:crypto";
import type { AuthorizationDetail } from "../store/grant.ts";
import type { Client } from "../store/store.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import type { AuthorizationTarget } from "./authorization-target.ts";
import type { PendingDevice } from "./device.ts";

// A page and the answer to it are two requests, and a client may change in between: by its own update, by its metadata
// document, or by an operator. So the form carries a digest of what its page showed, and the answer counts only for that.

/**
 * Digest of what the consent page shows and its answer allows: the client, where the user returns, scope, resource and
 * authorization details.
 */
export function consentDigest(
  { client, redirectUri }: Pick<AuthorizationTarget, "client" | "redirectUri">,
  { scope, resource, details = [] }: Pick<AuthorizationRequest, "scope" | "resource" | "details">,
): string {
  return digestOf(client, [redirectUri, scope, resource, ...details]);
}

/** The same of the page that asks about a device. */
export function deviceDigest({ client, request, userCode }: PendingDevice): string {
  const { createdAt, scope, resource, claims } = request;
  return digestOf(client, [userCode, createdAt, scope, resource, ...(claims?.authorization_details ?? [])]);
}

function digestOf(client: Client, rest: readonly (string | number | null | AuthorizationDetail)[]): string {
  const { id, name, logoUri, clientUri, policyUri, tosUri } = client;
  const { firstParty, selfRegistered, metadataUri } = client;
  const shown = [id, name, logoUri, clientUri, policyUri, tosUri, firstParty, selfRegistered, metadataUri];
  return hash("sha256", JSON.stringify([...shown, ...rest]), "base64url");
}
