import { fetchJson } from "./http.ts";
import { Revocations } from "./revocations.ts";
import type { Revocation } from "./revocations.ts";

export interface RevocationFeedOptions {
  /** Resolves to the feed's URL; called before each request. */
  url: () => Promise<string>;
  clientId: string;
  clientSecret: string;
  fetch: typeof fetch;
  /** ms since 1970 */
  now: () => number;
  /** Called for the first of consecutive failures. */
  onError: (error: unknown) => void;
}

/** One response of the feed. */
interface FeedPage {
  cursor: string;
  more: boolean;
  /** Longest lifetime of an access token, s. */
  accessTtl: number;
  revoked: Revocation[];
}

/** Long poll: how long a request waits at the server for new entries, s. */
const POLL_WAIT = 10;
/** Time allowed beyond the wait, ms. */
const TIMEOUT = 5000;
/** Pause between two requests, ms, so that consecutive revocations arrive together. */
const PAUSE = 100;
/** Pause after a long poll that returned early and empty, ms. */
const EMPTY_PAUSE = 1000;
/** Backoff after failures, ms: doubles up to the maximum. */
const FIRST_BACKOFF = 250;
const MAX_BACKOFF = 10_000;
/** Interval at which expired entries are removed, ms. */
const PRUNE_INTERVAL = 60_000;

/** Follows the authorization server's revocation feed by long polling, and keeps what it reports. */
export class RevocationFeed {
  readonly #options: RevocationFeedOptions;
  readonly #revocations = new Revocations();
  readonly #stop = new AbortController();
  /** Resolves when all earlier revocations are loaded, or the first request failed. */
  readonly #started: Promise<void>;
  #resolveStarted = (): void => {};
  #isRunning = false;
  #cursor: string | undefined;
  #caughtUp = false;
  #updatedAt = Number.NEGATIVE_INFINITY;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RevocationFeedOptions) {
    this.#options = options;
    this.#started = new Promise((resolve) => (this.#resolveStarted = resolve));
  }

  /** Starts following, once. Resolves when all earlier revocations are loaded, or the first request failed. */
  start(): Promise<void> {
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#run();
    }
    return this.#started;
  }

  /** Whether everything up to `maxAge` ms ago is known. */
  isCurrent(maxAge: number): boolean {
    return this.#caughtUp && this.#options.now() - this.#updatedAt <= maxAge;
  }

  get revocations(): Pick<Revocations, "covers" | "size"> {
    return this.#revocations;
  }

  close(): void {
    this.#stop.abort();
    this.#resolveStarted();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      let rest = PAUSE;
      const sentAt = performance.now();
      try {
        const page = await this.#request();
        // A server with too many waiting requests, or one that is shutting down, responds at once.
        if (this.#caughtUp && page.revoked.length === 0 && performance.now() - sentAt < EMPTY_PAUSE)
          rest = EMPTY_PAUSE;
        this.#apply(page);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1 && !signal.aborted) this.#options.onError(error);
        this.#resolveStarted();
      }
      await pause(failures === 0 ? rest : backoff(failures), signal);
    }
  }

  async #request(): Promise<FeedPage> {
    const { url, clientId, clientSecret, fetch } = this.#options;
    // Until all earlier entries are loaded, requests do not wait.
    const wait = this.#caughtUp ? POLL_WAIT : 0;
    const response = await fetchJson(await url(), {
      fetch,
      timeout: wait * 1000 + TIMEOUT,
      signal: this.#stop.signal,
      headers: { Authorization: basic(clientId, clientSecret) },
      form: new URLSearchParams({
        wait: String(wait),
        ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }),
      }),
    });
    return readPage(response);
  }

  #apply({ cursor, more, accessTtl, revoked }: FeedPage): void {
    for (const revocation of revoked) this.#revocations.add(revocation);
    this.#cursor = cursor;
    if (more) return;
    const now = this.#options.now();
    this.#caughtUp = true;
    this.#updatedAt = now;
    if (Math.abs(now - this.#prunedAt) >= PRUNE_INTERVAL) {
      this.#prunedAt = now;
      this.#revocations.prune(now / 1000, accessTtl);
    }
    this.#resolveStarted();
  }
}

/** ms; with jitter, so that resource servers do not all return at once after an outage. */
function backoff(failures: number): number {
  return Math.min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

/** @throws Error the response does not have the feed's members */
function readPage(response: Record<string, unknown>): FeedPage {
  const { cursor, more, access_ttl: accessTtl, revoked } = response;
  const isValid =
    typeof cursor === "string" &&
    typeof more === "boolean" &&
    typeof accessTtl === "number" &&
    Array.isArray(revoked) &&
    revoked.every((entry: { at?: unknown } | null) => typeof entry?.at === "number");
  if (!isValid) throw new Error("the revocation feed returned an unexpected response");
  return { cursor, more, accessTtl, revoked: revoked as Revocation[] };
}

/** RFC 6749 §2.3.1: id and secret are form-encoded, then combined as RFC 7617 says. */
function basic(clientId: string, clientSecret: string): string {
  return `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`;
}

/** Resolves after `ms` or when the signal aborts; does not keep the process alive. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let end = (): void => {};
  await new Promise<void>((resolve) => {
    end = resolve;
    const timer: unknown = setTimeout(resolve, ms);
    // In browsers and workers a timer is a number.
    if (typeof timer === "object") (timer as { unref?: () => void }).unref?.();
    signal.addEventListener("abort", end);
  });
  signal.removeEventListener("abort", end);
}
