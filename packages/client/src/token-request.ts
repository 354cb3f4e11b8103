import type { Clock, TokenAnswer, TokenRequestParts } from "./api.ts";
import { within } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { nameOf } from "./errors.ts";

/** How a token request ended. */
export type TokenOutcome =
  | { readonly is: "answered"; readonly answer: TokenAnswer }
  /** The server does not take this refresh token. `reused`: because it was used before. */
  | { readonly is: "rejected"; readonly reused: boolean }
  | {
      readonly is: "failed";
      /** The server may have carried it out. */
      readonly lost: boolean;
      readonly status: number | undefined;
      /** What happened, in a word. */
      readonly why: string;
      /** An OAuth error code that somebody must mend. */
      readonly error?: string | undefined;
      /** ms */
      readonly retryAfter?: number | undefined;
    };

/** An answer is not read beyond this, characters. */
const LONGEST_ANSWER = 2 ** 18;

/** The server does not take the refresh token (RFC 6749 §5.2); the others are GitHub's and Slack's words for it. */
const REJECTED = /^(invalid_grant|bad_refresh_token|invalid_refresh_token)$/;
/** Codes that speak of the server's own state. */
const TRANSIENT = /^(temporarily_unavailable|server_error|slow_down)$|limit/;
/** A code that can be told on: nothing in it can be a token. */
const CODE = /^[a-z_]{1,40}$/;

/** One POST to the token endpoint, at once and once: no redirect is followed, no answer waited for beyond `timeout` ms. */
export async function requestToken(
  { fetch, clock, server }: { fetch: typeof globalThis.fetch; clock: Clock; server: ServerClock },
  { tokenEndpoint, body, headers }: TokenRequestParts,
  timeout: number,
): Promise<TokenOutcome> {
  const sent = clock.monotonic();
  let status: number | undefined;
  try {
    return await within(clock, timeout, async (signal) => {
      const init = { method: "POST", headers, body, redirect: "manual", signal } as const;
      const response = await fetch(tokenEndpoint, init);
      status = response.status;
      const date = response.headers.get("date");
      const result = outcome(
        response,
        parsed(await limitedText(response)),
        Date.parse(date ?? "") || server.now(),
      );
      // What is written of a failure stays by the clock that its claim is by.
      if (result.is === "answered") server.measure(date, sent);
      return result;
    });
  } catch (cause) {
    return { is: "failed", lost: true, status, why: nameOf(cause) };
  }
}

function outcome(response: Response, body: Record<string, unknown>, now: number): TokenOutcome {
  const { status, headers, ok } = response;
  const { error } = body;
  if (ok && isTokenAnswer(body)) return { is: "answered", answer: body };
  // Some say what is wrong with status 200.
  const isRefusal = ok || (status >= 400 && status < 500 && status !== 408 && status !== 429);
  const code = isRefusal && typeof error === "string" && !TRANSIENT.test(error) ? error : undefined;
  // Laravel Passport up to 12 answers a dead refresh token with a 401 that is of no other use.
  const isPassports = status === 401 && code === "invalid_request";
  if (code !== undefined && (isPassports || REJECTED.test(code))) {
    return { is: "rejected", reused: body["error_reason"] === "reused" };
  }
  return {
    is: "failed",
    // What was refused was not carried out; behind any other answer a gateway may hide that it was.
    lost: code === undefined && status !== 429,
    status,
    why: `HTTP ${status}`,
    error: code === undefined || CODE.test(code) ? code : "an unknown error",
    retryAfter: retryAfter(headers.get("retry-after"), now),
  };
}

/** Whether it is a token that can stand in a header. */
export function isTokenAnswer(body: object): body is TokenAnswer {
  const {
    access_token: token,
    token_type: type = "Bearer",
    refresh_token: next,
    scope,
  } = body as TokenAnswer;
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

/** What is no JSON object has nothing to say. */
function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** @throws RangeError if there is more of it than an answer can have */
export async function limitedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length > LONGEST_ANSWER) {
      await reader?.cancel();
      throw new RangeError("The answer is too large");
    }
  }
}
