import assert from "node:assert/strict";
import { chmod, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { dpop } from "../dpop.ts";
import { fileKeys } from "./file-keys.ts";

function newFolder(): { directory: string; file: string } {
  const directory = temporaryFolder("file-keys");
  return { directory, file: join(directory, "dpop.key/key.json") };
}

const IS_WINDOWS = process.platform === "win32";

test("the key is kept for this user alone, and the one in memory cannot be exported", async () => {
  const { directory, file } = newFolder();
  const first = dpop({ keys: fileKeys({ directory }) });
  const thumbprint = await first.thumbprint();
  assert.equal(await dpop({ keys: fileKeys({ directory }) }).thumbprint(), thumbprint);
  assert.notEqual(await dpop({ keys: fileKeys({ directory, name: "other" }) }).thumbprint(), thumbprint);
  assert.equal((await first.keyPair()).privateKey.extractable, false);
  assert.deepEqual((await readdir(directory)).toSorted(), ["dpop.key", "other.key"]);
  if (!IS_WINDOWS) assert.equal((await stat(file)).mode & 0o777, 0o600);
  if (!IS_WINDOWS) assert.equal((await stat(join(directory, "dpop.key"))).mode & 0o777, 0o700);
});

test("of eight calls at once all get the same key", async () => {
  const { directory } = newFolder();
  const keys = Array.from({ length: 8 }, () => dpop({ keys: fileKeys({ directory }) }).thumbprint());
  assert.equal(new Set(await Promise.all(keys)).size, 1);
  assert.deepEqual(await readdir(directory), ["dpop.key"], "the keys that lost are removed");
});

test("a key of each algorithm is read again", async () => {
  const { directory } = newFolder();
  for (const name of ["ES256", "ES384", "EdDSA", "Ed25519", "PS256", "RS256"]) {
    const keysOf = () => dpop({ keys: fileKeys({ directory, name }), algorithms: [name] });
    const [first, again] = [keysOf(), keysOf()];
    assert.equal(await again.thumbprint(), await first.thumbprint());
    assert.match(await again.proof({ method: "GET", url: "https://api.example/" }), /^[\w.-]+$/);
  }
});

test("a damaged key is reported without its content, and not replaced", async () => {
  const { directory, file } = newFolder();
  await dpop({ keys: fileKeys({ directory }) }).thumbprint();
  const whole = await readFile(file, "utf8");
  const damages = [whole.slice(0, -20), "", "{}", "[]", "null", whole.replace('"version":1', '"version":2')];
  for (const damage of damages) {
    await writeFile(file, damage);
    await assert.rejects(dpop({ keys: fileKeys({ directory }) }).thumbprint(), (error: Error) => {
      assert.equal((error as { code?: unknown }).code, "store_failed");
      assert.match(error.message, /key\.json is damaged/);
      assert.doesNotMatch(error.message, /"d"|kty/);
      return true;
    });
    assert.equal(await readFile(file, "utf8"), damage);
  }
  await writeFile(file, whole);
  await dpop({ keys: fileKeys({ directory }) }).thumbprint();
});

test("a key that other users may read is refused", { skip: IS_WINDOWS }, async () => {
  const { directory, file } = newFolder();
  await dpop({ keys: fileKeys({ directory }) }).thumbprint();
  await chmod(file, 0o644);
  await assert.rejects(dpop({ keys: fileKeys({ directory }) }).thumbprint(), {
    code: "store_failed",
    message: /readable by other users/,
  });
});

test("an empty folder, which a cleaner left, counts as no key", async () => {
  const { directory, file } = newFolder();
  const before = await dpop({ keys: fileKeys({ directory }) }).thumbprint();
  await rm(file);
  assert.notEqual(await dpop({ keys: fileKeys({ directory }) }).thumbprint(), before);
});
