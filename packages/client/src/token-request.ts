import type { Clock, TokenRequestParts, TokenResponse } from "./api.ts";
import { withTimeout } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { nameOf } from "./errors.ts";
import { responseText } from "./response-text.ts";

/** The outcome of a token request. */
export type TokenResult =
  | { readonly outcome: "issued"; readonly response: TokenResponse }
  /** The server rejected the refresh token; `reused`: it said that the token had been used before. */
  | { readonly outcome: "rejected"; readonly reused: boolean }
  | {
      readonly outcome: "failed";
      /** The server may have processed the request. */
      readonly lost: boolean;
      readonly status: number | undefined;
      /** An HTTP status or the name of a network error. */
      readonly reason: string;
      /** An OAuth error code that calls for a change of the configuration. */
      readonly error?: string | undefined;
      /** ms */
      readonly retryAfter?: number | undefined;
    };

/** Error codes that reject the refresh token: `invalid_grant` (RFC 6749 §5.2), GitHub's and Slack's. */
const REJECTED = /^(invalid_grant|bad_refresh_token|invalid_refresh_token)$/;
/** Error codes of a temporary failure. */
const TRANSIENT = /^(temporarily_unavailable|server_error|slow_down)$|limit/;
/** A code that is safe to report: it cannot contain a token. */
const CODE = /^[a-z_]{1,40}$/;

/**
 * Sends one POST to the token endpoint: no retry, no redirect, nothing after `timeout` ms. Never rejects.
 */
export async function requestToken(
  { fetch, clock, server }: { fetch: typeof globalThis.fetch; clock: Clock; server: ServerClock },
  { tokenEndpoint, body, headers }: TokenRequestParts,
  timeout: number,
): Promise<TokenResult> {
  const sent = clock.monotonic();
  let status: number | undefined;
  try {
    return await withTimeout(clock, timeout, async (signal) => {
      const init = { method: "POST", headers, body, redirect: "manual", signal } as const;
      const response = await fetch(tokenEndpoint, init);
      status = response.status;
      const date = response.headers.get("date");
      const content = parseObject(await responseText(response));
      const result = interpret(response, content, Date.parse(date ?? "") || server.now());
      // A failure is recorded by the same clock as its claim, so only a success adjusts the clock.
      if (result.outcome === "issued") server.measure(date, sent);
      return result;
    });
  } catch (cause) {
    return { outcome: "failed", lost: true, status, reason: nameOf(cause) };
  }
}

function interpret(response: Response, body: Record<string, unknown>, now: number): TokenResult {
  const { status, headers, ok } = response;
  const { error } = body;
  if (ok && isTokenResponse(body)) return { outcome: "issued", response: body };
  // Some servers report errors with status 200.
  const isRefusal = ok || (status >= 400 && status < 500 && status !== 408 && status !== 429);
  const code = isRefusal && typeof error === "string" && !TRANSIENT.test(error) ? error : undefined;
  // Laravel Passport up to 12 rejects a refresh token with 401 `invalid_request`, which it uses for nothing else.
  const isPassport = status === 401 && code === "invalid_request";
  if (code !== undefined && (isPassport || REJECTED.test(code))) {
    return { outcome: "rejected", reused: body["error_reason"] === "reused" };
  }
  return {
    outcome: "failed",
    // A refused request was not processed. Any other response may be a gateway's, for a request that was.
    lost: code === undefined && status !== 429,
    status,
    reason: `HTTP ${status}`,
    error: code === undefined || CODE.test(code) ? code : "an unknown error",
    retryAfter: retryAfter(headers.get("retry-after"), now),
  };
}

/** Whether it is a token response whose token can be sent in a header (RFC 6749 §5.1). */
export function isTokenResponse(body: object): body is TokenResponse {
  const {
    access_token: token,
    token_type: type = "Bearer",
    refresh_token: next,
    scope,
  } = body as TokenResponse;
  const isWord = (value: unknown) => typeof value === "string" && /^[!-~]+$/.test(value);
  const isTextOrMissing = (value: unknown) => value === undefined || typeof value === "string";
  return isWord(token) && isWord(type) && isTextOrMissing(next) && isTextOrMissing(scope);
}

/** ms from now; the header has seconds or a date (RFC 9110 §10.2.3). */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms >= 0 ? ms : undefined;
}

/** An empty object if the text is not JSON. */
function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
