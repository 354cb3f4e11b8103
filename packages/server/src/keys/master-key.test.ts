import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { masterKey, masterKeyFile } from "./master-key.ts";

const MODULE = import.meta.resolve("./master-key.ts");

/** Takes a number of key files together with the other racers, file by file, and tells what it read. */
const RACER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { folder, files, racers, arrivals } = workerData;
  const at = new Int32Array(arrivals);
  import(${JSON.stringify(MODULE)}).then(({ masterKeyFile }) => {
    const ids = [];
    for (let file = 0; file < files; file++) {
      Atomics.add(at, file, 1);
      while (Atomics.load(at, file) < racers);
      ids.push(masterKeyFile(folder + "/" + file).id);
    }
    parentPort.postMessage(ids);
  });`;

function keyFile(): string {
  return join(temporaryFolder(), "regrant.db.key");
}

test("the first start makes a key that only its owner may read, later ones read it", () => {
  const path = keyFile();
  const { id, bytes } = masterKeyFile(path);
  assert.equal(bytes.length, 32);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(readFileSync(path, "utf8"), `${bytes.toString("base64url")}\n`);
  assert.deepEqual(masterKeyFile(path), { id, bytes });
  assert.deepEqual(readdirSync(join(path, "..")), ["regrant.db.key"]);
  assert.notEqual(masterKeyFile(keyFile()).id, id);
});

test(
  "a key that others may read is refused, with the way out",
  { skip: process.platform === "win32" },
  () => {
    const path = keyFile();
    masterKeyFile(path);
    for (const mode of [0o644, 0o640, 0o604, 0o620, 0o601]) {
      chmodSync(path, mode);
      assert.throws(() => masterKeyFile(path), {
        message: new RegExp(`mode ${mode.toString(8)}.*chmod 600 '`),
      });
    }
    for (const mode of [0o600, 0o400]) {
      chmodSync(path, mode);
      masterKeyFile(path);
    }
  },
);

test("a file that holds no key is refused, and its content is in no message", () => {
  for (const content of ["", "\n", "not a key", randomBytes(31).toString("base64url")]) {
    const path = keyFile();
    writeFileSync(path, content, { mode: 0o600 });
    assert.throws(
      () => masterKeyFile(path),
      (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /does not hold a master key/);
        return content.trim() === "" || !error.message.includes(content);
      },
    );
    assert.equal(readFileSync(path, "utf8"), content, "and it is left alone");
  }
});

test("programs that start at once end up with the same key", async () => {
  const racers = 2;
  const files = 60;
  const arrivals = new SharedArrayBuffer(files * 4);
  const workerData = { folder: temporaryFolder(), files, racers, arrivals };
  const workers = Array.from({ length: racers }, () => new Worker(RACER, { eval: true, workerData }));
  try {
    // `once` rejects on the event `error`.
    const read = await Promise.all(
      workers.map(async (worker) => (await once(worker, "message")) as unknown[]),
    );
    const [first, second] = read.map(([ids]) => ids as string[]);
    assert.equal(first?.length, files);
    assert.deepEqual(first, second);
  } finally {
    // One that waits for a racer that failed would wait for ever.
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
});

test("a key has 32 bytes, and a name that is the same every time and says nothing of it", () => {
  const bytes = Buffer.alloc(32, 7);
  // RFC 5869 by hand: what a database calls its master key must never change.
  const extracted = createHmac("sha256", Buffer.alloc(32)).update(bytes).digest();
  const expanded = createHmac("sha256", extracted).update("regrant master key id\u0001").digest("hex");
  assert.equal(masterKey(bytes).id, expanded.slice(0, 16));
  assert.equal(bytes.toString("hex").includes(masterKey(bytes).id), false);
  for (const length of [0, 16, 31, 33, 64]) {
    assert.throws(() => masterKey(Buffer.alloc(length)), { name: "TypeError" });
  }
});
