import { hash } from "node:crypto";
import { MAX_CLIENT_ID, storedClientId } from "../clients/cimd/client-id-url.ts";
import { wireClientId } from "../tokens/access-token.ts";
import { redirectUriMatches } from "../client-settings/redirect-uri.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { PushedRequest } from "../store/authorization.ts";
import type { Client } from "../store/store.ts";
import { readRequestObject } from "./request-object.ts";

/** The parameters of an authorization request; others are ignored (RFC 6749 §3.1). */
export const AUTHORIZATION_PARAMETERS = [
  "client_id",
  "request_uri",
  "response_type",
  "response_mode",
  "redirect_uri",
  "scope",
  "state",
  "code_challenge",
  "code_challenge_method",
  "dpop_jkt",
  "resource",
  "authorization_details",
  "prompt",
  "max_age",
  "acr_values",
  "login_hint",
  "ui_locales",
  "request",
] as const;

const REQUEST_URI = "urn:ietf:params:oauth:request_uri:";
/** Longest `request_uri` that is looked up, characters. Regrant's own are shorter. */
const MAX_REQUEST_URI = 256;

/**
 * Picks the parameters of an authorization request, always in the same order. RFC 6749 §3.1: unrecognized parameters
 * MUST be ignored.
 */
export function authorizationParameters(
  parameters: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    AUTHORIZATION_PARAMETERS.flatMap((name) => {
      const value = parameters.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/**
 * The client of an authorization request, and where its response may be sent. Checked before anything else: until
 * then, RFC 6749 §4.1.2.1 forbids a redirect.
 */
export interface AuthorizationTarget {
  client: Client;
  redirectUri: string;
  /** The request has a `redirect_uri`, so RFC 6749 §4.1.3 requires the same one in the token request. */
  redirectUriNamed: boolean;
  /** Those of the request, of its request object, or of the pushed request that it refers to. */
  parameters: ReadonlyMap<string, string>;
  pushed: PushedRequest | null;
  /** When the client made it, ms, where that is known: of a pushed request, or of a request object. */
  requestedAt: number | null;
  /** Why its request object is refused, if it is. */
  fault: OAuthError | null;
}

/** The parameters that a request object may have. */
export const OBJECT_PARAMETERS = AUTHORIZATION_PARAMETERS.filter(
  (name) => name !== "request" && name !== "request_uri",
);

/**
 * Finds the client and the redirect URI of an authorization request.
 *
 * @throws OAuthError that must be shown to the user and not sent to the redirect URI (RFC 6749 §4.1.2.1)
 */
export async function findTarget(
  deps: Deps,
  parameters: ReadonlyMap<string, string>,
): Promise<AuthorizationTarget> {
  const client = await findClient(deps, parameters.get("client_id"));
  const requestUri = parameters.get("request_uri");
  const object = parameters.get("request");
  if (requestUri !== undefined) {
    const pushed = await findPushed(deps, client, requestUri);
    // RFC 9126 §4: parameters beside the request_uri are ignored.
    const target = targetOf(client, new Map(Object.entries(pushed.parameters)));
    return { ...target, pushed, requestedAt: pushed.createdAt };
  }
  if (object === undefined) return targetOf(client, parameters);
  try {
    const read = await readRequestObject(deps, client, object, OBJECT_PARAMETERS);
    return { ...targetOf(client, read.parameters), requestedAt: read.requestedAt };
  } catch (error) {
    if (!(error instanceof OAuthError) || error.causeName !== "request_object_refused") throw error;
    // RFC 9101 §6.1: the client is told, where the request beside the object says where.
    if (!parameters.has("redirect_uri")) throw error;
    return { ...targetOf(client, parameters), fault: error };
  }
}

/**
 * The target of a request whose client is known, such as the authenticated client of a pushed request.
 *
 * @throws OAuthError as `findTarget`
 */
export function targetOf(client: Client, parameters: ReadonlyMap<string, string>): AuthorizationTarget {
  const named = parameters.get("redirect_uri");
  const redirectUri = redirectUriOf(client, named);
  const redirectUriNamed = named !== undefined;
  return { client, redirectUri, redirectUriNamed, parameters, pushed: null, requestedAt: null, fault: null };
}

/** Makes the `request_uri` of a pushed request from a new secret (RFC 9126 §2.2). */
export function requestUriOf(secret: Buffer): string {
  return REQUEST_URI + secret.toString("base64url");
}

/** SHA-256 of a `request_uri`, the form in which the store keeps it. */
export function requestUriDigest(requestUri: string): Buffer {
  return hash("sha256", requestUri, "buffer");
}

async function findClient(deps: Deps, id: string | undefined): Promise<Client> {
  const isLookedUp = id !== undefined && id.length <= MAX_CLIENT_ID;
  const stored = isLookedUp ? storedClientId(id) : "";
  const found = await deps.clients.get(stored);
  // A client with a metadata document is accepted only under the document's URL, so that the document is always read.
  const client = found !== undefined && wireClientId(found) === id ? found : undefined;
  if (client?.disabledAt === null) return client;
  throw new OAuthError(
    client === undefined ? "authorization_unknown_client" : "authorization_client_disabled",
  );
}

async function findPushed(deps: Deps, client: Client, requestUri: string): Promise<PushedRequest> {
  const isOurs = requestUri.startsWith(REQUEST_URI) && requestUri.length <= MAX_REQUEST_URI;
  const pushed = isOurs ? await deps.store.pushedRequests.find(requestUriDigest(requestUri)) : undefined;
  // RFC 9126 §2.2: the `request_uri` MUST be bound to the client that pushed the request.
  if (pushed?.clientId === client.id) return pushed;
  throw new OAuthError(pushed === undefined ? "request_uri_unknown" : "request_uri_client_mismatch");
}

/**
 * RFC 6749 §3.1.2.3: the request MUST have a `redirect_uri` unless exactly one is registered. RFC 9700 §2.1: it is
 * compared exactly, apart from the port of a loopback address (RFC 8252 §7.3).
 */
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
