import assert from "node:assert/strict";
import {
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
  renameSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { isTokenError } from "../errors.ts";
import { storeContract } from "../testing/index.ts";
import type { CredentialRecord } from "../types.ts";
import { fileStore } from "./index.ts";

const RECORD: CredentialRecord = {
  schema: 1,
  generation: 1,
  tokenEndpoint: "https://as.example/token",
  clientId: "c",
  refreshToken: "secret-refresh-token",
  issuedAt: 0,
  clockOffset: 0,
};

const cases = storeContract(() => {
  const directory = temporaryFolder("store");
  return {
    open: () => fileStore({ directory }),
    damage: (key: string, text: string) => writeFileSync(recordOf(join(directory, key)), text),
    close: () => rmSync(directory, { recursive: true }),
  };
});
for (const { title, run } of cases) test(`file store: ${title}`, run);

test("only this user can read what is written, and old records are removed", async (t) => {
  const { store, directory } = prepare(t);
  let version = await store.compareAndSet("a", null, RECORD);
  writeFileSync(join(directory, "a", "left-by-a-killed-process.json"), "{}", { mode: 0o600 });
  for (let generation = 2; generation < 5; generation += 1) {
    assert.ok(version !== false);
    version = await store.compareAndSet("a", version, { ...RECORD, generation });
  }
  assert.deepEqual(readdirSync(directory), ["a"]);
  assert.deepEqual(
    readdirSync(join(directory, "a")).toSorted(),
    [`${version}.json`, `at-${version}`].toSorted(),
  );
  assert.equal(statSync(join(directory, "a")).mode & 0o777, 0o700);
  assert.equal(statSync(join(directory, "a", `${version}.json`)).mode & 0o777, 0o600);
});

test("a file that others may read and a symbolic link are refused and left unchanged", async (t) => {
  const { store, directory } = prepare(t);
  const version = await store.compareAndSet("a", null, RECORD);
  const path = join(directory, "a", `${version}.json`);
  const refusal = async () => {
    const error = await Promise.resolve(store.get("a")).catch((reason: unknown) => reason);
    assert.ok(isTokenError(error, "store_failed"), String(error));
    assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /secret/);
    return error.message;
  };
  chmodSync(path, 0o640);
  assert.match(await refusal(), /readable by other users/);
  chmodSync(path, 0o600);
  chmodSync(join(directory, "a"), 0o750);
  assert.match(await refusal(), /readable by other users/);
  chmodSync(join(directory, "a"), 0o700);

  renameSync(path, `${path}.real`);
  symlinkSync(`${path}.real`, path);
  assert.match(await refusal(), /ELOOP/);
  assert.equal(await store.compareAndSet("a", null, RECORD), false, "nothing is written over it");
});

test("a credential's folder that is a symbolic link, a file or another user's is refused", async (t) => {
  const { store, directory } = prepare(t);
  mkdirSync(join(directory, "elsewhere"), { mode: 0o700 });
  symlinkSync(join(directory, "elsewhere"), join(directory, "link"));
  writeFileSync(join(directory, "file"), "text");
  mkdirSync(join(directory, "foreign"), { mode: 0o700 });
  writeFileSync(join(directory, "foreign", "notes.txt"), "text");
  for (const key of ["link", "file", "foreign"]) {
    for (const attempt of [() => store.get(key), () => store.compareAndSet(key, null, RECORD)]) {
      const error = await Promise.resolve(attempt()).catch((reason: unknown) => reason);
      assert.ok(isTokenError(error, "store_failed"), `${key}: ${String(error)}`);
    }
  }
  assert.deepEqual(readdirSync(join(directory, "elsewhere")), []);
  assert.deepEqual(readdirSync(join(directory, "foreign")), ["notes.txt"]);
});

test("a writer that was suspended while others wrote is refused", async (t) => {
  const { store } = prepare(t);
  const first = await store.compareAndSet("a", null, RECORD);
  assert.ok(first !== false);
  const second = await store.compareAndSet("a", first, { ...RECORD, generation: 2 });
  assert.equal(await store.compareAndSet("a", first, { ...RECORD, generation: 9 }), false);
  assert.equal((await store.get("a"))?.version, second);
});

function recordOf(folder: string): string {
  const entry = readdirSync(folder).find((name) => name.startsWith("at-")) ?? "";
  return join(folder, `${entry.slice("at-".length)}.json`);
}

function prepare(t: TestContext) {
  const directory = temporaryFolder("store");
  t.after(() => rmSync(directory, { recursive: true }));
  return { directory, store: fileStore({ directory }) };
}
