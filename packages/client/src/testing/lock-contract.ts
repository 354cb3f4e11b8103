import type { Awaitable, TokenLock } from "../types.ts";
import { check, equal, inTime, pause, rejectsAs } from "./contract-case.ts";
import type { ContractCase } from "./contract-case.ts";

/** Storage for the locks of one case. */
export interface LockFixture {
  /** Opens another instance of the same lock, as another process or tab would. */
  open(): Awaitable<TokenLock>;
  /** Removes the storage. */
  close?(): Awaitable<void>;
}

type LockTest = (lock: TokenLock, other: TokenLock) => Promise<void>;

/** Long enough that a slow machine does not lose the lease. */
const RELAXED = { waitMs: 60_000, leaseMs: 30_000 };
const SHORT_WAIT = 300;

/**
 * The client's requirements of a lock. Run each case with any test runner:
 * `for (const { title, run } of lockContract(create)) test(title, run)`.
 *
 * @param create called once per case
 */
export function lockContract(create: () => Awaitable<LockFixture>): ContractCase[] {
  return Object.entries(CASES).map(([title, test]) => ({
    title,
    run: async () => {
      const fixture = await create();
      try {
        await test(await fixture.open(), await fixture.open());
      } finally {
        await fixture.close?.();
      }
    },
  }));
}

const CASES: Record<string, LockTest> = {
  "the lock passes on what the work returns or throws, and is free afterwards": async (lock, other) => {
    equal(await lock("a", () => Promise.resolve(7), RELAXED), 7, "the result");
    const failure = new Error("the work failed");
    const reason = await lock("a", () => Promise.reject(failure), RELAXED).catch((error: unknown) => error);
    check(reason === failure, `the work's own error was expected, not ${String(reason)}`);
    equal(await other("a", () => Promise.resolve(8), { ...RELAXED, waitMs: 2000 }), 8, "the next result");
  },

  "work under one name never overlaps, on whichever instance it runs": async (lock, other) => {
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (running += 1));
      await pause(5);
      running -= 1;
    };
    const works = Array.from({ length: 16 }, (_, index) =>
      (index % 2 === 0 ? lock : other)("a", work, RELAXED),
    );
    await inTime(Promise.all(works), "sixteen works of 5 ms");
    equal(most, 1, "works at one time");
  },

  "work under different names does not wait": async (lock, other) => {
    await whileHeld(lock, async () => {
      for (const name of ["b", "A", "a/b", "", "a "]) {
        equal(
          await inTime(
            other(name, () => Promise.resolve(name), RELAXED),
            "the work",
          ),
          name,
          "the result",
        );
      }
    });
  },

  "a waiter whose time is up gets lock_busy, and its work does not run": async (lock, other) => {
    let ran = false;
    await whileHeld(lock, async () => {
      const waiting = other("a", async () => void (ran = true), { ...RELAXED, waitMs: SHORT_WAIT });
      await inTime(rejectsAs("lock_busy", waiting), "the refusal");
    });
    equal(await other("a", () => Promise.resolve(9), RELAXED), 9, "the result once the lock is free");
    equal(ran, false, "whether the work ran");
  },

  "a waiter whose signal aborts stops waiting, and its work does not run": async (lock, other) => {
    let ran = false;
    await whileHeld(lock, async () => {
      const controller = new AbortController();
      const waiting = other("a", async () => void (ran = true), { ...RELAXED, signal: controller.signal });
      const aborted = new Error("aborted");
      setTimeout(() => controller.abort(aborted), 50);
      const reason = await inTime(waiting, "the end of the wait").catch((error: unknown) => error);
      check(reason === aborted, `the signal's reason was expected, not ${String(reason)}`);
    });
    equal(await other("a", () => Promise.resolve(9), RELAXED), 9, "the result once the lock is free");
    equal(ran, false, "whether the work ran");
  },

  "a call whose signal is already aborted does not run its work": async (lock) => {
    let ran = false;
    const signal = AbortSignal.abort(new Error("aborted"));
    const reason = await lock("a", async () => void (ran = true), { ...RELAXED, signal }).catch(
      (error: unknown) => error,
    );
    check(reason === signal.reason, `the signal's reason was expected, not ${String(reason)}`);
    equal(ran, false, "whether the work ran");
  },

  "aborting the signal does not interrupt running work": async (lock) => {
    const controller = new AbortController();
    const work = async () => {
      controller.abort();
      await pause(20);
      return 7;
    };
    equal(await lock("a", work, { ...RELAXED, signal: controller.signal }), 7, "the result");
  },

  "work that outlives its lease keeps the lock, or its signal aborts before other work runs": async (
    lock,
    other,
  ) => {
    const leaseMs = 1500;
    let abortedOrDone = false;
    const outliving = lock(
      "a",
      async ({ signal }) => {
        signal.addEventListener("abort", () => (abortedOrDone = true));
        await pause(2 * leaseMs);
        abortedOrDone = true;
      },
      { waitMs: 1000, leaseMs },
    ).catch(() => {});
    await pause(100);
    let abortedBefore = false;
    const next = other("a", async () => void (abortedBefore = abortedOrDone), {
      waitMs: 10 * leaseMs,
      leaseMs,
    });
    await inTime(next, "the next work");
    await outliving;
    equal(abortedBefore, true, "whether the first was done or aborted");
  },
};

/** Runs `action` while `lock` holds the name `a`. */
async function whileHeld(lock: TokenLock, action: () => Promise<void>): Promise<void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let holding: Promise<void> = Promise.resolve();
  const held = new Promise<void>((resolve, reject) => {
    const work = async () => {
      resolve();
      await released;
    };
    holding = lock("a", work, RELAXED);
    holding.catch(reject);
  });
  try {
    await inTime(held, "the lock");
    await action();
  } finally {
    release();
    await holding;
  }
}
