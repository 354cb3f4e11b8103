import type { Clock } from "./api.ts";
import { systemClock, withTimeout } from "./clock.ts";
import { responseText } from "./response-text.ts";
import { secureUrl } from "./secure-url.ts";
import { windowMs } from "./windows.ts";

export interface MetadataOptions {
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: Clock | undefined;
  /** Accepts http on every host, not only on loopback. */
  readonly allowHttp?: boolean | undefined;
}

/** ms */
const TIMEOUT = 3000;
/** Pause after a failed read, ms. */
const RETRY_PAUSE = 60_000;

/**
 * Returns a function that resolves to the server's retry window in ms, from its metadata (RFC 8414; the member
 * `refresh_token_retry_window`, s, is Regrant's). The metadata is read once; 0 if it cannot be read or lacks the member.
 */
export function retryWindowOf(
  issuer: string | URL,
  { fetch = globalThis.fetch, clock = systemClock, allowHttp }: MetadataOptions = {},
): () => Promise<number> {
  const { origin, pathname } = secureUrl(issuer, allowHttp);
  let known: Promise<number> | undefined;
  return () => {
    known ??= withTimeout(clock, TIMEOUT, read).catch(() => {
      clock.timer(RETRY_PAUSE, () => (known = undefined), true);
      return 0;
    });
    return known;
  };

  async function read(signal: AbortSignal): Promise<number> {
    const path = withoutSlash(pathname);
    const wellKnown = "/.well-known/oauth-authorization-server";
    // RFC 8414 §3.1 puts the issuer's path last; many servers that are mounted under a path put it first.
    const metadata =
      (await load(origin + wellKnown + path, signal)) ?? (await load(origin + path + wellKnown, signal));
    return windowMs(metadata?.["refresh_token_retry_window"]) ?? 0;
  }

  /** undefined: not found, or the metadata of another issuer (RFC 8414 §3.3). */
  async function load(url: string, signal: AbortSignal): Promise<Record<string, unknown> | undefined> {
    const response = await fetch(url, { redirect: "manual", signal });
    const body: unknown = response.ok ? JSON.parse(await responseText(response)) : undefined;
    const members = Object(body) as Record<string, unknown>;
    // A URL object without a path ends in a slash, which the issuer identifier may lack.
    return withoutSlash(String(members["issuer"])) === withoutSlash(String(issuer)) ? members : undefined;
  }
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, "");
}
