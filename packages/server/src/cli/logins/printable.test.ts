import assert from "node:assert/strict";
import { test } from "node:test";
import { printable } from "./printable.ts";

test("a foreign text does nothing to the terminal, and is not endless", () => {
  assert.equal(printable("Größe: 5 €, 試"), "Größe: 5 €, 試");
  const active = "\u001b[31m \u009b2J \r\n \u0007 \u202e \u2066 \u2028 \u200b \ud800";
  assert.equal(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(printable(active)), false);
  assert.equal(printable("x".repeat(1000)).length, 301);
});
