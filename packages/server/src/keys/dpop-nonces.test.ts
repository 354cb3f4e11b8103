import assert from "node:assert/strict";
import { test } from "node:test";
import { DpopNonces } from "./dpop-nonces.ts";
import { newMasterKey } from "./master-key.ts";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 1);

test("all nodes with one master key have the same nonce, and another every five minutes", () => {
  const master = newMasterKey();
  const [one, other] = [new DpopNonces([master]), new DpopNonces([master])];
  assert.equal(one.at(NOW), other.at(NOW + 5 * MINUTE - 1));
  assert.notEqual(one.at(NOW), one.at(NOW + 5 * MINUTE));
  assert.match(one.at(NOW), /^[\w-]{22}$/);
  assert.ok(!new DpopNonces([newMasterKey()]).isFresh(one.at(NOW), NOW));
});

test("a nonce holds for five to ten minutes, also where the clocks of the nodes differ", () => {
  const nonces = new DpopNonces([newMasterKey()]);
  const nonce = nonces.at(NOW);
  for (const later of [0, 5 * MINUTE, 10 * MINUTE - 1, -1]) assert.ok(nonces.isFresh(nonce, NOW + later));
  for (const later of [10 * MINUTE, -5 * MINUTE - 1]) assert.ok(!nonces.isFresh(nonce, NOW + later));
  for (const other of ["", "x", `${nonce}A`, "A".repeat(22)]) assert.ok(!nonces.isFresh(other, NOW));
});

test("after the master key was replaced, nonces of the one before hold while it is configured", () => {
  const [before, after] = [newMasterKey(), newMasterKey()];
  const nonce = new DpopNonces([before]).at(NOW);
  assert.ok(new DpopNonces([after, before]).isFresh(nonce, NOW));
  assert.notEqual(new DpopNonces([after, before]).at(NOW), nonce);
});
