import assert from "node:assert/strict";
import { test } from "node:test";
import { cutText, padText, textWidth } from "./text-width.ts";

/** Widths as a terminal shows them. */
const WIDTHS: readonly [text: string, width: number][] = [
  ["", 0],
  ["plain", 5],
  ["Größe 5 €", 9],
  ["e\u0301", 1],
  ["\u0301", 0],
  ["試す", 4],
  ["カタカナ", 8],
  ["ｶﾀ", 2],
  ["한국어", 6],
  ["Ａ！", 4],
  ["متجر", 4],
  ["שָׁלוֹם", 4],
  ["👩‍👧", 2],
  ["👍🏽", 2],
  ["🇩🇪", 2],
  ["☂️", 2],
  ["1️⃣", 2],
  ["©", 1],
  ["…\uFFFD", 2],
];

test("a text is as wide as a terminal shows it", () => {
  for (const [text, width] of WIDTHS) assert.equal(textWidth(text), width, JSON.stringify(text));
});

test("a text is cut between characters as people see them, and never wider than asked", () => {
  for (const [text] of WIDTHS) {
    for (let width = 1; width < 10; width += 1) assert.ok(textWidth(cutText(text, width)) <= width);
  }
  assert.equal(cutText("試す試す", 6), "試す…");
  assert.equal(cutText("👩‍👧👩‍👧👩‍👧", 4), "👩‍👧…");
  assert.equal(cutText("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  assert.equal(cutText("a word", 3), "a…");
  assert.equal(cutText("plain", 5), "plain");
});

test("a text is padded to a width, not to a number of characters", () => {
  assert.equal(padText("試す", 6), "試す  ");
  assert.equal(padText("too long", 3), "too long");
});
