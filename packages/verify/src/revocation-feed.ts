import {
  clientSecretBasic,
  DocumentError,
  fetchJson,
  sharedLoad,
  systemClock,
} from "@regrant/client/internal";
import { readPage } from "./feed-page.ts";
import type { FeedPage } from "./feed-page.ts";
import { Revocations } from "./revocations.ts";

export interface RevocationFeedOptions {
  /** Resolves to the feed's URL; called before each request. */
  url: () => Promise<string>;
  clientId: string;
  clientSecret: string;
  /** Instead of following: the age of the last response at which a request waits for the next one, ms. */
  pollInterval: number | undefined;
  fetch: typeof fetch;
  /** ms since 1970 */
  now: () => number;
  /** Called for the first of consecutive failures. */
  onError: (error: unknown) => void;
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
/** How much later than it must a follower may continue, ms. */
const GRACE = 1000;
/** Interval at which expired entries are removed, ms. */
const PRUNE_INTERVAL = 60_000;

/**
 * Follows the authorization server's revocation feed by long polling, and keeps what it reports. A follower that does not
 * continue in time was frozen, or has ended with the request that began it: the next request catches up.
 */
export class RevocationFeed {
  readonly #options: RevocationFeedOptions;
  readonly #revocations = new Revocations();
  #isClosed = false;
  /** Ends what is waited for. Workers let no request touch the AbortController of another one, so none is kept. */
  #interrupt = (): void => {};
  readonly #catchUp = sharedLoad(systemClock, TIMEOUT + GRACE, () => this.#loadAll());
  /** When the next request is due, by the monotonic clock, ms: a caller makes it if nothing else has. */
  #dueAt = Number.NEGATIVE_INFINITY;
  /** Consecutive. */
  #failures = 0;
  /** Of the current follower: an older one ends. */
  #follower = 0;
  #cursor: string | undefined;
  #caughtUp = false;
  #updatedAt = Number.NEGATIVE_INFINITY;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RevocationFeedOptions) {
    this.#options = options;
  }

  /** Resolves when all earlier revocations are loaded, or could not be: at once, while the feed is followed. */
  async start(): Promise<void> {
    if (this.#isClosed || systemClock.monotonic() < this.#dueAt) return;
    if (!(await this.#catchUp())) await this.#catchUp();
  }

  /** Whether everything up to `maxAge` ms ago is known. */
  isCurrent(maxAge: number): boolean {
    return this.#caughtUp && this.#options.now() - this.#updatedAt <= maxAge;
  }

  get revocations(): Pick<Revocations, "covers" | "size"> {
    return this.#revocations;
  }

  close(): void {
    this.#isClosed = true;
    this.#interrupt();
  }

  /** Loads all pages, without waiting at the server, then follows. @returns false: another caller has taken over */
  async #loadAll(): Promise<boolean> {
    const follower = (this.#follower += 1);
    const { pollInterval } = this.#options;
    while (follower === this.#follower && (await this.#load(0)) === "more");
    if (follower !== this.#follower) return false;
    if (pollInterval === undefined) void this.#follow(follower);
    else
      this.#dueAt = systemClock.monotonic() + (this.#failures === 0 ? pollInterval : backoff(this.#failures));
    return true;
  }

  async #follow(follower: number): Promise<void> {
    let rest = this.#failures === 0 ? PAUSE : backoff(this.#failures);
    while (!this.#isClosed) {
      // Until all earlier entries are loaded, requests do not wait.
      const wait = this.#caughtUp ? POLL_WAIT : 0;
      this.#dueAt = systemClock.monotonic() + rest + wait * 1000 + TIMEOUT + GRACE;
      await this.#pause(rest);
      if (this.#isClosed || follower !== this.#follower) return;
      const sentAt = systemClock.monotonic();
      const result = await this.#load(wait);
      // A server with too many waiting requests, or one that is shutting down, responds at once.
      const isEarly = wait > 0 && result === "empty" && systemClock.monotonic() - sentAt < EMPTY_PAUSE;
      rest = result === "failed" ? backoff(this.#failures) : isEarly ? EMPTY_PAUSE : PAUSE;
    }
  }

  /** Loads one page. @param wait s, at the server */
  async #load(wait: number): Promise<"more" | "empty" | "entries" | "failed"> {
    const follower = this.#follower;
    try {
      const page = await this.#request(wait);
      // It would be requested for ever, while requests wait.
      if (page.more && page.cursor === this.#cursor) throw new Error("the revocation feed does not end");
      // A page that a newer follower has passed would set the cursor back.
      if (follower === this.#follower) this.#apply(page);
      this.#failures = 0;
      return page.more ? "more" : page.revoked.length === 0 ? "empty" : "entries";
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === 1 && !this.#isClosed) this.#options.onError(error);
      return "failed";
    }
  }

  /** Does not keep the process alive. @param ms */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = systemClock.timer(ms, resolve, true);
      this.#interrupt = () => {
        cancel();
        resolve();
      };
    });
  }

  async #request(wait: number): Promise<FeedPage> {
    const { url, clientId, clientSecret, fetch } = this.#options;
    const endpoint = await url();
    const controller = new AbortController();
    this.#interrupt = () => controller.abort();
    if (this.#isClosed) controller.abort();
    const form = new URLSearchParams({ wait: String(wait) });
    if (this.#cursor !== undefined) form.set("cursor", this.#cursor);
    const headers = new Headers();
    await clientSecretBasic(clientSecret)({ tokenEndpoint: endpoint, clientId, body: form, headers });
    try {
      const response = await fetchJson(endpoint, {
        fetch,
        timeoutMs: wait * 1000 + TIMEOUT,
        signal: controller.signal,
        headers,
        form,
      });
      return readPage(response);
    } catch (error) {
      throw explained(error);
    } finally {
      this.#interrupt = () => {};
    }
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
  }
}

/** ms; with jitter, so that resource servers do not all return at once after an outage. */
function backoff(failures: number): number {
  return Math.min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

/** Says what to do about a client that the feed refuses: a mistake in the configuration, which no retry mends. */
function explained(error: unknown): unknown {
  if (!(error instanceof DocumentError) || ![400, 401, 403].includes(error.status ?? 0)) return error;
  const hint = "check the client's id and secret, and that it was created with --resource-server";
  return new Error(`${error.message}: ${hint}`, { cause: error });
}
