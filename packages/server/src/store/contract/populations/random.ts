import { createHash } from "node:crypto";
import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Chance that repeats: the same seed gives the same numbers on every machine. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: string) {
    this.#generator = xoroshiro128plus(createHash("sha256").update(seed).digest().readInt32LE());
  }

  chance(probability: number): boolean {
    return uniformFloat32(this.#generator) < probability;
  }

  /** An integer, `from` ≤ it < `to`, each as likely. */
  integer(from: number, to: number): number {
    return from + Math.floor(uniformFloat32(this.#generator) * (to - from));
  }
}
