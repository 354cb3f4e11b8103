import type { FetchInit, GetTokenOptions, TokenClientOptions, TokenEvent } from "./api.ts";
import { ClientConfigError } from "./errors.ts";
import type { Token } from "./types.ts";

export interface FetchDeps {
  readonly getToken: (options: GetTokenOptions) => Promise<Token>;
  /** Origins that may receive the token; undefined: the option was not given. */
  readonly origins: ReadonlySet<string> | undefined;
  readonly isRejected: TokenClientOptions["isRejected"];
  readonly emit: (event: TokenEvent) => void;
}

export type Send = (request: Request) => Promise<Response>;

/** RFC 6750 §3.1 */
const INVALID_TOKEN = /\berror\s*=\s*"?invalid_token\b/i;

/**
 * Creates the function that sends a request with the access token. If the API rejects the token and the body can be
 * resent, it retries once with a new token; if there is no new token, it returns the API's response.
 *
 * The platform removes the token on a redirect to another origin (Fetch §4.4, HTTP-redirect fetch).
 */
export function authorizedFetch({ getToken, origins, isRejected = isInvalidToken, emit }: FetchDeps) {
  const reported = new Set<string>();
  const isListed = (url: string) => origins?.has(new URL(url).origin) ?? false;

  return async (send: Send, input: string | URL | Request, init?: FetchInit): Promise<Response> => {
    if (!origins) throw new ClientConfigError("`origins` must list the origin of the API");
    const request = newRequest(input, init);
    if (!isListed(request.url)) {
      const { origin } = new URL(request.url);
      if (reported.size < reported.add(origin).size) emit({ type: "origin_not_listed", origin });
      return send(request);
    }
    const { signal } = request;
    const token = await getToken({ signal });
    const response = await send(authorize(request, token));
    // After a redirect, the server that responded may never have received the token.
    const isFromApi = response.status === 401 && isListed(response.url || request.url);
    if (!isFromApi || !canResend(input, init) || !(await isRejected(response))) return response;
    const other = await getToken({ rejected: token.accessToken, signal }).catch(() => undefined);
    if (!other || other.accessToken === token.accessToken) return response;
    // Not awaited: if `isRejected` has read or cloned the body, this rejects or never settles.
    response.body?.cancel().catch(() => {});
    return send(authorize(newRequest(input, init), other));
  };
}

function newRequest(input: string | URL | Request, { body, ...init }: FetchInit = {}): Request {
  const content = typeof body === "function" ? body() : body;
  // `fetch` requires `duplex` with a stream.
  return new Request(
    input,
    content === undefined ? init : Object.assign(init, { body: content, duplex: "half" }),
  );
}

/** A stream, and the body of a Request, can be sent only once. */
function canResend(input: string | URL | Request, { body }: FetchInit = {}): boolean {
  if (typeof body === "function") return true;
  if (input instanceof Request && input.bodyUsed) return false;
  return !(body instanceof ReadableStream) && !(Symbol.asyncIterator in Object(body));
}

function authorize(request: Request, { tokenType, accessToken }: Token): Request {
  const scheme = /^bearer$/i.test(tokenType) ? "Bearer" : tokenType;
  request.headers.set("authorization", `${scheme} ${accessToken}`);
  return request;
}

function isInvalidToken(response: Response): boolean {
  const challenges = response.headers.get("www-authenticate") ?? "";
  const bearer = challenges.search(/\bBearer\b/i);
  return bearer !== -1 && INVALID_TOKEN.test(challenges.slice(bearer));
}
