import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentProofs } from "./proof-replays.ts";

test("a proof is known for as long as it would be accepted, and then takes no memory", () => {
  const proofs = new RecentProofs();
  assert.equal(proofs.use("a", 100.5, 40), true);
  assert.equal(proofs.use("a", 100.5, 100), false);
  assert.equal(proofs.use("b", 170, 100.9), true);
  assert.equal(proofs.size, 2);
  assert.equal(proofs.use("c", 170, 101), true);
  assert.equal(proofs.size, 2);
});

test("what does not fit is not forgotten: proofs as old as the dropped ones are refused", () => {
  const proofs = new RecentProofs(3);
  for (const [id, at] of [
    ["a", 100],
    ["b", 101],
    ["c", 102],
  ] as const)
    proofs.use(id, at, 40);
  assert.equal(proofs.use("d", 103, 40), true);
  assert.equal(proofs.size, 3);
  assert.equal(proofs.use("a", 100, 40), false);
  assert.equal(proofs.use("new", 100, 40), false);
  assert.equal(proofs.use("new", 101, 40), true);
  assert.equal(proofs.size, 2, "those of second 101 were dropped with it");
  assert.equal(proofs.use("e", 102, 40), true);
});
