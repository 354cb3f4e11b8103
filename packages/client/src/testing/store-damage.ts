import { createTokenClient } from "../client.ts";
import { isTokenError } from "../errors.ts";
import type { TokenClient } from "../api.ts";
import type { CredentialRecord, TokenStore } from "../types.ts";
import { check, equal, rejectsAs } from "./contract-case.ts";
import { record, versionOf } from "./store-fixture.ts";
import type { StoreTest } from "./store-fixture.ts";

/** Values that are no record, as a bug, another program or a newer version leaves them. The client reports them. */
const VALUES: Record<string, unknown> = {
  "a string": "hello",
  "an empty string": "",
  null: null,
  "a number": 5,
  "an array": [record(1)],
  "an empty object": {},
  "a record of another schema": { ...record(6), schema: 2 },
  "a record without members": { schema: 1 },
  "a clock offset that is text": { ...record(1), clockOffset: "0" },
};

/** Records with a member of another type. `parseRecord` reports them; a store need not. */
const MEMBERS: Record<string, unknown> = {
  "a generation that is text": { ...record(1), generation: "1" },
  "a token that is a number": { ...record(1), refreshToken: 7 },
  "an expiry that is null": { ...record(1), expiresAt: null },
  "a claim that is text": { ...record(1), intent: "me" },
  "a claim without end": { ...record(1), intent: { id: "i", at: 0 } },
};

/** Texts that are no JSON. */
const TEXTS = ["", "{", JSON.stringify(record(1)).slice(0, -10), "\u0000\u0000", "undefined"];

/** Cases for what a crash, a full disk or another program left in place of a record. */
export const DAMAGE: Record<string, StoreTest> = {
  "a value that is no record is reported as damaged, and a login or a logout replaces it": async (store) => {
    for (const [about, value] of Object.entries(VALUES)) {
      await assertReported(store, about, () => put(store, value));
      await assertReplaced(store, about, () => put(store, value));
    }
    for (const [about, value] of Object.entries(MEMBERS)) {
      await assertReplaced(store, about, () => put(store, value));
    }
  },

  "so is a text that another program wrote": async (store, fixture) => {
    if (fixture.damage === undefined) return;
    for (const text of [...TEXTS, ...Object.values(VALUES).map((value) => JSON.stringify(value))]) {
      const damage = async () => {
        await put(store, record(1));
        await fixture.damage?.("a", text);
      };
      await assertReported(store, text, damage);
      await assertReplaced(store, text, damage);
    }
  },

  "the generation of a damaged record continues, if it can be read": async (store) => {
    await put(store, { ...record(6), schema: 2 });
    await clientOf(store).set(LOGIN);
    equal((await clientOf(store).status()).generation, 7, "the generation after a login");
  },

  "of several writes in place of a damaged record at most one succeeds": async (store, fixture) => {
    if (!store.atomic) return;
    await put(store, record(1));
    await (fixture.damage?.("a", "{") ?? put(store, {}));
    const expected = (await store.get("a"))?.version ?? null;
    const stores = [store, await fixture.open(), await fixture.open()];
    const writes = stores.map(async (store, index) => store.compareAndSet("a", expected, record(index)));
    const outcomes = await Promise.all(writes);
    equal(outcomes.filter((outcome) => outcome !== false).length, 1, "winners");
  },
};

const LOGIN = { access_token: "new", refresh_token: "new-refresh", expires_in: 3600 };

function clientOf(store: TokenStore): TokenClient {
  const fetch = () => Promise.reject(new Error("no request is expected"));
  return createTokenClient({
    tokenEndpoint: "https://as.example/token",
    clientId: "c",
    key: "a",
    store,
    fetch,
  });
}

async function put(store: TokenStore, value: unknown): Promise<void> {
  const version = (await store.get("a"))?.version ?? null;
  versionOf(await store.compareAndSet("a", version, value as CredentialRecord));
}

async function assertReported(store: TokenStore, about: string, damage: () => Promise<void>): Promise<void> {
  await damage();
  // Some storage cannot tell damage from no record.
  if ((await store.get("a")) === undefined) return;
  const client = clientOf(store);
  for (const read of [() => client.getToken(), () => client.status()]) {
    const error: unknown = await read().catch((error: unknown) => error);
    check(isTokenError(error, "store_failed"), `${about}: ${String(error)} instead of store_failed`);
  }
}

async function assertReplaced(store: TokenStore, about: string, damage: () => Promise<void>): Promise<void> {
  await damage();
  await clientOf(store).set(LOGIN);
  equal((await clientOf(store).getToken()).accessToken, "new", `${about}: the token after a login`);
  await damage();
  await clientOf(store).clear();
  await rejectsAs("session_ended", clientOf(store).getToken());
}
