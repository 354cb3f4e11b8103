import type { Clock } from "./api.ts";
import { within } from "./clock.ts";
import { limitedText } from "./token-request.ts";

const TIMEOUT = 3000;
/** After a failure, when to ask again, ms. */
const PAUSE = 60_000;
const LONGEST_WINDOW = 3600;

/**
 * For how long the server repeats the answer of a refresh, ms, as its metadata says (RFC 8414; ours:
 * `refresh_token_retry_window`, s). Read once; 0 where it cannot be read, or says nothing of it.
 */
export function retryWindow(
  fetch: typeof globalThis.fetch,
  clock: Clock,
  issuer: string,
  { origin, pathname }: URL,
): () => Promise<number> {
  let known: Promise<number> | undefined;
  let again = Infinity;
  return () => {
    if (clock.monotonic() >= again) {
      known = undefined;
      again = Infinity;
    }
    known ??= within(clock, TIMEOUT, read).catch(() => {
      again = clock.monotonic() + PAUSE;
      return 0;
    });
    return known;
  };

  async function read(signal: AbortSignal): Promise<number> {
    const path = withoutSlash(pathname);
    const place = "/.well-known/oauth-authorization-server";
    // RFC 8414 §3.1 puts the issuer's path last; many who are mounted below one have it first.
    const answer =
      (await document(origin + place + path, signal)) ?? (await document(origin + path + place, signal));
    const seconds = answer?.["refresh_token_retry_window"];
    return typeof seconds === "number" && seconds > 0 ? Math.min(seconds, LONGEST_WINDOW) * 1000 : 0;
  }

  /** undefined: it is not there, or not of this issuer (RFC 8414 §3.3). */
  async function document(url: string, signal: AbortSignal): Promise<Record<string, unknown> | undefined> {
    const response = await fetch(url, { redirect: "manual", signal });
    const body: unknown = response.ok ? JSON.parse(await limitedText(response)) : undefined;
    const members = Object(body) as Record<string, unknown>;
    // A URL object ends in a slash that the issuer's own name may lack.
    return withoutSlash(String(members["issuer"])) === withoutSlash(issuer) ? members : undefined;
  }
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, "");
}
