import { createLocalJWKSet, errors } from "jose";
import type { JSONWebKeySet, JWTVerifyGetKey } from "jose";
import { fetchJson } from "./http.ts";

export interface SigningKeysOptions {
  /** Where they are; asked anew with each load. */
  url: () => Promise<string>;
  fetch: typeof fetch;
  /** ms */
  now: () => number;
  /** Told when the keys could not be loaded. */
  onError: (error: unknown) => void;
}

/** From this age on, the keys are loaded anew in the background, ms. */
const MAX_AGE = 300_000;
/** Whatever is asked for, keys are loaded once in so long, ms: strangers may invent key ids. */
const COOLDOWN = 30_000;
/** The same before there are any: whoever waits for the first ones should not wait long. */
const FIRST_COOLDOWN = 1000;
/** So long the last good keys serve while no newer ones can be had, ms. */
const MAX_STALE = 24 * 3600 * 1000;
/** ms */
const TIMEOUT = 5000;

/** No key has been loaded, or none for a day. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

/** The authorization server's public keys: loaded when first needed, kept through its outages. */
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
   * The key that a token names. An unknown one is looked for once more, unless that was done a moment ago.
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
      // The last good ones serve meanwhile.
      if (age >= MAX_STALE) await loading;
    }
    if (this.#keys === undefined || this.#options.now() - this.#loadedAt >= MAX_STALE) {
      throw new KeysUnavailableError("the authorization server's keys could not be loaded");
    }
    return this.#keys;
  }

  /** One load for all who ask. False: it failed, or was tried a moment ago. */
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
      // Throws where it is no JWKS.
      this.#keys = createLocalJWKSet(jwks as unknown as JSONWebKeySet);
      this.#loadedAt = now();
      return true;
    } catch (error) {
      onError(error);
      return false;
    }
  }
}
