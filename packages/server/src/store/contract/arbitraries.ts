import * as fc from "fast-check";
import { HOUR, SECOND, WINDOW } from "./fixtures.ts";
import type { Delivery } from "./simulation.ts";
import type { RotationPolicy } from "../store.ts";

/** ms until the next request: often near the window's end, sometimes hours, sometimes the clock went back. */
export const step = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 5 * SECOND }) },
  { weight: 2, arbitrary: fc.integer({ min: WINDOW - 2, max: WINDOW + 2 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: -2 * HOUR, max: -1 }) },
);

/** ms between two requests of which neither is inside the other's window. */
export const outside = fc.integer({ min: WINDOW, max: 5 * HOUR });

export const delivery = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Delivery>("delivered") },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Delivery>("crashed_before_commit", "crashed_after_commit", "response_lost"),
  },
);

export const policy = fc.record({
  rotation: fc.constantFrom("always", "threshold", "never"),
  rotationThreshold: fc.constantFrom(20, 3600),
  reuse: fc.constantFrom("revoke", "detect"),
  lateRetry: fc.constantFrom("once", "refuse"),
  concurrentUse: fc.constantFrom("report", "revoke"),
}) satisfies fc.Arbitrary<Partial<RotationPolicy>>;

/** Requests of several holders, each with its newest token or with one `back` generations older. */
export function requests(holders: number, back: number): fc.Arbitrary<Request[]> {
  const request = fc.record({
    step,
    delivery,
    holder: fc.nat(holders - 1),
    back: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(back) }),
  });
  return fc.array(request, { minLength: 1, maxLength: 40 });
}

export interface Request {
  step: number;
  delivery: Delivery;
  holder: number;
  back: number;
}

/** One refresh of a holder, repeated until a response arrives. */
export interface Operation {
  gap: number;
  /** What becomes of the requests before it, within the retry window. */
  retries: Delivery[];
}

/** `minLength` to `maxLength` refreshes, each outside the window of the one before. */
export function operations(minLength: number, maxLength: number): fc.Arbitrary<Operation[]> {
  const operation = fc.record({ gap: outside, retries: fc.array(delivery, { maxLength: 2 }) });
  return fc.array(operation, { minLength, maxLength });
}
