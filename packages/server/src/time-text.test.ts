import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText, instantWithAge, localInstant, parseInstant } from "./time-text.ts";

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

test("an instant is a date in UTC, or a time with its offset, of a day that exists", () => {
  assert.equal(parseInstant("2026-07-01"), Date.UTC(2026, 6, 1));
  assert.equal(parseInstant("2028-02-29"), Date.UTC(2028, 1, 29));
  assert.equal(parseInstant("2026-07-01T09:30Z"), Date.UTC(2026, 6, 1, 9, 30));
  assert.equal(parseInstant("2026-07-01T00:30:00.250+02:00"), Date.UTC(2026, 5, 30, 22, 30, 0, 250));
  const none = ["", "soon", "2026-02-30", "2026-13-01", "2026-07-01T25:00:00Z", "2026-07-01T09:30:00"];
  for (const text of [...none, "2026-07-01 (x)", "2026-07-01 09:30:00Z", "1801526400000"])
    assert.equal(parseInstant(text), undefined, text);
});
