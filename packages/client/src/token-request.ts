import type { Clock, TokenClientOptions } from "./api.ts";
import { withTimeout } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { nameOf } from "./errors.ts";
import { formPost } from "./form-post.ts";
import { MAX_COOLDOWN } from "./record.ts";
import { readRefusal } from "./refusal.ts";
import { responseText } from "./response-text.ts";
import { parseMembers, tokenResponse } from "./token-response.ts";
import type { Refusal } from "./types.ts";
import type { TokenErrorResponse, TokenRequestParts, TokenResponse } from "./wire-format.ts";

/** The outcome of a token request; `issuedAt` is ms by the server's clock. */
export type TokenResult =
  { readonly outcome: "issued"; readonly response: TokenResponse; readonly issuedAt: number } | FailedRequest;

export interface FailedRequest {
  /** The code of the error that it means. */
  readonly outcome: "session_ended" | "token_unavailable" | "client_config";
  /** The server may have processed the request. */
  readonly lost: boolean;
  readonly status: number | undefined;
  /** An OAuth error code of `client_config`, otherwise an HTTP status or the name of a network error. */
  readonly reason: string;
  /** When the server said that it may be asked again, ms from now. */
  readonly retryAfter?: number | undefined;
  /** The server said that the refresh token had been used before. */
  readonly reused?: boolean;
  readonly refusal?: Refusal | undefined;
}

export interface TokenRequestDeps extends Pick<TokenClientOptions, "classifyError"> {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly server: ServerClock;
}

/** Error codes of a temporary failure. */
const TRANSIENT = /temporarily|server_error|slow_down|limit/;
/** Codes of network errors before a connection was made, of Node, Bun, Deno (in its message) and a build of Next.js. */
const UNSENT =
  /NOTFOUND|EAI_|REFUSED|Refused$|bad port|_CONNECT_|\(Connect\)|INVALID_URL|FailedToOpen|DYNAMIC_|CERT|VERIFY|SSL.*(VERSION|PROTOCOL|HANDSHAKE)/;

/**
 * Sends one POST to the token endpoint: no retry, no redirect, nothing after `timeout` ms. Never rejects.
 *
 * @param accessToken the current one, which no error may contain
 */
export async function requestToken(
  deps: TokenRequestDeps,
  request: TokenRequestParts,
  timeout: number,
  accessToken?: string,
): Promise<TokenResult> {
  const { fetch, clock, server } = deps;
  const { tokenEndpoint, body, headers } = request;
  const sent = clock.monotonic();
  const isOffline = (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
  let status: number | undefined;
  try {
    return await withTimeout(clock, timeout, async (signal) => {
      const response = await fetch(tokenEndpoint, { ...formPost(body, headers), signal });
      status = response.status;
      const members = parseMembers(await responseText(response), !response.ok);
      const issued = response.ok && tokenResponse(members);
      if (!issued) {
        const refused = { status, body: members, headers: response.headers };
        return failureOf(refused, deps, request, accessToken);
      }
      // A failure is recorded by the same clock as its claim, so only a success adjusts the clock.
      server.measure(response.headers.get("date"), sent);
      // The server may have read its clock as early as the request was sent.
      const issuedAt = Math.round(server.now() - (clock.monotonic() - sent));
      return { outcome: "issued", response: issued, issuedAt };
    });
  } catch (cause) {
    const lost = status !== undefined || !(isOffline || isUnsent(cause));
    return { outcome: "token_unavailable", lost, status, reason: nameOf(cause) };
  }
}

/** Whether a failure of `fetch` came before the connection was made: the server has not received the request. */
function isUnsent(error: unknown): boolean {
  const { cause = error } = Object(error) as { cause?: unknown };
  const { errors } = Object(cause) as { errors?: unknown[] };
  // Where a host has several addresses, the attempts at each failed alike.
  const { code, digest, message, syscall } = Object(errors?.[0] ?? cause) as Record<string, unknown>;
  return syscall === "connect" || UNSENT.test(String(code ?? digest ?? message));
}

function failureOf(
  response: TokenErrorResponse,
  { classifyError, server }: TokenRequestDeps,
  request: TokenRequestParts,
  accessToken: string | undefined,
): FailedRequest {
  const { status, body, headers } = response;
  const { error } = body;
  const { refusal, ended } = readRefusal(response, request, accessToken);
  // Some servers report errors with status 200.
  const mayRefuse = /^(2|4(?!08|29))/.test(String(status));
  const isRefusal = mayRefuse && Object.keys(body).length > 0 && !TRANSIENT.test(String(error));
  const outcome =
    classifyError?.(response) ??
    (isRefusal && ended
      ? "session_ended"
      : // A nonce that is refused although it is the server's newest says nothing of the client.
        isRefusal && typeof error === "string" && error !== "use_dpop_nonce"
        ? "client_config"
        : "token_unavailable");
  return {
    outcome,
    refusal,
    // A refused request was not processed. Any other response may be a gateway's, for a request that was.
    lost: outcome === "token_unavailable" && status !== 429 && !(isRefusal && status >= 400),
    status,
    reason: outcome === "client_config" ? (refusal.error ?? "an unknown error") : `HTTP ${status}`,
    retryAfter: retryAfter(headers, server.now()),
    reused: body["error_reason"] === "reused",
  };
}

/** ms from now, or from the response's `Date`, a second to an hour; the header has seconds or a date (RFC 9110 §10.2.3). */
function retryAfter(headers: Headers, now: number): number | undefined {
  const after = headers.get("retry-after") ?? "";
  const date = Date.parse(headers.get("date") ?? "") || now;
  const ms = Number(after) * 1000 || Date.parse(after) - date;
  return ms >= 0 ? Math.min(Math.max(ms, 1000), MAX_COOLDOWN) : undefined;
}
