import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readPassportKey } from "../config/passport.ts";
import { keysOfPassword, keysOfRawKey, open, readCiphertext, seal } from "./defuse.ts";
import type { CiphertextKeys } from "./defuse.ts";
import { defuseVectors } from "./vectors/vectors.ts";

const { made, judged, shared_salt: sharedSalt, key_strings: keyStrings } = defuseVectors;

type KeyOfVector = { password_base64?: string; key_ascii?: string };

function keysOf({ password_base64, key_ascii }: KeyOfVector, salt: Buffer): Promise<CiphertextKeys> {
  if (password_base64 !== undefined) return keysOfPassword(Buffer.from(password_base64, "base64"), salt);
  const raw = readPassportKey(key_ascii ?? "")?.raw;
  assert.ok(raw, "the key loads");
  return Promise.resolve(keysOfRawKey(raw, salt));
}

async function decrypt(vector: KeyOfVector, hex: string): Promise<Buffer | undefined> {
  const ciphertext = readCiphertext(hex);
  return ciphertext && open(ciphertext, await keysOf(vector, ciphertext.salt));
}

describe("what PHP encrypted", () => {
  for (const vector of made) {
    test(`is decrypted, and encrypted to the same bytes: ${vector.name}`, async () => {
      const salt = Buffer.from(vector.salt_hex, "hex");
      const keys = await keysOf(vector, salt);
      assert.equal(keys.authentication.toString("hex"), vector.derived_auth_key_hex);
      assert.equal(keys.encryption.toString("hex"), vector.derived_enc_key_hex);
      const plaintext = Buffer.from(vector.plaintext_base64, "base64");
      assert.deepEqual(await decrypt(vector, vector.ciphertext_hex), plaintext);
      assert.equal(seal(plaintext, salt, keys, Buffer.from(vector.iv_hex, "hex")), vector.ciphertext_hex);
    });
  }
});

describe("what PHP was given", () => {
  for (const { name, input, accepted, plaintext_base64 = "", ...key } of judged) {
    test(`is ${accepted ? "taken" : "refused"} as PHP does: ${name}`, async () => {
      const expected = accepted ? Buffer.from(plaintext_base64, "base64") : undefined;
      assert.deepEqual(await decrypt(key, input), expected);
    });
  }
});

test("one salt serves many tokens, each with an IV of its own, as PHP could decrypt them", async () => {
  const password = Buffer.from(sharedSalt.password_base64, "base64");
  const keys = await keysOfPassword(password, Buffer.from(sharedSalt.salt_hex, "hex"));
  assert.equal(keys.authentication.toString("hex"), sharedSalt.auth_key_hex);
  assert.equal(keys.encryption.toString("hex"), sharedSalt.enc_key_hex);
  for (const { ciphertext_hex, plaintext_utf8 } of sharedSalt.tokens) {
    const ciphertext = readCiphertext(ciphertext_hex);
    assert.ok(ciphertext);
    assert.equal(open(ciphertext, keys)?.toString("utf8"), plaintext_utf8);
  }
});

test("an IV that is not given is fresh each time", async () => {
  const salt = Buffer.alloc(32, 1);
  const keys = keysOfRawKey(Buffer.alloc(32, 2), salt);
  const [one, other] = [seal(Buffer.from("x"), salt, keys), seal(Buffer.from("x"), salt, keys)];
  assert.notEqual(one, other);
});

test("a token longer than 16,384 digits is not looked at", () => {
  assert.equal(readCiphertext(`def50200${"0".repeat(16_384)}`), undefined);
});

describe("a key that Defuse saved", () => {
  for (const { name, ascii, loads, raw_hex } of keyStrings.filter(({ ascii }) => /^def00000/i.test(ascii))) {
    test(`${loads ? "loads" : "does not load"}: ${name}`, () => {
      const key = readPassportKey(ascii);
      assert.equal(key?.raw?.toString("hex"), loads ? raw_hex : undefined);
      assert.equal(key?.password ?? null, null);
    });
  }
});

describe("an APP_KEY", () => {
  test("after base64: is the decoded bytes", () => {
    const bytes = Buffer.alloc(32, 7);
    assert.deepEqual(readPassportKey(`base64:${bytes.toString("base64")}`), { raw: bytes, password: bytes });
    const half = bytes.subarray(16);
    assert.deepEqual(readPassportKey(`base64:${half.toString("base64")}`), { raw: null, password: half });
  });

  test("without base64: is the literal text", () => {
    assert.deepEqual(readPassportKey("secret"), { raw: null, password: Buffer.from("secret") });
  });

  test("that is empty, no base64 or of another length is refused", () => {
    for (const text of ["", "base64:", "base64:AAAA", "base64:%%%", `base64:${"A".repeat(60)}`]) {
      assert.equal(readPassportKey(text), undefined, text);
    }
  });
});
