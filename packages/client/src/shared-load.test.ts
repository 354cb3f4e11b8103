import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedLoad } from "./shared-load.ts";
import { VirtualTime } from "./simulation/virtual-time.ts";

test("concurrent callers share one load, and its failure; the next caller begins another", async () => {
  const { load, runs } = sharing();
  const callers = [load(), load(), load()];
  assert.equal(runs.length, 1);
  runs[0]?.reject(new Error("down"));
  for (const { status } of await Promise.allSettled(callers)) assert.equal(status, "rejected");
  const again = [load(), load()];
  assert.equal(runs.length, 2);
  runs[1]?.resolve(2);
  assert.deepEqual(await Promise.all(again), [2, 2]);
});

test("a load that never settles costs each later caller its patience at most, and one of them begins the next", async () => {
  const { load, runs, time } = sharing();
  void load();
  await time.pass(400);
  const callers = [load(), load(), load()];
  await time.pass(599);
  assert.equal(runs.length, 1);
  await time.pass(1);
  assert.equal(runs.length, 2, "one of the three begins");
  runs[1]?.resolve(2);
  assert.deepEqual(await Promise.all(callers), [2, 2, 2]);
  void load();
  await time.pass(60_000);
  const late = load();
  await time.pass(0);
  assert.equal(runs.length, 4, "a load that is old already is not waited for");
  runs[3]?.resolve(4);
  assert.equal(await late, 4);
});

test("a load that settles late disturbs no newer one", async () => {
  const { load, runs, time } = sharing();
  const first = load();
  await time.pass(1000);
  const second = load();
  runs[0]?.resolve(1);
  assert.equal(await first, 1);
  const third = load();
  assert.equal(runs.length, 2);
  runs[1]?.resolve(2);
  assert.deepEqual(await Promise.all([second, third]), [2, 2]);
});

function sharing() {
  const time = new VirtualTime();
  const runs: PromiseWithResolvers<number>[] = [];
  const load = sharedLoad(time.clock(), 1000, () => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  });
  return { time, runs, load };
}
