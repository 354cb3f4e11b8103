import assert from "node:assert/strict";
import { test } from "node:test";
import { sanitize } from "./terminal-text.ts";

test("a foreign text cannot control the terminal, and is cut", () => {
  assert.equal(sanitize("Größe: 5 €, 試"), "Größe: 5 €, 試");
  const active = "\u001b[31m \u009b2J \r\n \u0007 \u202e \u2066 \u2028 \u200b \ud800";
  assert.equal(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(sanitize(active)), false);
  assert.equal(sanitize("x".repeat(1000)).length, 301);
});
