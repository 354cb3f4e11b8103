import { base64url } from "jose";

/** Nonces for DPoP proofs (RFC 9449 §9). */
export interface NonceOptions {
  /** 32 random characters or more, the same on all instances of the API. */
  secret: string;
  /** How long a nonce is accepted at most, s, at least 10. Default 300. Half as long at least. */
  lifetime?: number;
}

/**
 * Nonces that no instance keeps: each is the HMAC of its period, so instances with the same secret have the same ones. That of
 * the period before is accepted too, and that of the next one, which an instance with a faster clock gave.
 */
export class Nonces {
  readonly #secret: string;
  /** ms */
  readonly #period: number;
  #key: Promise<CryptoKey> | undefined;
  /** The last few, by period. */
  readonly #known = new Map<number, string>();

  constructor({ secret, lifetime = 300 }: NonceOptions) {
    this.#secret = secret;
    this.#period = (lifetime * 1000) / 2;
  }

  /** The nonce for new proofs. @param now ms since 1970 */
  current(now: number): Promise<string> {
    return this.#of(Math.floor(now / this.#period));
  }

  /** Whether a nonce is accepted. @param now ms since 1970 */
  async accepts(nonce: unknown, now: number): Promise<boolean> {
    const period = Math.floor(now / this.#period);
    const accepted = await Promise.all([period - 1, period, period + 1].map((each) => this.#of(each)));
    return typeof nonce === "string" && accepted.map((each) => isEqual(each, nonce)).includes(true);
  }

  async #of(period: number): Promise<string> {
    const known = this.#known.get(period);
    if (known !== undefined) return known;
    const text = new TextEncoder();
    this.#key ??= crypto.subtle.importKey(
      "raw",
      text.encode(this.#secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const mac = await crypto.subtle.sign("HMAC", await this.#key, text.encode(`dpop-nonce ${period}`));
    const nonce = base64url.encode(new Uint8Array(mac, 0, 16));
    for (const each of this.#known.keys()) if (Math.abs(each - period) > 2) this.#known.delete(each);
    this.#known.set(period, nonce);
    return nonce;
  }
}

/** In a time that does not depend on where they differ. */
function isEqual(own: string, given: string): boolean {
  let difference = own.length ^ given.length;
  for (let i = 0; i < own.length; i += 1) difference |= own.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}
