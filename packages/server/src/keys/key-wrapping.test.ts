import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { masterKey } from "./master-key.ts";
import { wrapKey, unwrapKey } from "./key-wrapping.ts";

const master = masterKey(randomBytes(32));
const secret = randomBytes(48);

test("what was wrapped is opened again, under its master key and name only", () => {
  const wrapped = wrapKey(master, "kid-1", secret);
  assert.deepEqual(unwrapKey(master, "kid-1", wrapped), secret);
  assert.equal(unwrapKey(masterKey(randomBytes(32)), "kid-1", wrapped), undefined);
  assert.equal(unwrapKey(master, "kid-2", wrapped), undefined);
  assert.equal(unwrapKey(master, "", wrapped), undefined);
});

test("wrapped twice, it does not look the same, and what it hides does not show", () => {
  const [first, second] = [wrapKey(master, "kid-1", secret), wrapKey(master, "kid-1", secret)];
  assert.notDeepEqual(first, second);
  assert.equal(first.length, 12 + secret.length + 16);
  assert.equal(first.includes(secret.subarray(0, 8)), false);
});

test("with any bit changed it is not opened", () => {
  const wrapped = wrapKey(master, "kid-1", secret);
  for (let bit = 0; bit < wrapped.length * 8; bit++) {
    const changed = Buffer.from(wrapped);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.equal(unwrapKey(master, "kid-1", changed), undefined, `bit ${bit}`);
  }
});

test("cut short at any place it is not opened", () => {
  const wrapped = wrapKey(master, "kid-1", secret);
  for (let length = 0; length < wrapped.length; length++) {
    assert.equal(unwrapKey(master, "kid-1", wrapped.subarray(0, length)), undefined, `${length} bytes`);
  }
});
