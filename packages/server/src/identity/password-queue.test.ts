import assert from "node:assert/strict";
import { test } from "node:test";
import { passwordConcurrency } from "./password-queue.ts";

test("passwords get half of the thread pool, two threads at most and one at least", () => {
  assert.equal(passwordConcurrency(undefined), 2);
  assert.equal(passwordConcurrency("16"), 2);
  assert.equal(passwordConcurrency("3"), 1);
  assert.equal(passwordConcurrency("1"), 1);
  assert.equal(passwordConcurrency("many"), 1);
});
