import assert from "node:assert/strict";
import * as fc from "fast-check";
import { LAST_GENERATION, decide } from "../decide.ts";
import { step } from "./arbitraries.ts";
import { rotationResult, written } from "../rotation-result.ts";
import type { Grant, PresentedToken, RotationPolicy, RotationResult } from "../store.ts";
import { SECOND, digest, presentedToken, uuid } from "./fixtures.ts";

/** Any policy, so that every row of the table is met. */
const policy: fc.Arbitrary<RotationPolicy> = fc.record({
  rotation: fc.oneof(
    { weight: 3, arbitrary: fc.constant("always" as const) },
    { weight: 1, arbitrary: fc.constantFrom("threshold" as const, "never" as const) },
  ),
  rotationThreshold: fc.constantFrom(20, 3600),
  reuse: fc.oneof(
    { weight: 3, arbitrary: fc.constant("detect" as const) },
    { weight: 1, arbitrary: fc.constant("revoke" as const) },
  ),
  lateRetry: fc.constantFrom("once", "refuse"),
  lostWrites: fc.constantFrom("recover", "reject"),
  concurrentUse: fc.constantFrom("report", "revoke"),
  retryWindow: fc.constantFrom(1, 120, 600),
  refreshIdleTtl: fc.constantFrom(7200, 864_000, 864_000),
  bindOnRefresh: fc.constantFrom(true, true, false),
});

/** Some time later, or at the end of a window or a lifetime, plus or minus a millisecond. */
export type When = { after: number } | { end: End; by: number };

const WINDOW_ENDS = ["window", "recent", "previous"] as const;
const LIFETIME_ENDS = ["idle", "absolute"] as const;
type End = (typeof WINDOW_ENDS | typeof LIFETIME_ENDS)[number];

export const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ after: step }) },
  {
    weight: 2,
    arbitrary: fc.record({ end: fc.constantFrom(...WINDOW_ENDS), by: fc.integer({ min: -1, max: 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      end: fc.constantFrom(...LIFETIME_ENDS),
      by: fc.integer({ min: -1, max: 1 }),
    }),
  },
);

export function instant(when: When, row: Grant, { policy }: Presentation, now: number): number {
  if ("after" in when) return now + when.after;
  const retryWindow = policy.retryWindow * SECOND;
  const ends: Record<End, number> = {
    window: row.windowStartedAt + retryWindow,
    recent: row.windowEndedAt + retryWindow,
    previous: (row.previousWindowEndedAt ?? row.windowEndedAt) + retryWindow,
    idle: row.lastUsedAt + policy.refreshIdleTtl * SECOND,
    absolute: row.expiresAt,
  };
  return ends[when.end] + when.by;
}

/** A token to present, relative to the row. */
export interface Presentation {
  generation: { offset: number } | { absolute: number };
  stranger: "client" | "secret" | undefined;
  scope: string[] | undefined;
  resource: string | null | undefined;
  binding: string | null;
  policy: RotationPolicy;
  /** ms after the grant was created; null: the client was never disabled. */
  grantsRevokedAfter: number | null;
}

/** What a grant may be bound to, and what a request may prove; null: no key. */
export const BINDINGS = [
  null,
  "jkt:0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
  "x5t:A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0",
] as const;

/**
 * Resources of grants and requests; null: the client's own audience. Two are spellings of one, and one has the characters
 * that SQL and arrays quote.
 */
export const RESOURCES = [
  null,
  "https://mcp.example",
  "HTTPS://MCP.example:443/",
  `https://mcp.example/"it's",{NULL}\\`,
] as const;

export const presentation: fc.Arbitrary<Presentation> = fc.record({
  generation: fc.oneof(
    { weight: 30, arbitrary: fc.record({ offset: fc.constantFrom(0, 0, 0, -1, -1, -2) }) },
    { weight: 8, arbitrary: fc.record({ offset: fc.integer({ min: -6, max: 3 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        absolute: fc.constantFrom(0, LAST_GENERATION - 1, LAST_GENERATION, 0xffff_ffff),
      }),
    },
  ),
  stranger: fc.constantFrom(...Array<undefined>(12).fill(undefined), "client" as const, "secret" as const),
  scope: fc.constantFrom(
    ...Array<undefined>(6).fill(undefined),
    [],
    ["read"],
    ["write", "read"],
    ["read", "admin"],
  ),
  binding: fc.constantFrom(...Array<null>(6).fill(null), ...BINDINGS),
  resource: fc.constantFrom(...Array<undefined>(4).fill(undefined), ...RESOURCES, ...RESOURCES),
  policy,
  grantsRevokedAfter: fc.constantFrom(...Array<null>(12).fill(null), -1, 0),
});

export function present(row: Grant, asked: Presentation): PresentedToken {
  const generation =
    "absolute" in asked.generation
      ? asked.generation.absolute
      : Math.max(0, row.generation + asked.generation.offset);
  return presentedToken(row, generation, asked.policy, {
    scope: asked.scope,
    resource: asked.resource,
    binding: asked.binding,
    grantsRevokedAt: asked.grantsRevokedAfter === null ? null : row.createdAt + asked.grantsRevokedAfter,
    ...(asked.stranger === "client" && { clientId: uuid() }),
    ...(asked.stranger === "secret" && { secretHash: digest() }),
  });
}

/** All orders of a few items. */
export function orders<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

/** Whether the table, asked in this order, gives these results and this row. */
export function explains(
  order: readonly { presented: PresentedToken; result: RotationResult }[],
  before: Grant,
  after: Grant,
  now: number,
): boolean {
  let row = before;
  for (const { presented, result } of order) {
    const decision = decide(row, presented, now);
    if (!isDeepEqual(rotationResult(decision, row, now), result)) return false;
    row = written(row, decision);
  }
  return isDeepEqual(row, after);
}

function isDeepEqual(one: unknown, other: unknown): boolean {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
