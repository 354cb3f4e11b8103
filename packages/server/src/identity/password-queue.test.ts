import assert from "node:assert/strict";
import { test } from "node:test";
import { QueueFullError } from "../limits/queue.ts";
import { inPasswordTurn, passwordConcurrency } from "./password-queue.ts";

test("passwords get half of the thread pool, two threads at most and one at least", () => {
  assert.equal(passwordConcurrency(undefined), 2);
  assert.equal(passwordConcurrency("16"), 2);
  assert.equal(passwordConcurrency("3"), 1);
  assert.equal(passwordConcurrency("1"), 1);
  assert.equal(passwordConcurrency("many"), 1);
});

test("a network that sends very many passwords leaves room for those of others", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const flood = Array.from({ length: 100 }, () => inPasswordTurn(() => promise, { from: "192.0.2.1" }));
  const other = inPasswordTurn(async () => "other", { from: "192.0.2.2" });
  resolve();
  assert.equal(await other, "other");
  const refused = (await Promise.allSettled(flood)).filter(({ status }) => status === "rejected");
  assert.ok(refused.length > 32 && refused.length < 100, `${refused.length}`);
  for (const each of refused) assert.ok(each.status === "rejected" && each.reason instanceof QueueFullError);
});
