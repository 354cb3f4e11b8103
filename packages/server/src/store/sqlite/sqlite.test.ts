import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { contract } from "../contract.ts";
import { ACTOR, found, granted, within } from "../contract/bench.ts";
import { clientRowCases } from "../contract/client-rows.ts";
import type { ClientRows } from "../contract/client-rows.ts";
import {
  bareEvent,
  Clock,
  HOUR,
  newClient,
  newGrant,
  presentedToken,
  SECOND,
  uuid,
} from "../contract/fixtures.ts";
import { writeUsableFrom } from "../schema.ts";
import { StoreBusyError } from "../store.ts";
import type { Event, Grant, Store } from "../store.ts";
import { openSqliteStore } from "./engine.ts";

const folder = temporaryFolder("sqlite");
after(() => rmSync(folder, { recursive: true }));

let databases = 0;
function newPath(): string {
  databases += 1;
  return join(folder, String(databases), "regrant.db");
}

/** A new database with one grant, closed after the test. */
async function withGrant(
  options: { busyTimeout?: number },
  use: (store: Store, grant: Grant, path: string, clock: Clock) => Promise<void>,
): Promise<void> {
  const path = newPath();
  const clock = new Clock();
  const store = await openSqliteStore(path, { now: clock.now, ...options });
  try {
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const grant = await granted(store, newGrant(client.id));
    clock.at += HOUR;
    await use(store, grant, path, clock);
  } finally {
    await store.close();
  }
}

/** Another program's connection that holds the write lock while `use` runs. */
async function whileLocked(path: string, use: () => Promise<void>): Promise<void> {
  const other = new DatabaseSync(path);
  try {
    other.exec("BEGIN IMMEDIATE");
    await use();
    other.exec("ROLLBACK");
  } finally {
    other.close();
  }
}

contract("SQLite", (options) => openSqliteStore(newPath(), options));

async function withRows(proof: (rows: ClientRows) => Promise<void>): Promise<void> {
  const path = newPath();
  const store = await openSqliteStore(path);
  const other = new DatabaseSync(path);
  const read = other.prepare("SELECT settings FROM clients WHERE id = ?");
  const write = other.prepare("UPDATE clients SET settings = ? WHERE id = ?");
  try {
    await proof({
      store,
      read: async (id) => String(read.get(id)?.["settings"]),
      write: async (id, settings) => void write.run(settings, id),
    });
  } finally {
    other.close();
    await store.close();
  }
}

describe("SQLite: client rows of other versions", () => {
  for (const [title, proof] of Object.entries(clientRowCases)) test(title, () => withRows(proof));
});

describe("SQLite's file", () => {
  test("keeps everything when it is closed and opened again", async () => {
    const path = newPath();
    const clock = new Clock();
    const first = await openSqliteStore(path, { now: clock.now });
    const client = newClient();
    await first.clients.create(client, ACTOR);
    const grant = await granted(first, newGrant(client.id));
    clock.at += HOUR;
    await first.grants.rotate(presentedToken(grant, 0));
    const contents = async (store: Store): Promise<unknown> => [
      await store.grants.list({}, { limit: 10 }),
      await store.clients.list({ limit: 10 }),
      await store.events.list({}, 10),
    ];
    const before = await contents(first);
    await first.close();

    const second = await openSqliteStore(path, { now: clock.now });
    try {
      assert.deepEqual(await contents(second), before);
      assert.equal((await second.grants.rotate(presentedToken(grant, 0))).outcome, "retried");
      const ids = (await second.events.list({}, 10)).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
    } finally {
      await second.close();
    }
  });

  test("of a newer program is refused with a message that says so, and is left alone", async () => {
    const path = newPath();
    await (await openSqliteStore(path)).close();
    const newer = new DatabaseSync(path);
    newer.exec(
      `PRAGMA user_version = 1000; CREATE TABLE of_the_future (a); ${writeUsableFrom({ version: 1000, usableFrom: 1000 })}`,
    );
    newer.close();
    await assert.rejects(openSqliteStore(path), /version 1000.*newer/s);
    const database = new DatabaseSync(path, { readOnly: true });
    assert.equal(database.prepare("PRAGMA user_version").get()?.["user_version"], 1000);
    assert.equal(database.prepare("SELECT count(*) AS n FROM of_the_future").get()?.["n"], 0);
    database.close();
  });

  test("is readable by its owner only, in whatever folder", async () => {
    const path = newPath();
    const store = await openSqliteStore(path);
    await store.ping();
    const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777);
    await store.close();
    assert.deepEqual(modes, [0o600, 0o600, 0o600]);
  });

  test("that is no database is refused", async () => {
    const path = join(folder, "no-database");
    writeFileSync(path, "This is no database.\n".repeat(100));
    await assert.rejects(openSqliteStore(path), /not a database/);
  });

  test("restored to a copy of before 1,000 refreshes recovers every grant; what was revoked stays revoked", async () => {
    await withGrant({}, async (store, grant, path, clock) => {
      const grants = await Promise.all(
        Array.from({ length: 50 }, () => granted(store, newGrant(grant.clientId))),
      );
      const copy = join(dirname(path), "copy.db");
      const source = new DatabaseSync(path);
      source.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      copyFileSync(path, copy);
      source.close();

      const last = found((await store.events.list({}, 1000)).at(-1)).id;
      clock.at += HOUR;
      for (let generation = 0; generation < 20; generation += 1) {
        await Promise.all(grants.map((grant) => store.grants.rotate(presentedToken(grant, generation))));
      }
      await store.grants.revoke(found(grants[0]).id, "revoked_by_client", ACTOR);
      const file = (await store.events.list({ after: last }, 1000)).map((event) => JSON.stringify(event));

      const restored = await openSqliteStore(copy, { now: clock.now });
      try {
        for (const line of file) await restored.events.replay(JSON.parse(line) as Event);
        const outcomes = await Promise.all(
          grants.map(async (grant) => (await restored.grants.rotate(presentedToken(grant, 20))).outcome),
        );
        assert.deepEqual(outcomes, ["revoked", ...Array<string>(49).fill("recovered")]);
        assert.equal((await restored.events.list({ type: "grant.recovered" }, 1000)).length, 49);
      } finally {
        await restored.close();
      }
    });
  });
});

describe("another connection's lock", () => {
  test("is waited for while the event loop goes on, and reads go on too", async () => {
    await withGrant({ busyTimeout: 20 * SECOND }, async (store, grant, path) => {
      let isSettled = false;
      let rotated: ReturnType<Store["grants"]["rotate"]> | undefined;
      await whileLocked(path, async () => {
        rotated = store.grants.rotate(presentedToken(grant, 0));
        void rotated.finally(() => (isSettled = true));
        const started = performance.now();
        for (let turn = 0; turn < 20; turn += 1) await pause(5);
        assert.ok(performance.now() - started < 5 * SECOND, "the event loop stood still");
        assert.equal((await store.grants.find(grant.id))?.generation, 0);
        assert.equal(isSettled, false);
      });
      assert.equal((await within(5 * SECOND, found(rotated))).outcome, "rotated");
    });
  });

  test("that is held past the deadline rejects every waiting write as busy, and none is done later", async () => {
    await withGrant({ busyTimeout: 50 }, async (store, grant, path) => {
      await whileLocked(path, async () => {
        const writes = [
          store.grants.rotate(presentedToken(grant, 0)),
          store.grants.rotate(presentedToken(grant, 0)),
          store.grants.create(newGrant(grant.clientId)),
          store.clients.disable(grant.clientId, ACTOR),
          store.events.record(bareEvent("client.refused")),
          store.ping(),
        ];
        for (const result of await within(5 * SECOND, Promise.allSettled(writes))) {
          assert.ok(result.status === "rejected" && result.reason instanceof StoreBusyError);
        }
      });
      assert.equal((await store.clients.find(grant.clientId))?.disabledAt, null);
      assert.deepEqual(await store.grants.list({}, { limit: 10 }), [grant]);
      assert.equal((await store.grants.rotate(presentedToken(grant, 0))).outcome, "rotated");
    });
  });

  test("does not keep the store from closing past the deadline", async () => {
    await withGrant({ busyTimeout: 50 }, async (store, grant, path) => {
      await whileLocked(path, async () => {
        const refused = assert.rejects(store.grants.rotate(presentedToken(grant, 0)), StoreBusyError);
        await within(5 * SECOND, store.close());
        await refused;
      });
    });
  });
});

const skip = process.geteuid?.() === 0 ? false : "only root can make a link of another user's";
test(
  "root does not follow another user's link in the place of the database, and makes no file",
  { skip },
  async () => {
    const path = newPath();
    const target = join(dirname(path), "target");
    mkdirSync(dirname(path));
    symlinkSync(target, path);
    lchownSync(path, 65_534, 65_534);
    await assert.rejects(openSqliteStore(path), /is a link that another user made, so root does not open it/);
    assert.equal(existsSync(target), false);
    lchownSync(path, 0, 0);
    await (await openSqliteStore(path)).close();
    assert.equal(existsSync(target), true);
  },
);

test("the method that a registered client was given becomes its setting when the database is migrated", async () => {
  const path = newPath();
  mkdirSync(dirname(path), { recursive: true });
  const older = new DatabaseSync(path);
  const folder = join(import.meta.dirname, "migrations");
  const migrations = readdirSync(folder).toSorted().slice(0, 6);
  for (const name of migrations) older.exec(readFileSync(join(folder, name), "utf8"));
  const [registered, operators] = [uuid(), uuid()];
  older.exec(`PRAGMA user_version = 6;
    INSERT INTO clients (id, public, secrets, settings, created_at) VALUES
      ('${registered}', 0, '[]', '{"name":"Registered"}', 0), ('${operators}', 1, '[]', '{"name":"Operator"}', 0);
    INSERT INTO registrations (client_id, auth_method, created_at) VALUES ('${registered}', 'client_secret_post', 0)`);
  older.close();
  const store = await openSqliteStore(path);
  const method = async (id: string) => found(await store.clients.find(id)).tokenEndpointAuthMethod;
  assert.deepEqual([await method(registered), await method(operators)], ["client_secret_post", "none"]);
  assert.equal(found(await store.registrations.find(registered)).usedAt, null);
  await store.close();
});
