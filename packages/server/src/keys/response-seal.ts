import { createHmac } from "node:crypto";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";
import { decrypt, encrypt } from "./key-wrapping.ts";

/**
 * Seals responses that are kept for a repeated request. The key needs a secret that only the sender of the request has
 * beside the master key: the database and the master key together do not open it.
 */
export class ResponseSeal {
  readonly #keys: readonly [Buffer, ...Buffer[]];

  /** @param secret of the request's sender, such as its Idempotency-Key */
  constructor([current, ...previous]: readonly [MasterKey, ...MasterKey[]], secret: string) {
    const keyOf = (master: MasterKey) =>
      createHmac("sha256", derive(master.bytes, "regrant kept response", 32))
        .update(secret)
        .digest();
    this.#keys = [keyOf(current), ...previous.map(keyOf)];
  }

  /** The MAC of a request under this key, 32 bytes: a digest would let a password in it be guessed. */
  mac(request: string): Buffer {
    return createHmac("sha256", this.#keys[0]).update(request).digest();
  }

  seal(response: string): Buffer {
    return encrypt(this.#keys[0], "response", Buffer.from(response));
  }

  /** Undefined: it was sealed under a master key that is no longer configured, or was changed. */
  open(sealed: Buffer): string | undefined {
    for (const key of this.#keys) {
      const response = decrypt(key, "response", sealed);
      if (response !== undefined) return response.toString("utf8");
    }
    return undefined;
  }
}
