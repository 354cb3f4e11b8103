import { fetchJson } from "./http.ts";
import { Revocations } from "./revocations.ts";
import type { Revocation } from "./revocations.ts";

export interface FollowerOptions {
  /** Where the feed is; asked anew after a failure. */
  url: () => Promise<string>;
  clientId: string;
  clientSecret: string;
  fetch: typeof fetch;
  /** ms */
  now: () => number;
  /** Told of each failure of a row once: the first. */
  onError: (error: unknown) => void;
}

interface Page {
  cursor: string;
  more: boolean;
  /** s */
  accessTtl: number;
  revoked: Revocation[];
}

/** How long one request waits for news, s. A connection that died unnoticed is found out a little later. */
const WAIT = 10;
/** What a request may take beside its wait, ms. */
const TIMEOUT = 5000;
/** Between two requests at least, ms: what is revoked one after the other comes together. */
const PAUSE = 100;
/** The same where a request that was to wait was answered sooner than this, with no news, ms. */
const PATIENCE = 1000;
/** After failures the pause doubles from a quarter of a second up to this, ms. */
const LONGEST_PAUSE = 10_000;
/** ms */
const FORGET_INTERVAL = 60_000;

/** Follows the authorization server's revocations: one request waits there for news, again and again. */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #revocations = new Revocations();
  readonly #stop = new AbortController();
  /** Settles when all that was revoked before is known, or the first request failed. */
  readonly #begun: Promise<void>;
  #settleBegun = (): void => {};
  #following = false;
  #cursor: string | undefined;
  #caughtUp = false;
  #heardAt = Number.NEGATIVE_INFINITY;
  #forgotAt = Number.NEGATIVE_INFINITY;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#begun = new Promise((resolve) => (this.#settleBegun = resolve));
  }

  /** Begins to follow, once; resolves when the first answers were read, or could not be. */
  begin(): Promise<void> {
    if (!this.#following) {
      this.#following = true;
      void this.#follow();
    }
    return this.#begun;
  }

  /** Whether it was told everything up to `maxAge` ms ago. */
  isCurrent(maxAge: number): boolean {
    return this.#caughtUp && this.#options.now() - this.#heardAt <= maxAge;
  }

  get revocations(): Pick<Revocations, "covers" | "size"> {
    return this.#revocations;
  }

  close(): void {
    this.#stop.abort();
    this.#settleBegun();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      let rest = PAUSE;
      const asked = performance.now();
      try {
        const page = await this.#ask();
        // A server on which too many wait, or that is about to stop, answers at once.
        if (this.#caughtUp && page.revoked.length === 0 && performance.now() - asked < PATIENCE)
          rest = PATIENCE;
        this.#take(page);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1 && !signal.aborted) this.#options.onError(error);
        this.#settleBegun();
      }
      await pause(failures === 0 ? rest : pauseAfter(failures), signal);
    }
  }

  async #ask(): Promise<Page> {
    const { url, clientId, clientSecret, fetch } = this.#options;
    // Before everything is known, nothing is waited for.
    const wait = this.#caughtUp ? WAIT : 0;
    const answer = await fetchJson(await url(), {
      fetch,
      timeout: wait * 1000 + TIMEOUT,
      signal: this.#stop.signal,
      headers: { Authorization: basic(clientId, clientSecret) },
      form: new URLSearchParams({
        wait: String(wait),
        ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }),
      }),
    });
    return readPage(answer);
  }

  #take({ cursor, more, accessTtl, revoked }: Page): void {
    for (const revocation of revoked) this.#revocations.add(revocation);
    this.#cursor = cursor;
    if (more) return;
    const now = this.#options.now();
    this.#caughtUp = true;
    this.#heardAt = now;
    if (Math.abs(now - this.#forgotAt) >= FORGET_INTERVAL) {
      this.#forgotAt = now;
      this.#revocations.forget(now / 1000, accessTtl);
    }
    this.#settleBegun();
  }
}

/** ms; with jitter, so that those whom an outage met do not come back together. */
function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE, 250 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

/** @throws Error where the answer is none of the feed */
function readPage(answer: Record<string, unknown>): Page {
  const { cursor, more, access_ttl: accessTtl, revoked } = answer;
  const sound =
    typeof cursor === "string" &&
    typeof more === "boolean" &&
    typeof accessTtl === "number" &&
    Array.isArray(revoked) &&
    revoked.every((one: { at?: unknown } | null) => typeof one?.at === "number");
  if (!sound) throw new Error("the feed of revocations answered in another form");
  return { cursor, more, accessTtl, revoked: revoked as Revocation[] };
}

/** RFC 6749 §2.3.1: both are form-encoded before RFC 7617 puts them together. */
function basic(clientId: string, clientSecret: string): string {
  return `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`;
}

/** Keeps no process alive, and ends with the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let end = (): void => {};
  await new Promise<void>((resolve) => {
    end = resolve;
    const timer: unknown = setTimeout(resolve, ms);
    // A number, in a browser or a worker.
    if (typeof timer === "object") (timer as { unref?: () => void }).unref?.();
    signal.addEventListener("abort", end);
  });
  signal.removeEventListener("abort", end);
}
