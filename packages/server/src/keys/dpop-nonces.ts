import { createHmac, timingSafeEqual } from "node:crypto";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";

/** A new nonce comes into force after so many ms. The one before stays valid as long again. */
const PERIOD = 300_000;
const NONCE_BYTES = 16;

/**
 * The nonces of DPoP proofs (RFC 9449 §8): an HMAC of the current period, under a key that is derived from the master key.
 * So all nodes have the same ones, and nothing is stored for a request without one.
 */
export class DpopNonces {
  /** Of the current master key, then of the previous ones. */
  readonly #keys: readonly [Buffer, ...Buffer[]];

  constructor([current, ...previous]: readonly [MasterKey, ...MasterKey[]]) {
    const keyOf = ({ bytes }: MasterKey) => derive(bytes, "regrant dpop nonce", 32);
    this.#keys = [keyOf(current), ...previous.map(keyOf)];
  }

  /** The nonce in force at `now`, ms: 22 characters of base64url. */
  at(now: number): string {
    return nonceOf(this.#keys[0], periodOf(now)).toString("base64url");
  }

  /** Whether a proof with this nonce is fresh. Another node's clock may be a period ahead. Constant time. */
  isFresh(nonce: string, now: number): boolean {
    const given = Buffer.from(nonce, "base64url");
    if (given.length !== NONCE_BYTES) return false;
    const period = periodOf(now);
    const periods = [period, period - 1, period + 1];
    return this.#keys.some((key) => periods.some((each) => timingSafeEqual(nonceOf(key, each), given)));
  }
}

function periodOf(now: number): number {
  return Math.floor(now / PERIOD);
}

function nonceOf(key: Buffer, period: number): Buffer {
  return createHmac("sha256", key).update(String(period)).digest().subarray(0, NONCE_BYTES);
}
