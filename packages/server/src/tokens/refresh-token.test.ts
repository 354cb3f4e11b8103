import assert from "node:assert/strict";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { macBlocks, macOf } from "../keys/key-ring.ts";
import {
  formatUuid,
  grantSecretHash,
  newGrantId,
  openRefreshToken,
  sealRefreshToken,
} from "./refresh-token.ts";

const KEY = randomBytes(32);
const macKey = { number: 3, key: macBlocks(KEY), activeAt: 0 };
const keys = {
  verifyMac: (number: number, data: Buffer, mac: Buffer) =>
    number === macKey.number && macOf(macKey.key, data).equals(mac),
};
const token = { grantId: "019b7600-0000-7000-8000-0123456789ab", generation: 7, secret: randomBytes(16) };
const sealed = sealRefreshToken(token, macKey);

const ALPHABET = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

function open(text: string) {
  return openRefreshToken(text, keys);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.slice(4), "base64url");
}

function ofBytes(bytes: Buffer): string {
  return `rgr_${bytes.toString("base64url")}`;
}

test("the token has the layout of the design, byte for byte", () => {
  assert.match(sealed, /^rgr_[\w-]{72}$/);
  const bytes = bytesOf(sealed);
  const body = Buffer.concat([
    Buffer.from([1, 3]),
    Buffer.from("019b76000000700080000123456789ab", "hex"),
    Buffer.from([0, 0, 0, 7]),
    token.secret,
  ]);
  assert.deepEqual(bytes.subarray(0, 38), body);
  assert.deepEqual(bytes.subarray(38), createHmac("sha256", KEY).update(body).digest().subarray(0, 16));
  assert.equal(bytes.length, 54);
});

test("whatever is sealed is opened again, and sealed again to the same token", () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const generation = fc.oneof(fc.constantFrom(0, 1, 0xffff_ffff), fc.nat({ max: 0xffff_ffff }));
  fc.assert(
    fc.property(bytes(16), generation, bytes(16), (id, generation, secret) => {
      const grantId = formatUuid(Buffer.from(id));
      const presented = sealRefreshToken({ grantId, generation, secret: Buffer.from(secret) }, macKey);
      const opened = open(presented);
      assert.deepEqual(opened, { grantId, generation, secret: Buffer.from(secret) });
      assert.ok(opened);
      assert.equal(sealRefreshToken(opened, macKey), presented);
    }),
  );
});

test("a token with any bit changed is refused", () => {
  const bytes = bytesOf(sealed);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.equal(open(ofBytes(changed)), undefined, `bit ${bit}`);
  }
});

test("a token with any character changed, left out or added is refused", () => {
  for (let at = 0; at < sealed.length; at++) {
    const [before, after] = [sealed.slice(0, at), sealed.slice(at + 1)];
    const changed = ALPHABET.find((character) => character !== sealed[at]) ?? "";
    for (const inserted of [changed, "", `${sealed[at]}${changed}`]) {
      assert.equal(open(before + inserted + after), undefined, `${inserted} at ${at}`);
    }
  }
});

test("it has one spelling, so that what a client holds can be compared", () => {
  const others = [
    `${sealed}=`,
    `${sealed}\n`,
    ` ${sealed}`,
    sealed.slice(4),
    `RGR_${sealed.slice(4)}`,
    `rgr_${bytesOf(sealed).toString("base64")}`.replace(/=+$/, ""),
    `rgr_${sealed}`,
  ].filter((other) => other !== sealed);
  assert.ok(others.length >= 6);
  for (const other of others) assert.equal(open(other), undefined, other);
  // 54 bytes leave no spare bit in the last character.
  const last = ALPHABET.filter((character) => open(sealed.slice(0, -1) + character) !== undefined);
  assert.deepEqual(last, [sealed.at(-1)]);
});

test("another version is none of ours, even under a good MAC", () => {
  for (const version of [0, 2, 255]) {
    const bytes = bytesOf(sealed);
    bytes.writeUInt8(version, 0);
    macOf(macKey.key, bytes.subarray(0, 38)).copy(bytes, 38);
    assert.equal(open(ofBytes(bytes)), undefined);
  }
});

test("the number in the token says which key is asked", () => {
  const asked: number[] = [];
  const spy = {
    verifyMac: (number: number) => {
      asked.push(number);
      return false;
    },
  };
  for (const number of [0, 3, 255]) openRefreshToken(sealRefreshToken(token, { ...macKey, number }), spy);
  assert.deepEqual(asked, [0, 3, 255]);
});

test("no text of a stranger is opened, or makes it throw", () => {
  const text = fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: fc.constantFrom(...ALPHABET) }));
  fc.assert(fc.property(text, (text) => open(text) === undefined && open(`rgr_${text}`) === undefined));
  const random = fc.uint8Array({ minLength: 54, maxLength: 54 });
  fc.assert(fc.property(random, (bytes) => open(ofBytes(Buffer.from(bytes))) === undefined));
});

test("the row keeps the secret's SHA-256", () => {
  assert.deepEqual(grantSecretHash(token.secret), createHash("sha256").update(token.secret).digest());
});

test("a new grant's id is a UUIDv7 of its instant, and later ones sort after it (RFC 9562 §5.7)", () => {
  const now = Date.UTC(2026, 0, 1);
  const ids = [0, 1, 2, 1000, 1e12].map((ms) => newGrantId(now + ms));
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(Number.parseInt(ids[0]?.replaceAll("-", "").slice(0, 12) ?? "", 16), now);
  assert.equal(new Set(Array.from({ length: 1000 }, () => newGrantId(now))).size, 1000);
});
