import assert from "node:assert/strict";
import { test } from "node:test";
import { harness, successor } from "./simulation/harness.ts";
import { record as recordOf } from "./testing/store-fixture.ts";
import type { CredentialRecord, TokenStore } from "./types.ts";

const SECOND = 1000;
const LOGIN = { access_token: "new", refresh_token: "new-refresh", expires_in: 3600 };

/** A store that checks nothing of what it reads. */
function plainStore(): TokenStore & { entry: { version: string; record: unknown } | undefined } {
  let writes = 0;
  const store = {
    scope: "process" as const,
    atomic: true,
    entry: undefined as { version: string; record: unknown } | undefined,
    get: () => store.entry as { version: string; record: CredentialRecord } | undefined,
    compareAndSet(_key: string, expected: string | null, next: CredentialRecord) {
      if ((store.entry?.version ?? null) !== expected) return false;
      store.entry = { version: String((writes += 1)), record: next };
      return store.entry.version;
    },
  };
  return store;
}

for (const value of ["hello", "", null, undefined, 5, [1], {}, { schema: 2, generation: 4 }, { schema: 1 }]) {
  test(`a session that is ${JSON.stringify(value)} is reported, and replaced by a login or a logout`, async () => {
    const store = plainStore();
    const { client, another, time } = await harness(undefined, { store });
    const damage = () => (store.entry = { version: "damaged", record: value });
    damage();
    const expected = { code: "store_failed", message: "The stored session is damaged; a login replaces it" };
    await assert.rejects(another().getToken(), expected);
    await assert.rejects(another().status(), expected);
    await assert.rejects(client.status(), expected);
    assert.equal(
      (await client.getToken()).accessToken,
      "access-1",
      "a running process serves its valid token",
    );
    await assert.rejects(client.getToken({ mode: "force", rejected: "access-1" }), expected);

    await another().set(LOGIN);
    assert.equal((await client.getToken()).accessToken, "new");
    damage();
    await another().clear();
    assert.equal((await another().status()).reason, "cleared");
    await another().set(LOGIN);
    assert.equal((await time.during(another().getToken({ mode: "force" }))).accessToken, "access-2");
  });
}

test("where a grant starts the sessions, the next token replaces a damaged one", async () => {
  const store = plainStore();
  const { another, posts } = await harness(undefined, { store, grant: { grant_type: "client_credentials" } });
  for (const record of ["hello", null, { schema: 2, generation: 4, refreshToken: "newer" }]) {
    store.entry = { version: "damaged", record };
    assert.equal((await another().status()).state, "stale");
    assert.equal((await another().getToken()).accessToken, `access-${posts.length + 1}`);
    assert.equal(posts.at(-1)?.get("grant_type"), "client_credentials");
  }
  assert.equal((await another().status()).generation, 5);
});

test("of a claim that cannot be read no process waits", async () => {
  const store = plainStore();
  const { another } = await harness(undefined, { store });
  for (const intent of ["me", 5, {}, { id: "i", at: 0 }]) {
    store.entry = {
      version: "v",
      record: { ...recordOf(1, { refreshToken: "r" }), clientId: "client", intent },
    };
    assert.match((await another().getToken()).accessToken, /^access-/);
  }
});

test("a successor that arrives late heals a damaged session, but does not replace a later login", async () => {
  for (const isLogin of [false, true]) {
    const store = plainStore();
    const { client, another, time, posts, record } = await harness(
      async (_, n) => {
        await time.wait(SECOND);
        if (n === 1) store.entry = { version: "damaged", record: "hello" };
        if (n === 1 && isLogin) await another().set(LOGIN);
        return successor(n);
      },
      { store },
    );
    for (let generation = 2; generation < 5; generation += 1) {
      await client.set({ ...LOGIN, refresh_token: "old-refresh" });
    }
    const { accessToken } = await time.during(client.getToken({ mode: "force" }));
    assert.equal((await record())?.accessToken, accessToken);
    // The caller wanted a newer token than the one before; it gets one of the new session.
    assert.equal(accessToken, isLogin ? "access-3" : "access-2");
    assert.equal(posts.at(-1)?.get("refresh_token"), isLogin ? "new-refresh" : "old-refresh");
    assert.equal((await record())?.generation, isLogin ? 2 : 5);
  }
});

test("where a timer ends with the request that started it, the next read stores what the store refused", async () => {
  const store = plainStore();
  const { another, clock, time, record } = await harness(undefined, { store });
  const client = another({
    clock: {
      ...clock,
      timer: (ms, callback, background) => clock.timer(background ? 2 ** 40 : ms, callback),
    },
  });
  let isDown = true;
  const write = store.compareAndSet.bind(store);
  store.compareAndSet = (...args) => {
    if (isDown && args[2].generation > 1) throw new Error("down");
    return write(...args);
  };
  assert.equal((await time.during(client.getToken({ mode: "force" }))).accessToken, "access-2");
  isDown = false;
  assert.equal((await client.getToken()).accessToken, "access-2");
  assert.equal((await record())?.generation, 1, "served at once");
  await time.pass(13 * SECOND);
  assert.equal((await client.getToken()).accessToken, "access-2");
  assert.equal((await record())?.generation, 2);
});
