import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { masterKey } from "./master-key.ts";
import { seal, unseal } from "./key-wrapping.ts";

const master = masterKey(randomBytes(32));
const secret = randomBytes(48);

test("what was sealed is opened again, under its master key and name only", () => {
  const sealed = seal(master, "kid-1", secret);
  assert.deepEqual(unseal(master, "kid-1", sealed), secret);
  assert.equal(unseal(masterKey(randomBytes(32)), "kid-1", sealed), undefined);
  assert.equal(unseal(master, "kid-2", sealed), undefined);
  assert.equal(unseal(master, "", sealed), undefined);
});

test("sealed twice, it does not look the same, and what it hides does not show", () => {
  const [first, second] = [seal(master, "kid-1", secret), seal(master, "kid-1", secret)];
  assert.notDeepEqual(first, second);
  assert.equal(first.length, 12 + secret.length + 16);
  assert.equal(first.includes(secret.subarray(0, 8)), false);
});

test("with any bit changed it is not opened", () => {
  const sealed = seal(master, "kid-1", secret);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.equal(unseal(master, "kid-1", changed), undefined, `bit ${bit}`);
  }
});

test("cut short at any place it is not opened", () => {
  const sealed = seal(master, "kid-1", secret);
  for (let length = 0; length < sealed.length; length++) {
    assert.equal(unseal(master, "kid-1", sealed.subarray(0, length)), undefined, `${length} bytes`);
  }
});
