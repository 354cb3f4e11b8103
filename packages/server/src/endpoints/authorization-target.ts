import { hash } from "node:crypto";
import { MAX_CLIENT_ID, storedClientId } from "../clients/cimd/client-id-url.ts";
import { wireClientId } from "../tokens/access-token.ts";
import { redirectUriMatches } from "../client-settings/redirect-uri.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { PushedRequest } from "../store/authorization.ts";
import type { Client } from "../store/store.ts";

/** What an authorization request may say; everything else is passed over (RFC 6749 §3.1). */
const AUTHORIZATION_PARAMETERS = [
  "client_id",
  "request_uri",
  "response_type",
  "response_mode",
  "redirect_uri",
  "scope",
  "state",
  "code_challenge",
  "code_challenge_method",
  "resource",
  "prompt",
  "max_age",
  "login_hint",
  "ui_locales",
  "request",
] as const;

const REQUEST_URI = "urn:ietf:params:oauth:request_uri:";
/** The longest `request_uri` of ours; others are nobody's. */
const MAX_REQUEST_URI = 256;

/** Only what belongs to an authorization request, in one order. */
export function authorizationParameters(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    AUTHORIZATION_PARAMETERS.flatMap((name) => {
      const value = given.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Whom an authorization request is from, and where its answer may go: proven before anything else is looked at. */
export interface AuthorizationTarget {
  client: Client;
  redirectUri: string;
  /** The request named it, so the token request must too. */
  redirectUriNamed: boolean;
  /** Of the request, or of the pushed one that it names. */
  parameters: ReadonlyMap<string, string>;
  pushed: PushedRequest | null;
}

/**
 * @throws OAuthError that must be shown to the person and not sent on: the redirect URI is not proven
 *   (RFC 6749 §4.1.2.1)
 */
export async function findTarget(
  deps: Deps,
  parameters: ReadonlyMap<string, string>,
): Promise<AuthorizationTarget> {
  const client = await findClient(deps, parameters.get("client_id"));
  const requestUri = parameters.get("request_uri");
  if (requestUri === undefined) return { ...targetOf(client, parameters), pushed: null };
  const pushed = await findPushed(deps, client, requestUri);
  // RFC 9126 §4: what stands beside the request_uri is not of the request.
  return { ...targetOf(client, new Map(Object.entries(pushed.parameters))), pushed };
}

/** The same of an authenticated client's request that names none. */
export function targetOf(
  client: Client,
  parameters: ReadonlyMap<string, string>,
): Omit<AuthorizationTarget, "pushed"> {
  const named = parameters.get("redirect_uri");
  const redirectUri = redirectUriOf(client, named);
  return { client, redirectUri, redirectUriNamed: named !== undefined, parameters };
}

/** A new name for a pushed request, and the form in which a store keeps it. */
export function requestUriOf(secret: Buffer): string {
  return REQUEST_URI + secret.toString("base64url");
}

export function requestUriDigest(requestUri: string): Buffer {
  return hash("sha256", requestUri, "buffer");
}

async function findClient(deps: Deps, id: string | undefined): Promise<Client> {
  const isLookedUp = id !== undefined && id.length <= MAX_CLIENT_ID;
  const stored = isLookedUp ? storedClientId(id) : "";
  const found = await deps.clients.get(stored);
  // A metadata document's client is known by its URL alone, so that the document is always looked at.
  const client = found !== undefined && wireClientId(found) === id ? found : undefined;
  if (client?.disabledAt === null) return client;
  throw new OAuthError(
    client === undefined ? "authorization_unknown_client" : "authorization_client_disabled",
  );
}

async function findPushed(deps: Deps, client: Client, requestUri: string): Promise<PushedRequest> {
  const isOurs = requestUri.startsWith(REQUEST_URI) && requestUri.length <= MAX_REQUEST_URI;
  const pushed = isOurs ? await deps.store.pushedRequests.find(requestUriDigest(requestUri)) : undefined;
  if (pushed?.clientId === client.id) return pushed;
  throw new OAuthError(pushed === undefined ? "request_uri_unknown" : "request_uri_client_mismatch");
}

/** RFC 6749 §3.1.2.3: it may be left out where only one is registered. */
function redirectUriOf({ redirectUris, grantTypes }: Client, named: string | undefined): string {
  const [only, ...others] = redirectUris;
  const matching =
    named === undefined
      ? others.length === 0
        ? only
        : undefined
      : redirectUris.some((registered) => redirectUriMatches(registered, named))
        ? named
        : undefined;
  if (matching === undefined) throw new OAuthError("redirect_uri_not_registered");
  if (!grantTypes.includes("authorization_code")) throw new OAuthError("authorization_code_not_allowed");
  return matching;
}
