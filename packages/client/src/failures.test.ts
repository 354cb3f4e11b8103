import assert from "node:assert/strict";
import { test } from "node:test";
import { LockBusyError, LockUnavailableError } from "./errors.ts";
import { fromGetSet } from "./from-get-set.ts";
import { memoryStore } from "./memory-store.ts";
import { refreshLock } from "./lock.ts";
import { harness, successor } from "./simulation/harness.ts";
import type { Awaitable, CredentialRecord, TokenLock, TokenStore } from "./types.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** A store that can be made to fail. */
function fallible(): TokenStore & { fails: "never" | "reading" | "writing" | "all"; hangs: boolean } {
  const store = memoryStore();
  const state = {
    ...store,
    fails: "never" as "never" | "reading" | "writing" | "all",
    hangs: false,
    get: (key: string) => state.reach("reading", () => store.get(key)),
    compareAndSet: (key: string, expected: string | null, next: CredentialRecord) =>
      state.reach("writing", () => store.compareAndSet(key, expected, next)),
    async reach<T>(what: "reading" | "writing", work: () => Awaitable<T>): Promise<T> {
      if (state.fails === what || state.fails === "all") {
        if (state.hangs) await new Promise(() => {});
        throw new Error("down");
      }
      return work();
    },
  };
  return state;
}

for (const hangs of [false, true]) {
  test(`a successor whose write ${hangs ? "hangs" : "fails"} is served from memory and stored later`, async () => {
    const store = fallible();
    store.hangs = hangs;
    const { client, another, time, events, record } = await harness(
      (_, n) => {
        if (n === 1) store.fails = "all";
        return successor(n);
      },
      { store },
    );
    assert.equal((await time.during(client.getToken({ mode: "force" }))).accessToken, "access-2");
    assert.ok(events.some((event) => event.type === "store_write_failed" && event.generation === 2));
    const startedAt = time.at;
    assert.equal((await client.getToken()).accessToken, "access-2");
    assert.equal(time.at, startedAt, "at once");
    await time.pass(10 * SECOND);
    store.fails = "never";
    await time.pass(90 * SECOND);
    assert.equal((await record())?.refreshToken, "refresh-2");
    assert.equal((await another().getToken()).accessToken, "access-2");
  });
}

test("a login after the store failed and moved on is stored at once", async () => {
  const store = fallible();
  const { client, another, time, record } = await harness(
    (_, n) => {
      if (n === 1) store.fails = "all";
      return successor(1);
    },
    { store, refresh: { retryWindowMs: 30 * SECOND } },
  );
  await time.during(client.getToken({ mode: "force" }));
  store.fails = "never";
  // Another process finds the abandoned claim, and the server repeats its response.
  const held = await store.get("session");
  assert.ok(held?.record.intent);
  await store.compareAndSet("session", held.version, { ...held.record, intent: undefined });
  await another().getToken({ mode: "force" });
  await client.set({ access_token: "new", refresh_token: "new-refresh", expires_in: 3600 });
  assert.equal((await record())?.accessToken, "new");
});

test("a store that cannot be written is detected before the token is spent", async () => {
  const store = fallible();
  const { client, time, posts } = await harness(undefined, { store });
  store.fails = "writing";
  await time.pass(HOUR - 20 * SECOND);
  assert.equal((await client.getToken()).accessToken, "access-1");
  await time.pass(20 * SECOND);
  await assert.rejects(client.getToken(), { code: "store_failed", retryable: true });
  assert.equal(posts.length, 0);
});

test("if the store cannot be read, the valid token that was read last is served", async () => {
  const store = fallible();
  const { client, another, time } = await harness(undefined, { store });
  store.fails = "reading";
  assert.equal((await client.getToken()).accessToken, "access-1");
  await assert.rejects(another().getToken(), { code: "store_failed" });
  await time.pass(HOUR);
  await assert.rejects(client.getToken(), { code: "store_failed" });
});

test("a store that never responds times out", async () => {
  const { another, time } = await harness();
  const silent: TokenStore = { ...memoryStore(), get: () => new Promise(() => {}) };
  await assert.rejects(time.during(another({ store: silent }).getToken(), 6 * SECOND), {
    code: "store_failed",
  });
});

test("after a slow write, or a sleep during it, nothing is sent and the claim is released", async () => {
  for (const asleep of [0, HOUR]) {
    const plain = memoryStore();
    let isSlow = false;
    const store: TokenStore = {
      ...plain,
      async compareAndSet(key, expected, next) {
        const version = await plain.compareAndSet(key, expected, next);
        if (isSlow && next.intent) {
          if (asleep > 0) clock.ahead += asleep;
          else await time.wait(3 * SECOND);
        }
        return version;
      },
    };
    const { client, clock, time, posts, record } = await harness(undefined, { store });
    isSlow = true;
    await assert.rejects(time.during(client.getToken({ mode: "force" })), { code: "token_unavailable" });
    assert.equal(posts.length, 0);
    assert.equal((await record())?.intent, undefined);
  }
});

test("a store that refuses every write is given up", async () => {
  const store = memoryStore();
  const { another } = await harness(undefined, { store });
  const stubborn = another({ store: { ...store, compareAndSet: () => false } });
  await assert.rejects(stubborn.getToken({ mode: "force" }), { code: "store_failed" });
});

test("a shared store without compare-and-set and without a lock is reported once", async () => {
  const records = new Map<string, CredentialRecord>();
  const store = fromGetSet(
    (key) => records.get(key),
    (key, record) => void records.set(key, record),
    "machine",
  );
  const { client, events, time } = await harness(undefined, { store });
  await client.getToken({ mode: "force" });
  await time.pass(0);
  assert.deepEqual(
    events.filter(({ type }) => type === "weak_coordination"),
    [{ type: "weak_coordination", scope: "machine" }],
  );
  assert.equal((await client.status()).coordination, "process");
});

test("a clock that jumps during a refresh does not let a process that waits send the token too", async () => {
  for (const scope of ["machine", "shared"] as const) {
    const { client, another, clock, time, posts } = await harness(
      async (_, n) => {
        await time.wait(3 * SECOND);
        return successor(n);
      },
      { store: { ...memoryStore(), scope } },
    );
    await time.pass(HOUR);
    const all = [client.getToken(), another().getToken()];
    await time.pass(SECOND);
    clock.ahead += HOUR / 2;
    await time.pass(10 * SECOND);
    for (const got of all) assert.equal((await got).accessToken, "access-2");
    assert.equal(posts.length, 1);
  }
});

test("two processes without lock or compare-and-set: the loser waits for the winner's tokens", async () => {
  const records = new Map<string, CredentialRecord>();
  const views = () =>
    fromGetSet(
      (key) => records.get(key),
      (key, record) => void records.set(key, record),
      "machine",
    );
  const { client, another, time } = await harness(
    async (_, n) => {
      if (n > 1) return Response.json({ error: "invalid_grant" }, { status: 400 });
      await time.wait(500);
      return successor(1);
    },
    { store: views() },
  );
  // Both read before either writes.
  const other = another({ store: views() });
  const both = Promise.all([client, other].map((one) => one.getToken({ mode: "force" })));
  const tokens = await time.during(both);
  assert.deepEqual(
    tokens.map(({ accessToken }) => accessToken),
    ["access-2", "access-2"],
  );
});

test("while the lock is busy no token is spent, and the holder's result is used", async () => {
  let stores = false;
  const lock: TokenLock = async () => {
    if (stores) await holder.getToken({ mode: "force" });
    throw new LockBusyError("held");
  };
  const { client: holder, another, posts } = await harness();
  const client = another({ lock: refreshLock(lock) });
  await assert.rejects(client.getToken({ mode: "force" }), { code: "token_unavailable" });
  assert.equal(posts.length, 0);
  stores = true;
  assert.equal((await client.getToken({ mode: "force" })).accessToken, "access-2");
  assert.equal(posts.length, 1);
});

test("a lock that never responds times out", async () => {
  const { another, time, posts } = await harness();
  const client = another({ lock: refreshLock(() => new Promise(() => {})) });
  await assert.rejects(time.during(client.getToken({ mode: "force" }), 13 * SECOND), {
    code: "token_unavailable",
  });
  assert.equal(posts.length, 0);
});

test("the client proceeds without a failing lock if the store is atomic, and only then", async () => {
  const lock: TokenLock = () => Promise.reject(new LockUnavailableError("no folder"));
  const { another, store } = await harness();
  assert.equal(
    (await another({ lock: refreshLock(lock) }).getToken({ mode: "force" })).accessToken,
    "access-2",
  );
  const weak = another({ lock: refreshLock(lock), store: { ...store, atomic: false } });
  await assert.rejects(weak.getToken({ mode: "force" }), { code: "lock_unavailable" });
});

test("a foreign error of a lock is lock_unavailable, and a failure to release it is ignored", async () => {
  const { another, posts } = await harness();
  const failing: TokenLock = () => Promise.reject(new Error("READONLY refresh-1"));
  assert.equal(
    (await another({ lock: refreshLock(failing) }).getToken({ mode: "force" })).accessToken,
    "access-2",
  );
  const throwing: TokenLock = () => {
    throw new Error("READONLY refresh-2");
  };
  assert.equal(
    (await another({ lock: refreshLock(throwing) }).getToken({ mode: "force" })).accessToken,
    "access-3",
  );
  const clinging: TokenLock = async (_, work) => {
    await work({ signal: new AbortController().signal });
    throw new Error("cannot let go");
  };
  assert.equal(
    (await another({ lock: refreshLock(clinging) }).getToken({ mode: "force" })).accessToken,
    "access-4",
  );
  assert.equal(posts.length, 3);
});

test("a lock that fails during the work does not fail the refresh, and one that never begins it counts as held", async () => {
  const { another, posts } = await harness(async (_, n) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return successor(n);
  });
  const breaking: TokenLock = async (_, work) => {
    void work({ signal: new AbortController().signal });
    await Promise.resolve();
    throw new Error("connection lost");
  };
  const client = another({ lock: refreshLock(breaking) });
  assert.equal((await client.getToken({ mode: "force" })).accessToken, "access-2");
  assert.equal(posts.length, 1);
  const idle = (async () => {}) as unknown as TokenLock;
  await assert.rejects(another({ lock: refreshLock(idle) }).getToken({ mode: "force" }), {
    code: "token_unavailable",
  });
});

test("after the lock is lost no token is spent", async () => {
  const { another, posts, record } = await harness();
  const lock: TokenLock = (_, work) => work({ signal: AbortSignal.abort() });
  await assert.rejects(another({ lock: refreshLock(lock) }).getToken({ mode: "force" }), {
    code: "token_unavailable",
  });
  assert.equal(posts.length, 0);
  assert.equal((await record())?.intent, undefined);
});

test("a fresh token takes no lock", async () => {
  const { another } = await harness();
  const lock: TokenLock = () => assert.fail("locked");
  assert.equal((await another({ lock: refreshLock(lock) }).getToken()).accessToken, "access-1");
});

test("if client authentication fails or hangs, no token is spent", async () => {
  const { another, time, posts, record } = await harness();
  for (const clientAuth of [() => Promise.reject(new Error("no key")), () => new Promise<void>(() => {})]) {
    const got = time.during(another({ clientAuth }).getToken({ mode: "force" }));
    await assert.rejects(got, { code: "client_config" });
  }
  assert.equal(posts.length, 0);
  assert.equal((await record())?.intent, undefined);
});
