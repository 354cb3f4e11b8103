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

/** Codes that speak of the client or the request, not of the refresh token (RFC 6749 §5.2, RFC 8707 §2). */
const MISCONFIGURED =
  /^(invalid_(client|request|scope|target|dpop_proof|resource)|unauthorized_client|unsupported_grant_type|access_denied)$/;

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
      server.measure(response.headers.get("date"), sent);
      return outcome(response, parsed(await limitedText(response)), server.now());
    });
  } catch (cause) {
    return { is: "failed", lost: true, status, why: nameOf(cause) };
  }
}

function outcome(response: Response, body: Record<string, unknown>, now: number): TokenOutcome {
  const { status, headers, ok } = response;
  const { error } = body;
  if (ok && isTokenAnswer(body)) return { is: "answered", answer: body };
  const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  // RFC 6749 §5.2; Laravel Passport up to 12 answers a dead refresh token with a 401 that is of no other use.
  if (refused && (error === "invalid_grant" || (status === 401 && error === "invalid_request"))) {
    return { is: "rejected", reused: body["error_reason"] === "reused" };
  }
  const mending = refused && typeof error === "string" && MISCONFIGURED.test(error);
  return {
    is: "failed",
    // What was refused was not carried out; behind any other answer a gateway may hide that it was.
    lost: !mending && status !== 429,
    status,
    why: `HTTP ${status}`,
    error: mending ? error : undefined,
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
