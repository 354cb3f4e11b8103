import assert from "node:assert/strict";
import { test } from "node:test";
import { CommitPace } from "./commit-pace.ts";

/** Runs a batch of so many members, which could begin at `at`, ms; returns how long it waited, ms. */
function batch(pace: CommitPace, at: number, members: number): number {
  const waited = pace.wait(at);
  pace.committed(at + waited, members, waited);
  return waited;
}

test("the first batch, and one that comes late, begin at once", () => {
  const pace = new CommitPace();
  assert.equal(batch(pace, 0, 1), 0);
  assert.equal(batch(pace, 2, 1), 0);
  assert.equal(batch(pace, 100, 1), 0);
});

test("while each wait brings company, each batch waits for the end of the 2 ms after the last one, in whole ms", () => {
  const pace = new CommitPace();
  batch(pace, 0, 8);
  for (let at = 0; at < 200; at += 2) assert.equal(batch(pace, at + 0.5, 8), 2);
});

test("one request after another waits three times, then each 65th time", () => {
  const pace = new CommitPace();
  const waits: number[] = [];
  let at = 0;
  for (let request = 0; request < 200; request += 1) {
    const waited = batch(pace, at, 1);
    if (waited > 0) waits.push(request);
    at += waited + 0.5;
  }
  assert.deepEqual(waits, [1, 2, 3, 68, 133, 198]);
});

test("two waits without company, as they happen under load, change nothing", () => {
  const pace = new CommitPace();
  batch(pace, 0, 8);
  let at = 0;
  for (const members of [8, 1, 3, 8, 2, 1, 8, 1, 1, 8]) {
    const waited = batch(pace, at + 0.5, members);
    assert.equal(waited, 2);
    at += 2;
  }
});

test("company that comes is waited for again", () => {
  const pace = new CommitPace();
  let at = 0;
  for (let request = 0; request < 50; request += 1) at += batch(pace, at, 1) + 0.5;
  assert.equal(batch(pace, at, 5), 0);
  assert.equal(batch(pace, at + 0.5, 5), 2);
});
