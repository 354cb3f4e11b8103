import assert from "node:assert/strict";
import { test } from "node:test";
import { alignColumns, durationText, instantWithAge, localInstant, wrap } from "./output.ts";

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

test("columns are as wide as their widest cell, and no line ends in spaces", () => {
  const rows = [
    ["a", "long", ""],
    ["wide", "b", "c"],
  ];
  assert.deepEqual(alignColumns(rows), ["a     long", "wide  b     c"]);
});

test("a wrapped text keeps its words and its width", () => {
  const words = Array.from({ length: 200 }, (_, i) => "x".repeat((i % 9) + 1)).join(" ");
  const lines = wrap(words, "  ").split("\n");
  assert.ok(lines.length > 1 && lines.every((line) => line.length <= 100 && line.startsWith("  ")));
  assert.equal(lines.map((line) => line.slice(2)).join(" "), words);
});
