import type { Awaitable, TokenLock } from "../types.ts";
import { claim, inTime, pause, rejectsAs, same } from "./cases.ts";
import type { Case } from "./cases.ts";

/** A place for locks, made for one case. */
export interface LockPlace {
  /** Another instance of the same lock, as another process or tab has one. */
  open(): Awaitable<TokenLock>;
  /** Takes the place away. */
  close?(): Awaitable<void>;
}

type Proof = (lock: TokenLock, other: TokenLock) => Promise<void>;

/** Long enough for a slow machine not to lose a lease in between. */
const CALM = { waitMs: 60_000, leaseMs: 30_000 };
const SHORT_WAIT = 300;

/**
 * What the client needs of a lock. Run each case with any test runner:
 * `for (const { title, run } of lockContract(create)) test(title, run)`.
 *
 * @param create called by each case
 */
export function lockContract(create: () => Awaitable<LockPlace>): Case[] {
  return Object.entries(PROOFS).map(([title, proof]) => ({
    title,
    run: async () => {
      const place = await create();
      try {
        await proof(await place.open(), await place.open());
      } finally {
        await place.close?.();
      }
    },
  }));
}

const PROOFS: Record<string, Proof> = {
  "what the work returns or throws is passed on, and the lock is free afterwards": async (lock, other) => {
    same(await lock("a", () => Promise.resolve(7), CALM), 7, "the result");
    const failure = new Error("the work failed");
    const reason = await lock("a", () => Promise.reject(failure), CALM).catch((error: unknown) => error);
    claim(reason === failure, `the work's own error was expected, not ${String(reason)}`);
    same(await other("a", () => Promise.resolve(8), { ...CALM, waitMs: 2000 }), 8, "the next result");
  },

  "works under one name never overlap, whichever instance runs them": async (lock, other) => {
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (running += 1));
      await pause(5);
      running -= 1;
    };
    const works = Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? lock : other)("a", work, CALM));
    await inTime(Promise.all(works), "sixteen works of 5 ms");
    same(most, 1, "works at one time");
  },

  "works under different names do not wait for each other": async (lock, other) => {
    await whileHeld(lock, async () => {
      for (const name of ["b", "A", "a/b", "", "a "]) {
        same(
          await inTime(
            other(name, () => Promise.resolve(name), CALM),
            "the work",
          ),
          name,
          "the result",
        );
      }
    });
  },

  "who waits longer than it may is told that the lock is busy, and its work does not run": async (
    lock,
    other,
  ) => {
    let ran = false;
    await whileHeld(lock, async () => {
      const waiting = other("a", async () => void (ran = true), { ...CALM, waitMs: SHORT_WAIT });
      await inTime(rejectsAs("lock_busy", waiting), "the refusal");
    });
    same(await other("a", () => Promise.resolve(9), CALM), 9, "the result once the lock is free");
    same(ran, false, "whether the work ran");
  },

  "a waiter that is called off stops waiting, and its work does not run": async (lock, other) => {
    let ran = false;
    await whileHeld(lock, async () => {
      const calling = new AbortController();
      const waiting = other("a", async () => void (ran = true), { ...CALM, signal: calling.signal });
      const called = new Error("called off");
      setTimeout(() => calling.abort(called), 50);
      const reason = await inTime(waiting, "the end of the wait").catch((error: unknown) => error);
      claim(reason === called, `the signal's reason was expected, not ${String(reason)}`);
    });
    same(await other("a", () => Promise.resolve(9), CALM), 9, "the result once the lock is free");
    same(ran, false, "whether the work ran");
  },

  "a call that was called off before does not run": async (lock) => {
    let ran = false;
    const signal = AbortSignal.abort(new Error("called off"));
    const reason = await lock("a", async () => void (ran = true), { ...CALM, signal }).catch(
      (error: unknown) => error,
    );
    claim(reason === signal.reason, `the signal's reason was expected, not ${String(reason)}`);
    same(ran, false, "whether the work ran");
  },

  "calling off does not reach work that runs": async (lock) => {
    const calling = new AbortController();
    const work = async () => {
      calling.abort();
      await pause(20);
      return 7;
    };
    same(await lock("a", work, { ...CALM, signal: calling.signal }), 7, "the result");
  },

  "work that outlives its lease keeps the lock, or is told before anybody else runs": async (lock, other) => {
    const leaseMs = 1500;
    let toldOrOver = false;
    const outliving = lock(
      "a",
      async ({ signal }) => {
        signal.addEventListener("abort", () => (toldOrOver = true));
        await pause(2 * leaseMs);
        toldOrOver = true;
      },
      { waitMs: 1000, leaseMs },
    ).catch(() => {});
    await pause(100);
    let toldBefore = false;
    const next = other("a", async () => void (toldBefore = toldOrOver), { waitMs: 10 * leaseMs, leaseMs });
    await inTime(next, "the next work");
    await outliving;
    same(toldBefore, true, "whether the first was over or told");
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
    holding = lock("a", work, CALM);
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
