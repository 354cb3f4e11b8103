/**
 * `fetch` with the access token: `authorizedFetch(client, { origins })`; the same as middleware, and for MCP clients.
 *
 * @module
 */
import type { Clock, TokenClient, TokenClientOptions } from "./api.ts";
import { systemClock } from "./clock.ts";
import { ClientConfigError, isTokenError } from "./errors.ts";
import { secureUrl } from "./secure-url.ts";
import type { Awaitable, Token } from "./types.ts";

export { stepUpOf } from "./step-up.ts";
export type { StepUp } from "./step-up.ts";

/** Where the access token may be sent, and when it is replaced. */
export interface AuthorizedFetchOptions {
  /** Origins that the access token may be sent to, such as `https://api.example.com`. */
  readonly origins: readonly (string | URL)[];
  /** Accepts origins with http on every host, not only on loopback. */
  readonly allowHttp?: boolean | undefined;
  /**
   * Whether the API refused the token, and a new one may help. Called for each response of a listed origin; read a body
   * from a `clone()`. Default: a 401, unless its challenge names another error than `invalid_token` (RFC 6750 §3.1).
   */
  readonly isRejected?: ((response: Response) => Awaitable<boolean>) | undefined;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** In place of the client's option of this name. */
  readonly waitUntil?: TokenClientOptions["waitUntil"];
  /** Called once for each origin that got a request without the token, as it is not in `origins`. */
  readonly onUnlistedOrigin?: ((origin: string) => void) | undefined;
}

/** `RequestInit` whose body may be a function, called for each attempt, so that a streamed request can be resent. */
export type FetchInit = Omit<RequestInit, "body"> & {
  body?: RequestInit["body"] | (() => RequestInit["body"]);
};

/** `fetch` with the access token. */
export type AuthorizedFetch = (input: string | URL | Request, init?: FetchInit) => Promise<Response>;

/** One of a chain of functions around `fetch`, each of which calls the `next`. */
export type FetchMiddleware = (
  request: Request,
  next: (request: Request) => Promise<Response>,
) => Promise<Response>;

/** The interface through which the Model Context Protocol SDK, among others, takes tokens. */
export interface AuthProvider {
  /** Returns a valid access token, refreshed if necessary. */
  token(): Promise<string>;
  /** Replaces the token that `token` returned last, which an API rejected. */
  onUnauthorized(): Promise<void>;
}

type Tokens = Pick<TokenClient, "getToken" | "dpop">;

/** An error in a challenge that a new token does not mend: anything but RFC 6750's `invalid_token`. */
const OTHER_ERROR =
  /\berror\s*=\s*"?(insufficient_scope|insufficient_user_authentication|invalid_request|\w+_dpop_\w+)\b/i;
/** Token types that are their own authorization scheme, since each request needs a proof (RFC 9449, RFC 7800). */
const PROOF_TYPES = /^(dpop|pop|mac)$/i;
/** For this long, a 401 after a replacement is taken for the old token's, ms. */
const REPLACEMENT_PAUSE = 60_000;

/**
 * Creates a `fetch` that sends the access token to the listed origins. If an API rejects the token, it is replaced, and
 * the request retried once, if its body can be sent again; if there is no new token, the API's response is returned.
 *
 * The platform removes the token on a redirect to another origin (Fetch §4.4, HTTP-redirect fetch). Workers with a
 * compatibility date of before 2025-09-01 do not: there, no redirect is followed, and its response is returned.
 *
 * @throws ClientConfigError if an option is invalid. The function itself: as `getToken`, and as `fetch`
 */
export function authorizedFetch(
  client: Pick<TokenClient, "getToken" | "dpop">,
  options: AuthorizedFetchOptions,
): AuthorizedFetch {
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  const sendTo = sender(client, options);
  return (input, init) => sendTo((request) => send(request), input, init);
}

/** `authorizedFetch` as a middleware. @throws ClientConfigError if an option is invalid */
export function fetchMiddleware(
  client: Pick<TokenClient, "getToken" | "dpop">,
  options: AuthorizedFetchOptions,
): FetchMiddleware {
  const sendTo = sender(client, options);
  return (request, next) => sendTo(next, request);
}

/**
 * Tokens for the Model Context Protocol SDK's transports.
 *
 * @param options `clock`: the source of time, for tests
 */
export function authProvider(
  client: Pick<TokenClient, "getToken">,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): AuthProvider {
  let last: string | undefined;
  let replacement: { readonly accessToken: string; readonly at: number } | undefined;
  return {
    token: async () => (last = (await client.getToken()).accessToken),
    async onUnauthorized() {
      if (last === undefined) return;
      // The interface does not say which token was rejected. Just after a replacement, a late 401 means the old one.
      const isNew =
        last === replacement?.accessToken && clock.monotonic() - replacement.at < REPLACEMENT_PAUSE;
      if (isNew) return;
      const { accessToken } = await client.getToken({ rejected: last });
      replacement = { accessToken, at: clock.monotonic() };
    },
  };
}

function sender(client: Tokens, options: AuthorizedFetchOptions) {
  const { origins, allowHttp, isRejected = isInvalidToken, waitUntil, onUnlistedOrigin } = options;
  // A program without types may lack them.
  if (!Array.isArray(origins) || !origins.length)
    throw new ClientConfigError("`origins` must list the origin of the API, in an array");
  const listed = new Set(origins.map((origin) => secureUrl(origin, allowHttp).origin));
  const reported = new Set<string>();
  const isListed = (url: string) => listed.has(new URL(url).origin);

  return async (
    send: (request: Request) => Promise<Response>,
    input: string | URL | Request,
    init?: FetchInit,
  ): Promise<Response> => {
    const request = newRequest(input, init);
    if (!isListed(request.url)) {
      const { origin } = new URL(request.url);
      if (reported.size < reported.add(origin).size) onUnlistedOrigin?.(origin);
      return send(request);
    }
    const { signal } = request;
    const again = repeatable(request, input, init);
    const token = await client.getToken({ signal, waitUntil });
    const response = await sendWith(client, token, request, again, send);
    // After a redirect, the server that responded may never have received the token.
    if (!isListed(response.url || request.url) || !(await isRejected(response))) return response;
    const other = await replacementOf(client, token, signal);
    if (!other || !again) return response;
    // Not awaited: if `isRejected` has read or cloned the body, this rejects or never settles.
    response.body?.cancel().catch(() => {});
    return sendWith(client, other, again(), again, send);
  };
}

/** Sends the request with the token and, if that is bound to the client's key, with a proof. */
function sendWith(
  { dpop }: Tokens,
  token: Token,
  request: Request,
  again: (() => Request) | undefined,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  const first = authorized(request, token);
  if (!dpop || !/^dpop$/i.test(token.tokenType)) return send(first);
  return dpop.apiFetch(first, token.accessToken, send, again && (() => authorized(again(), token)));
}

/** Another token; undefined: there is none, or the API rejects a new one as well. @throws the signal's reason */
async function replacementOf(client: Tokens, token: Token, signal: AbortSignal): Promise<Token | undefined> {
  try {
    const other = await client.getToken({ rejected: token.accessToken, signal });
    return other.accessToken === token.accessToken ? undefined : other;
  } catch (error) {
    if (isTokenError(error)) return undefined;
    throw error;
  }
}

/** Makes the request a second time; undefined: a stream can be sent only once. A copy of a body is kept in memory. */
function repeatable(
  request: Request,
  input: string | URL | Request,
  init: FetchInit = {},
): (() => Request) | undefined {
  const { body } = init;
  // Not by `instanceof`: React Native has no ReadableStream.
  const isStream = ["getReader", Symbol.asyncIterator].some((member) => member in Object(body));
  if (typeof body !== "function" && isStream) return undefined;
  if (body !== undefined || !(input instanceof Request) || !input.bodyUsed)
    return () => newRequest(input, init);
  // The first request has taken the body along.
  const copy = request.clone();
  return () => copy.clone();
}

function newRequest(input: string | URL | Request, { body, ...init }: FetchInit = {}): Request {
  const content = typeof body === "function" ? body() : body;
  // `fetch` requires `duplex` with a stream.
  return new Request(
    input,
    content === undefined ? init : Object.assign(init, { body: content, duplex: "half" }),
  );
}

function authorized(request: Request, { tokenType, accessToken }: Token): Request {
  const scheme = PROOF_TYPES.test(tokenType) ? tokenType : "Bearer";
  request.headers.set("authorization", `${scheme} ${accessToken}`);
  const { Cloudflare } = globalThis as { Cloudflare?: { compatibilityFlags?: Record<string, boolean> } };
  const isKept = Cloudflare?.compatibilityFlags?.["strip_authorization_on_cross_origin_redirect"] === false;
  return isKept ? new Request(request, { redirect: "manual" }) : request;
}

/** Many servers send no challenge with a 401, and a page cannot read one that the server does not expose to it. */
function isInvalidToken({ status, headers }: Response): boolean {
  return status === 401 && !OTHER_ERROR.test(headers.get("www-authenticate") ?? "");
}
