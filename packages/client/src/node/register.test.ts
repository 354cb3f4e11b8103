import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { createTokenClient } from "../client.ts";
import { record } from "../testing/store-fixture.ts";
import { folderName } from "./folder-name.ts";
import { directoryLock, fileStore } from "./index.ts";

/** What copies, backups and full disks leave of a credential's folder, and what the client then reports. */
const DAMAGE: Record<string, [RegExp, (folder: string) => void]> = {
  "the record is missing": [/damaged/, (folder) => rmSync(recordIn(folder))],
  "the record is empty": [/damaged/, (folder) => writeFileSync(recordIn(folder), "")],
  "the entry is missing, as after a copy without empty files": [
    /damaged/,
    (folder) => rmSync(entryIn(folder)),
  ],
  "the entry and one of two records are missing": [
    /damaged/,
    (folder) => {
      writeFileSync(join(folder, "1-2-3-4.json"), "{}", { mode: 0o600 });
      rmSync(entryIn(folder));
    },
  ],
  "there are two entries, as after a copy into it": [
    /damaged/,
    (folder) => writeFileSync(join(folder, "at-0"), "", { mode: 0o600 }),
  ],
  "there are two entries, and both records": [
    /damaged/,
    (folder) => {
      writeFileSync(join(folder, "1-2-3-4.json"), readFileSync(recordIn(folder)), { mode: 0o600 });
      writeFileSync(join(folder, "at-1-2-3-4"), "", { mode: 0o600 });
    },
  ],
  "the folder is empty": [
    /empty/,
    (folder) => void readdirSync(folder).map((name) => rmSync(join(folder, name))),
  ],
};

for (const [about, [reported, damage]] of Object.entries(DAMAGE)) {
  test(`of the logins after ${about} one is stored, and it is complete`, async (t) => {
    const { client, store, folder } = await prepare(t);
    await client().set({ access_token: "old", refresh_token: "secret-refresh", expires_in: 3600 });
    damage(folder);
    await assert.rejects(client().getToken(), reported);
    const stored = await store.get("a");
    const writes = [1, 2, 3].map(async () => store.compareAndSet("a", stored?.version ?? null, record(2)));
    const versions = (await Promise.all(writes)).filter((version) => version !== false);
    assert.equal(versions.length, 1);
    await client().set({ access_token: "new", expires_in: 3600 });
    assert.equal((await client().getToken()).accessToken, "new");
    const names = readdirSync(folder).toSorted();
    assert.deepEqual(
      names,
      [entryIn(folder), recordIn(folder)].map((path) => path.slice(folder.length + 1)).toSorted(),
    );
    for (const name of names) assert.doesNotMatch(readFileSync(join(folder, name), "utf8"), /secret/);

    damage(folder);
    await client().clear();
    await assert.rejects(client().getToken(), { code: "session_ended" });
  });
}

test("a lock whose folder lost its entry is available again", async (t) => {
  const directory = temporaryFolder("lock");
  t.after(() => rmSync(directory, { recursive: true }));
  const lock = directoryLock({ directory });
  const take = () => lock("a", () => Promise.resolve("held"), { waitMs: 2000, leaseMs: 500 });
  await take();
  rmSync(join(directory, "a.lock", "at-0"));
  assert.equal(await take(), "held");
  writeFileSync(join(directory, "a.lock", "at-1-2"), "");
  assert.equal(await take(), "held");
  assert.deepEqual(readdirSync(join(directory, "a.lock")), ["at-0"]);
});

test("each key has its own name, which every file system takes", () => {
  const keys = [
    "",
    "a",
    "A",
    "a.b",
    "con",
    "CON",
    "nul",
    "com1",
    "com",
    "aux.x",
    "é",
    "e\u0301",
    "a ",
    "a:b",
  ];
  const long = "k".repeat(249);
  keys.push(long, `${long}k`, `${long}K`, `${long}l`, "\u{1f511}".repeat(100), "K".repeat(100));
  for (const platform of ["linux", "win32"]) {
    const names = keys.map((key) => folderName(key, platform).toLowerCase());
    assert.equal(new Set(names).size, names.length, "different on case-insensitive file systems too");
    for (const name of names) {
      assert.match(name, /^[a-z0-9_%~-]+$/);
      assert.ok(name.length <= 248, name);
      if (platform === "win32") assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)$/);
    }
  }
  assert.equal(folderName("k".repeat(248)), "k".repeat(248), "a name that fits is kept");
  assert.equal(folderName("con", "linux"), "con");
});

test("a key that is too long for a name has a session and a lock", async (t) => {
  const { client } = await prepare(t, "https://as.example/".repeat(40));
  await client().set({ access_token: "new", expires_in: 3600 });
  assert.equal((await client().getToken()).accessToken, "new");
  const directory = temporaryFolder("lock");
  t.after(() => rmSync(directory, { recursive: true }));
  const held = directoryLock({ directory })("A".repeat(300), () => Promise.resolve(1), {
    waitMs: 1,
    leaseMs: 500,
  });
  assert.equal(await held, 1);
});

async function prepare(t: TestContext, key = "a") {
  const directory = temporaryFolder("store");
  t.after(() => rmSync(directory, { recursive: true }));
  const store = fileStore({ directory });
  const client = () =>
    createTokenClient({
      tokenEndpoint: "https://as.example/token",
      clientId: "c",
      key,
      store,
      fetch: () => Promise.reject(new Error("no request is expected")),
    });
  return { directory, store, client, folder: join(directory, folderName(key)) };
}

function entryIn(folder: string): string {
  return join(folder, readdirSync(folder).find((name) => name.startsWith("at-")) ?? "");
}

/** The record that the entry refers to. */
function recordIn(folder: string): string {
  return join(folder, `${entryIn(folder).slice(folder.length + "/at-".length)}.json`);
}
