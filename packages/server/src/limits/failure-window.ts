import { hash } from "node:crypto";
import { RateLimiterMemory } from "rate-limiter-flexible";

/** s */
export const WINDOW = 60;
/** New keys that one kind of failure may add in a window; each takes about 500 bytes. */
const MAX_NEW_KEYS = 50_000;

/** Failures of one kind by key, for a minute from the first; a full key is blocked until the minute is over. */
export class FailureWindow {
  readonly #limit: number;
  readonly #limiter: RateLimiterMemory;
  /** End of the block by key, ms: what can be asked without a promise. */
  readonly blocked = new Map<string, number>();
  #newKeys = 0;
  #newKeysSince = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#limiter = new RateLimiterMemory({ points: limit, duration: WINDOW });
  }

  /** No key is blocked. */
  get idle(): boolean {
    return this.blocked.size === 0;
  }

  /** s, 0: not blocked */
  wait(key: string): number {
    const end = this.blocked.get(key);
    // The clock may have been set back meanwhile.
    return end === undefined ? 0 : Math.min(WINDOW, Math.max(1, Math.ceil((end - Date.now()) / 1000)));
  }

  /** False: it went uncounted. */
  async fail(key: string): Promise<boolean> {
    if (this.#isFull()) return false;
    const { consumedPoints, msBeforeNext, isFirstInDuration } = await this.#limiter.penalty(key);
    if (isFirstInDuration) this.#newKeys += 1;
    this.learn(key, consumedPoints, msBeforeNext);
    return true;
  }

  /** Blocks the key for `remaining` ms if it has failed `count` times up to the limit, here or anywhere. */
  learn(key: string, count: number, remaining: number): void {
    if (count < this.#limit || this.blocked.has(key) || remaining <= 0) return;
    this.blocked.set(key, Date.now() + remaining);
    setTimeout(() => this.blocked.delete(key), remaining).unref();
  }

  /**
   * Bounds the memory under a flood from very many addresses: then failures go uncounted for the rest of the minute.
   * Client secrets cannot be guessed, and passwords are not checked fast enough to get here.
   */
  #isFull(): boolean {
    const age = Date.now() - this.#newKeysSince;
    if (age < 0 || age >= WINDOW * 1000) {
      this.#newKeys = 0;
      this.#newKeysSince = Date.now();
    }
    return this.#newKeys >= MAX_NEW_KEYS;
  }
}

/** Of fixed length, and silent of whose address, username or client it is. */
export function sharedKey({ kind, key }: { kind: string; key: string }): string {
  return hash("sha256", `${kind} ${key}`, "base64url");
}

/** What one holder of addresses can not leave: an IPv4 address, or the /64 of an IPv6 one. */
export function network(address: string): string {
  if (!address.includes(":")) return address;
  if (address.includes(".")) return address.slice(address.lastIndexOf(":") + 1);
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const missing = 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
    for (let i = 0; i < missing; i += 1) groups.push("0");
  }
  return groups.slice(0, 4).join(":");
}
