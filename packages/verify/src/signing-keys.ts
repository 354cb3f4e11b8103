import { createLocalJWKSet, errors } from "jose";
import type { JSONWebKeySet, JWTVerifyGetKey } from "jose";
import { fetchJson } from "./http.ts";

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
/** Minimum interval between loads, ms: anyone can send tokens with invented key ids. */
const COOLDOWN = 30_000;
/** The same before the first successful load, ms. */
const FIRST_COOLDOWN = 1000;
/** How long the last keys are used while the JWKS cannot be loaded, ms. */
const MAX_STALE = 24 * 3600 * 1000;
/** ms */
const TIMEOUT = 5000;

/** No keys have been loaded yet, or none for a day. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

/** The authorization server's public keys (JWKS): loaded when first needed, kept through its outages. */
export class SigningKeys {
  readonly #options: SigningKeysOptions;
  #keys: ReturnType<typeof createLocalJWKSet> | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<boolean> | undefined;

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
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.#load())) throw error;
      return (await this.#usable())(header, token);
    }
  };

  /** @throws KeysUnavailableError */
  async ready(): Promise<void> {
    await this.#usable();
  }

  /** @throws KeysUnavailableError */
  async #usable() {
    const age = this.#options.now() - this.#loadedAt;
    if (age >= MAX_AGE) {
      const loading = this.#load();
      // Until MAX_STALE the last keys are used meanwhile.
      if (age >= MAX_STALE) await loading;
    }
    if (this.#keys === undefined || this.#options.now() - this.#loadedAt >= MAX_STALE) {
      throw new KeysUnavailableError("the authorization server's keys could not be loaded");
    }
    return this.#keys;
  }

  /** Loads the keys, once for concurrent callers. @returns false: it failed, or was tried a moment ago */
  #load(): Promise<boolean> {
    if (this.#loading !== undefined) return this.#loading;
    const now = this.#options.now();
    const cooldown = this.#keys === undefined ? FIRST_COOLDOWN : COOLDOWN;
    if (Math.abs(now - this.#triedAt) < cooldown) return Promise.resolve(false);
    this.#triedAt = now;
    this.#loading = this.#fetch().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #fetch(): Promise<boolean> {
    const { url, fetch, now, onError } = this.#options;
    try {
      const jwks = await fetchJson(await url(), { fetch, timeout: TIMEOUT });
      // Throws if it is not a JWKS.
      this.#keys = createLocalJWKSet(jwks as unknown as JSONWebKeySet);
      this.#loadedAt = now();
      return true;
    } catch (error) {
      onError(error);
      return false;
    }
  }
}
