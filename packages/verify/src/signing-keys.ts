import { fetchJson, sharedLoad, systemClock } from "@regrant/client/internal";
import { createLocalJWKSet, errors } from "jose";
import type { JSONWebKeySet, JWTVerifyGetKey } from "jose";

export interface SigningKeysOptions {
  /** Resolves to the URL of the JWKS; called before each load. */
  url: () => Promise<string>;
  fetch: typeof fetch;
  /** ms */
  now: () => number;
  /** Called when the keys cannot be loaded. */
  onError: (error: unknown) => void;
}

/** Age at which the keys are reloaded in the background, ms. */
const MAX_AGE = 300_000;
/** Minimum interval between two loads that tokens cause, ms: anyone can send tokens with invented key ids. */
const COOLDOWN = 30_000;
/** The same before the first successful load, ms. */
const FIRST_COOLDOWN = 1000;
/** How long the last keys are used while the JWKS cannot be loaded, ms. */
const MAX_STALE = 24 * 3600 * 1000;
/** Of the request, ms. */
const TIMEOUT = 5000;

/** No keys have been loaded yet, or none for a day. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

/** Why keys are loaded: because of their age, or because a token does not fit them. Each has its own interval. */
type Reason = "age" | "token";

/** The authorization server's public keys (JWKS): loaded when first needed, kept through its outages. */
export class SigningKeys {
  readonly #options: SigningKeysOptions;
  readonly #load = sharedLoad(systemClock, TIMEOUT, () => this.#fetch());
  #keys: ReturnType<typeof createLocalJWKSet> | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  readonly #triedAt = { age: Number.NEGATIVE_INFINITY, token: Number.NEGATIVE_INFINITY };
  /** When the load began that has not ended, by the monotonic clock, ms. */
  #loadingSince: number | undefined;

  constructor(options: SigningKeysOptions) {
    this.#options = options;
  }

  /**
   * Finds the key that a token names. For an unknown key the JWKS is reloaded, unless that happened a moment ago.
   *
   * @throws KeysUnavailableError; jose's JWKSNoMatchingKey and JWKSMultipleMatchingKeys
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.#usable();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.reload())) throw error;
      return (await this.#usable())(header, token);
    }
  };

  /** Loads the keys again because a token does not fit them. @returns false: it failed, or was tried a moment ago */
  reload(): Promise<boolean> {
    return this.#tryLoad("token");
  }

  /** @throws KeysUnavailableError */
  async ready(): Promise<void> {
    await this.#usable();
  }

  /** @throws KeysUnavailableError */
  async #usable() {
    const age = this.#options.now() - this.#loadedAt;
    if (age >= MAX_AGE) {
      const isStuck = this.#isStuck();
      const loading = this.#tryLoad("age");
      // Until MAX_STALE the last keys are used meanwhile, unless the load before this one never ended: where the work in
      // the background of a request ends with it, as on Workers, keys would never be loaded otherwise.
      if (age >= MAX_STALE || isStuck) await loading;
    }
    if (this.#keys === undefined || this.#options.now() - this.#loadedAt >= MAX_STALE) {
      throw new KeysUnavailableError(
        "the authorization server's keys could not be loaded; onError has the reason",
      );
    }
    return this.#keys;
  }

  #isStuck(): boolean {
    const since = this.#loadingSince;
    return since !== undefined && systemClock.monotonic() - since >= TIMEOUT;
  }

  /** Loads the keys, once for concurrent callers. @returns false: it failed, or was tried a moment ago */
  async #tryLoad(reason: Reason): Promise<boolean> {
    const now = this.#options.now();
    const cooldown = this.#keys === undefined ? FIRST_COOLDOWN : COOLDOWN;
    const isLoading = this.#loadingSince !== undefined;
    if (!isLoading && Math.abs(now - this.#triedAt[reason]) < cooldown) return false;
    this.#triedAt[reason] = now;
    return this.#load();
  }

  async #fetch(): Promise<boolean> {
    const { url, fetch, now, onError } = this.#options;
    const since = systemClock.monotonic();
    this.#loadingSince = since;
    try {
      const jwks = await fetchJson(await url(), { fetch, timeoutMs: TIMEOUT });
      // Throws if it is not a JWKS.
      this.#keys = createLocalJWKSet(jwks as unknown as JSONWebKeySet);
      this.#loadedAt = now();
      return true;
    } catch (error) {
      onError(error);
      return false;
    } finally {
      if (this.#loadingSince === since) this.#loadingSince = undefined;
    }
  }
}
