import { hash } from "node:crypto";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { Cause, CAUSES } from "../errors/causes.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { StoreBusyError } from "../store/store.ts";
import type { FailureStore } from "../store/store.ts";

/** s */
const WINDOW = 60;
/** New keys that one throttle counts in a window, each on its own; each takes about 500 bytes. */
const MAX_NEW_KEYS = 50_000;

/** Causes with status 429. */
export type ThrottleCause = {
  [C in Cause]: (typeof CAUSES)[C] extends { status: 429 } ? C : never;
}[Cause];

/** What one throttle counts, and for whom. */
interface ThrottleOptions {
  /** Why a blocked key is refused. */
  cause: ThrottleCause;
  /** Tells its keys in the shared store from those of other throttles; by default the cause. */
  name?: string | undefined;
  perMinute: number;
  /** Where several nodes count together; null: this process alone. */
  shared: FailureStore | null;
}

/** What a throttle has in memory. */
export interface ThrottleLoad {
  keys: number;
  blocked: number;
}

/** One key of one throttle. */
interface ThrottleKey {
  throttle: Throttle;
  key: string;
}

/**
 * How often a key may be counted in a minute from the first time; from then on it is blocked until the minute is over.
 * Counts are kept in this process's memory, and in a store that several nodes share. Whether a key is blocked is asked
 * of the memory alone: a node learns of a block made by another one when it counts the key itself.
 */
export class Throttle {
  readonly #cause: ThrottleCause;
  readonly #name: string;
  readonly #perMinute: number;
  readonly #shared: FailureStore | null;
  readonly #counts: RateLimiterMemory;
  /** End of the block by digest of a key, or by group, ms: what can be asked without a promise. */
  readonly #blocked = new Map<string, number>();
  #newKeys = 0;
  #newKeysSince = 0;
  /** No key is blocked, so none need be looked up. A field, as every request reads it. */
  isIdle = true;

  constructor({ cause, name = cause, perMinute, shared }: ThrottleOptions) {
    this.#cause = cause;
    this.#name = name;
    this.#perMinute = perMinute;
    this.#shared = shared;
    this.#counts = new RateLimiterMemory({ points: perMinute, duration: WINDOW });
  }

  /** The keys that were counted first in this minute, each on its own, and those that are blocked, groups among them. */
  load(): ThrottleLoad {
    return { keys: this.#isFresh() ? 0 : this.#newKeys, blocked: this.#blocked.size };
  }

  /** How long the key stays blocked, s; 0: it is not. */
  wait(key: string): number {
    if (this.isIdle) return 0;
    const digest = this.#digest(key);
    const end = this.#blocked.get(digest) ?? this.#blocked.get(groupOf(digest));
    // The clock may have been set back meanwhile.
    return end === undefined ? 0 : Math.min(WINDOW, Math.max(1, Math.ceil((end - Date.now()) / 1000)));
  }

  /** @throws OAuthError with 429 if one of the keys is blocked */
  check(...keys: readonly string[]): void {
    refuseWhile(Math.max(...keys.map((key) => this.wait(key))), this.#cause);
  }

  /** Counts one under each key. */
  async count(...keys: readonly string[]): Promise<void> {
    await Throttle.countAll(keys.map((key) => ({ throttle: this, key })));
  }

  /**
   * Counts one under each key, unless one of them is blocked.
   *
   * @throws OAuthError with 429 if one is
   */
  async admit(...keys: readonly string[]): Promise<void> {
    this.check(...keys);
    await this.count(...keys);
  }

  /** Counts keys of throttles that share a store, with one request to it. */
  static async countAll(keys: readonly ThrottleKey[]): Promise<void> {
    const counted: ThrottleKey[] = [];
    for (const { throttle, key } of keys) counted.push({ throttle, key: await throttle.#countHere(key) });
    const [first] = counted;
    if (first === undefined || first.throttle.#shared === null) return;
    try {
      const totals = await first.throttle.#shared.count(
        counted.map(({ key }) => key),
        WINDOW,
      );
      counted.forEach(({ throttle, key }, i) => {
        const { count = 0, remaining = 0 } = totals[i] ?? {};
        throttle.#learn(key, count, remaining);
      });
    } catch (error) {
      // This node's own count stands.
      if (!(error instanceof StoreBusyError)) throw error;
    }
  }

  /** @returns what it was counted under: the key's digest, or the digest's group */
  async #countHere(key: string): Promise<string> {
    const digest = this.#digest(key);
    const isGrouped = this.#isFull() && (await this.#counts.get(digest)) === null;
    const counted = isGrouped ? groupOf(digest) : digest;
    const { consumedPoints, msBeforeNext, isFirstInDuration } = await this.#counts.penalty(counted);
    if (isFirstInDuration) this.#newKeys += 1;
    this.#learn(counted, consumedPoints, msBeforeNext);
    return counted;
  }

  /** Blocks the digest or group for `remaining` ms if `count`, here or over all nodes, has reached the limit. */
  #learn(key: string, count: number, remaining: number): void {
    if (count < this.#perMinute || this.#blocked.has(key) || remaining <= 0) return;
    this.#blocked.set(key, Date.now() + remaining);
    this.isIdle = false;
    const unblock = (): void => {
      this.#blocked.delete(key);
      this.isIdle = this.#blocked.size === 0;
    };
    setTimeout(unblock, remaining).unref();
  }

  /**
   * Bounds the memory under a flood from very many networks: for the rest of the minute, new keys are counted in groups
   * that share a limit. So a flood may block failures of others, but not switch the throttle off.
   */
  #isFull(): boolean {
    if (this.#isFresh()) {
      this.#newKeys = 0;
      this.#newKeysSince = Date.now();
    }
    return this.#newKeys >= MAX_NEW_KEYS;
  }

  /** Whether a new minute has begun, in which no key was counted yet. The clock may have been set back. */
  #isFresh(): boolean {
    const age = Date.now() - this.#newKeysSince;
    return age < 0 || age >= WINDOW * 1000;
  }

  /** Of fixed length, and without the address, user name or client in clear. */
  #digest(key: string): string {
    return hash("sha256", `${this.#name} ${key}`, "base64url");
  }
}

/** The first two characters of 43: one of 4,096 groups of keys. */
function groupOf(digest: string): string {
  return digest.slice(0, 2);
}

/**
 * The 429 of all throttles (RFC 6585 §4), with `Retry-After`.
 *
 * @param wait s; 0: nothing to wait for
 * @throws OAuthError above 0
 */
export function refuseWhile(wait: number, cause: ThrottleCause): void {
  if (wait > 0) throw new OAuthError(cause, { retryAfter: wait });
}
