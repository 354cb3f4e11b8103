import assert from "node:assert/strict";
import { readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { isTokenError } from "../errors.ts";
import { lockContract } from "../testing/index.ts";
import { directoryLock } from "./index.ts";

const LEASE = { waitMs: 20_000, leaseMs: 600 };

const cases = lockContract(() => {
  const directory = temporaryFolder("lock");
  return { open: () => directoryLock({ directory }), close: () => rmSync(directory, { recursive: true }) };
});
for (const { title, run } of cases) test(`directory lock: ${title}`, run);

test("of many waiters for a dead holder's lock one at a time acquires it", async (t) => {
  const { lock, folder } = await prepare(t);
  kill(folder, new Date());
  let running = 0;
  const order: number[] = [];
  const waiters = Array.from({ length: 12 }, (_, index) =>
    lock(
      "a",
      async () => {
        order.push(index);
        assert.equal((running += 1), 1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      },
      { ...LEASE, leaseMs: 3000 },
    ),
  );
  await Promise.all(waiters);
  assert.equal(order.length, 12);
});

test("a lock whose heartbeat is far in the past or the future is taken within a third of the lease", async (t) => {
  const { lock, folder } = await prepare(t);
  for (const sign of [new Date(0), new Date(Date.now() + 86_400_000)]) {
    kill(folder, sign);
    const options = { waitMs: 4000, leaseMs: 6000 };
    assert.equal(await lock("a", () => Promise.resolve("got"), options), "got");
  }
});

test("a running holder keeps the lock, however old its heartbeat looks", async (t) => {
  const { lock, folder } = await prepare(t);
  await lock(
    "a",
    async ({ signal }) => {
      const [held = ""] = readdirSync(folder);
      // As after a jump of the clock, which does not tell whether the holder still runs.
      let ages = 0;
      const ageing = setInterval(() => {
        ages += 1;
        utimesSync(join(folder, held), ages, ages);
      }, 50);
      await assert.rejects(
        lock("a", () => Promise.resolve(), { waitMs: 2500, leaseMs: 3000 }),
        (error) => isTokenError(error, "lock_busy"),
      );
      clearInterval(ageing);
      assert.equal(signal.aborted, false);
    },
    LEASE,
  );
});

test("work whose lock was taken is notified, and does not release the new holder's lock", async (t) => {
  const { lock, folder } = await prepare(t);
  await lock(
    "a",
    async ({ signal }) => {
      const [held = ""] = readdirSync(folder);
      renameSync(join(folder, held), join(folder, "at-another-owner"));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    LEASE,
  );
  assert.deepEqual(readdirSync(folder), ["at-another-owner"]);
});

test("a folder that cannot be used is lock_unavailable, not lock_busy", async (t) => {
  const { directory } = await prepare(t);
  writeFileSync(join(directory, "file"), "");
  const lock = directoryLock({ directory: join(directory, "file") });
  await assert.rejects(
    lock("a", () => Promise.resolve(), LEASE),
    (error) => isTokenError(error, "lock_unavailable"),
  );
});

/** A lock that was used once, and its folder. */
async function prepare(t: TestContext) {
  const directory = temporaryFolder("lock");
  t.after(() => rmSync(directory, { recursive: true }));
  const lock = directoryLock({ directory });
  await lock("a", () => Promise.resolve(), LEASE);
  return { directory, lock, folder: join(directory, "a.lock") };
}

/** Leaves the lock as a holder that was killed after this heartbeat. */
function kill(folder: string, lastSign: Date): void {
  const [entry = ""] = readdirSync(folder);
  renameSync(join(folder, entry), join(folder, "at-killed"));
  utimesSync(join(folder, "at-killed"), lastSign, lastSign);
}
