import { isTokenError } from "../errors.ts";
import type { TokenErrorCode } from "../errors.ts";

/** One requirement, as a sentence, and its test, which rejects if it is not met. Works with any test runner. */
export interface ContractCase {
  /** The requirement. */
  readonly title: string;
  /** The test; rejects if the requirement is not met. */
  readonly run: () => Promise<void>;
}

/** Timeout of a step, ms: longer than any working adapter needs. */
const TIMEOUT = 20_000;

/** @throws Error with `otherwise` as its message */
export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** Compares as JSON, so that the message shows both values. */
export function equal(actual: unknown, expected: unknown, about: string): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(left === right, `${about}: ${left} instead of ${right}`);
}

/** The promise's value; rejects after the timeout. */
export async function inTime<T>(promise: PromiseLike<T>, about: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${about}: not within ${TIMEOUT / 1000} s`)), TIMEOUT);
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

/** Rejects unless `promise` rejects with a TokenError of this code. */
export async function rejectsAs(code: TokenErrorCode, promise: PromiseLike<unknown>): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  check(isTokenError(error, code), `expected a rejection with ${code}, not ${String(error)}`);
}
