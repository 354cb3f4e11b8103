import type { GetTokenOptions, TokenClientOptions, TokenEvent, TokenRequestInit } from "./api.ts";
import { ClientConfigError } from "./errors.ts";
import type { Token } from "./types.ts";

export interface FetchDeps {
  readonly getToken: (options: GetTokenOptions) => Promise<Token>;
  /** Who may have the token; undefined: nobody has thought of it. */
  readonly origins: ReadonlySet<string> | undefined;
  readonly isRejected: TokenClientOptions["isRejected"];
  readonly emit: (event: TokenEvent) => void;
}

export type Send = (request: Request) => Promise<Response>;

/** RFC 6750 §3.1 */
const INVALID_TOKEN = /\bBearer\b.*\berror\s*=\s*"?invalid_token\b/is;

/**
 * Makes the function that sends a request with the token, and once more with another if the API refuses the token and
 * the body can be sent again. Where no other token can be had, the API's answer is returned as it is.
 *
 * A redirect to another origin loses the token on the way: the platform sees to it (Fetch §4.4, HTTP-redirect fetch).
 */
export function sender({ getToken, origins, isRejected = isInvalidToken, emit }: FetchDeps) {
  const told = new Set<string>();
  const isListed = (url: string) => origins?.has(new URL(url).origin) ?? false;

  return async (send: Send, input: string | URL | Request, init?: TokenRequestInit): Promise<Response> => {
    if (!origins) throw new ClientConfigError("`origins` must say who may receive the token");
    const request = newRequest(input, init);
    if (!isListed(request.url)) {
      const { origin } = new URL(request.url);
      if (told.size < told.add(origin).size) emit({ type: "origin_not_listed", origin });
      return send(request);
    }
    const { signal } = request;
    const token = await getToken({ signal });
    const response = await send(authorized(request, token));
    // After a redirect, whoever answered may never have seen the token.
    const isOurs = response.status === 401 && isListed(response.url || request.url);
    if (!isOurs || !isReplayable(input, init) || !(await isRejected(response))) return response;
    const other = await getToken({ rejected: token.accessToken, signal }).catch(() => undefined);
    if (!other || other.accessToken === token.accessToken) return response;
    // Not waited for: of a body that `isRejected` has read, or cloned and left, it fails, or never ends.
    response.body?.cancel().catch(() => {});
    return send(authorized(newRequest(input, init), other));
  };
}

function newRequest(input: string | URL | Request, { body, ...init }: TokenRequestInit = {}): Request {
  const made = typeof body === "function" ? body() : body;
  // What fetch wants to see beside a stream.
  return new Request(input, made === undefined ? init : Object.assign(init, { body: made, duplex: "half" }));
}

/** A stream is gone once it was sent, and so is the body of a Request. */
function isReplayable(input: string | URL | Request, { body }: TokenRequestInit = {}): boolean {
  if (typeof body === "function") return true;
  if (input instanceof Request && input.bodyUsed) return false;
  return !(body instanceof ReadableStream) && !(Symbol.asyncIterator in Object(body));
}

function authorized(request: Request, { tokenType, accessToken }: Token): Request {
  const scheme = /^bearer$/i.test(tokenType) ? "Bearer" : tokenType;
  request.headers.set("authorization", `${scheme} ${accessToken}`);
  return request;
}

function isInvalidToken(response: Response): boolean {
  return INVALID_TOKEN.test(response.headers.get("www-authenticate") ?? "");
}
