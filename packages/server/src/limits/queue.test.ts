import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue, QueueByKey, QueueFullError } from "./queue.ts";

/** A job that is under way until it is told how to end. */
function openJob(name: string, started: string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const job = async (): Promise<string> => {
    started.push(name);
    return promise;
  };
  return { job, finish: () => resolve(name), fail: () => reject(new Error(name)) };
}

test("jobs start in order, so many at a time, and the next when one has ended either way", async () => {
  const queue = new Queue(2, 10);
  const started: string[] = [];
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => openJob(name, started));
  assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
  const results = [a, b, c, d].map(async ({ job }) => queue.run(job));
  const [, second] = results;
  assert.ok(second !== undefined);
  await Promise.resolve();
  assert.deepEqual(started, ["a", "b"]);
  const failed = assert.rejects(second, { message: "b" });
  b.fail();
  await failed;
  assert.deepEqual(started, ["a", "b", "c"]);
  a.finish();
  c.finish();
  d.finish();
  const settled = await Promise.allSettled(results);
  assert.deepEqual(
    settled.map((result) => (result.status === "fulfilled" ? result.value : "failed")),
    ["a", "failed", "c", "d"],
  );
  assert.deepEqual(started, ["a", "b", "c", "d"]);
});

test("more than may wait are refused at once, and those that wait are not harmed", async () => {
  const queue = new Queue(1, 2);
  const started: string[] = [];
  const jobs = ["a", "b", "c"].map((name) => openJob(name, started));
  const results = jobs.map(async ({ job }) => queue.run(job));
  let ran = false;
  const refused = queue.run(async () => {
    ran = true;
  });
  await assert.rejects(refused, (error) => error instanceof QueueFullError && error.retryAfter === 1);
  for (const { finish } of jobs) finish();
  assert.deepEqual(await Promise.all(results), ["a", "b", "c"]);
  assert.equal(ran, false);
  assert.equal(await queue.run(async () => "later"), "later");
});

test("all turns are free again after many jobs", async () => {
  const queue = new Queue(2, 100);
  let running = 0;
  let most = 0;
  const job = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running -= 1;
  };
  await Promise.all(Array.from({ length: 100 }, async () => queue.run(job)));
  assert.equal(most, 2);
  const started: string[] = [];
  const both = ["x", "y"].map((name) => openJob(name, started));
  const results = both.map(async ({ job }) => queue.run(job));
  await Promise.resolve();
  assert.deepEqual(started, ["x", "y"]);
  for (const { finish } of both) finish();
  await Promise.all(results);
});

test("each key has a queue of its own, and none that is over is kept", async () => {
  const queues = new QueueByKey(1, 1);
  const started: string[] = [];
  const jobs = ["a", "b", "c"].map((name) => openJob(name, started));
  const [a, b, c] = jobs;
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  const results = [queues.run("x", a.job), queues.run("x", b.job), queues.run("y", c.job)];
  await assert.rejects(
    queues.run("x", async () => "d"),
    QueueFullError,
  );
  assert.deepEqual(started, ["a", "c"]);
  for (const { finish } of jobs) finish();
  assert.deepEqual(await Promise.all(results), ["a", "b", "c"]);
  assert.equal(await queues.run("x", async () => "later"), "later");
});
