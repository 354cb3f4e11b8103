import assert from "node:assert/strict";
import { test } from "node:test";
import { alignColumns, wrap } from "./output.ts";

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
