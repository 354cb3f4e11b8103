import { isTokenError } from "../errors.ts";
import type { TokenErrorCode } from "../errors.ts";

/** One thing that must hold, as a sentence, and its proof, which rejects if it does not. Fits any test runner. */
export interface Case {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** How long a proof waits for what must come, ms. */
const PATIENCE = 20_000;

export function claim(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** Compares as JSON, so that it says both sides. */
export function same(actual: unknown, expected: unknown, about: string): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  claim(left === right, `${about}: ${left} instead of ${right}`);
}

/** The promise's value; rejects if it takes longer than any working adapter would. */
export async function inTime<T>(promise: PromiseLike<T>, about: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${about}: not within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Rejects unless `promise` rejects with an error of the client's that has this code. */
export async function rejectsAs(code: TokenErrorCode, promise: PromiseLike<unknown>): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  claim(isTokenError(error, code), `rejected as ${code} was expected, not ${String(error)}`);
}
