import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText, instantWithAge, localInstant } from "./time-text.ts";

test("a duration is told in the units that people would use for it", () => {
  const durations: [ms: number, text: string][] = [
    [0, "0 ms"],
    [-5, "0 ms"],
    [999, "999 ms"],
    [1000, "1 s"],
    [61_000, "1 min 1 s"],
    [3_600_000, "1 h"],
    [5_400_000, "1 h 30 min"],
    [86_399_999, "23 h"],
    [9 * 86_400_000 + 7_200_000, "9 d 2 h"],
    [40 * 86_400_000 + 7_200_000, "40 d"],
  ];
  for (const [ms, text] of durations) assert.equal(durationText(ms), text);
});

test("a local instant names its offset and is the same instant", () => {
  const instant = Date.UTC(2026, 6, 1, 12, 30, 45);
  assert.match(localInstant(instant), /^2026-0[67]-\d\dT\d\d:\d\d:45[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(localInstant(instant)), instant);
  assert.match(instantWithAge(instant, instant + 60_000), / \(1 min ago\)$/);
  assert.match(instantWithAge(instant, instant - 60_000), / \(in 1 min\)$/);
});
