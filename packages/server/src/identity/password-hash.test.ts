import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, isPasswordUsable, needsRehash, verifyPassword } from "./password-hash.ts";

/** From the test vectors of the argon2 reference implementation. */
const REFERENCE = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

test("a hash is a PHC string with the cost in force and a salt of its own", async () => {
  const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
  const phc = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;
  assert.match(first, phc);
  assert.match(second, phc);
  assert.notEqual(first, second);
  assert.equal(needsRehash(first), false);
  assert.equal(await verifyPassword("correct horse", first), true);
  assert.equal(await verifyPassword("correct horse", second), true);
  assert.equal(await verifyPassword("correct horsf", first), false);
});

test("a hash of another implementation and cost is verified by its own parameters, and wants a rehash", async () => {
  assert.equal(await verifyPassword("password", REFERENCE), true);
  assert.equal(await verifyPassword("Password", REFERENCE), false);
  assert.equal(needsRehash(REFERENCE), true);
});

test("a hash with any other cost, salt or tag than today's wants a rehash", () => {
  const salt = "A".repeat(22);
  const tag = "A".repeat(43);
  assert.equal(needsRehash(`$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}`), false);
  for (const other of [
    `$argon2id$v=19$m=19455,t=2,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=65536,t=2,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=19456,t=1,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=2$${salt}$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(11)}$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${"A".repeat(22)}`,
    "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
  ]) {
    assert.equal(needsRehash(other), true, other);
  }
});

test("nothing matches a missing hash, an unknown format, or one altered by a character", async () => {
  const hash = await hashPassword("correct horse");
  const altered = hash.slice(0, -2) + (hash.at(-2) === "A" ? "B" : "A") + hash.slice(-1);
  for (const stored of [
    null,
    "",
    "correct horse",
    hash.replace("v=19", "v=16"),
    hash.replace("argon2id", "argon2i"),
    altered,
    `${hash}\n`,
    "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
  ]) {
    assert.equal(await verifyPassword("correct horse", stored), false, String(stored));
  }
});

test("what cannot be a password matches nothing, not even what stands in for it", async () => {
  const standIn = await hashPassword("\0");
  assert.equal(await verifyPassword("\0", standIn), true);
  for (const password of ["", "\ud800", "\0".repeat(1025)]) {
    assert.equal(await verifyPassword(password, standIn), false);
  }
});

test("a hostile row can ask for neither gigabytes nor hours: it is refused in the time of a dummy", async () => {
  const rest = `${"A".repeat(22)}$${"A".repeat(43)}`;
  const hostile = [
    `$argon2id$v=19$m=4194304,t=1,p=1$${rest}`,
    `$argon2id$v=19$m=262144,t=999,p=1$${rest}`,
    `$argon2id$v=19$m=19456,t=2,p=99$${rest}`,
    `$argon2id$v=19$m=8,t=0,p=1$${rest}`,
    `$argon2id$v=19$m=1,t=2,p=1$${rest}`,
    `$argon2id$v=19$m=19456,t=2,p=0$${rest}`,
  ];
  const peak = process.resourceUsage().maxRSS;
  for (const stored of hostile) assert.equal(await verifyPassword("x", stored), false, stored);
  assert.ok(process.resourceUsage().maxRSS - peak < 100 * 1024, "KiB");
});

test("an unknown account costs the work of a real one", async () => {
  const hash = await hashPassword("correct horse");
  const cpu = async (stored: string | null, password: string): Promise<number> => {
    let least = Infinity;
    for (let i = 0; i < 5; i += 1) {
      const start = process.cpuUsage();
      await verifyPassword(password, stored);
      const { user, system } = process.cpuUsage(start);
      least = Math.min(least, user + system);
    }
    return least;
  };
  const real = await cpu(hash, "wrong");
  for (const [stored, password] of [
    [null, "wrong"],
    ["$2y$10$unknown", "wrong"],
    [hash, "x".repeat(2000)],
  ] as const) {
    const other = await cpu(stored, password);
    assert.ok(other > real / 2 && other < real * 2, `${other} µs against ${real} µs`);
  }
});

test("one password in two Unicode spellings is one password", async () => {
  const hash = await hashPassword("caf\u00e9\u00a0au lait");
  assert.equal(await verifyPassword("cafe\u0301 au lait", hash), true);
  assert.equal(await verifyPassword("cafe au lait", hash), false);
});

test("a password is 1 to 1,024 bytes of UTF-8 after it is prepared", async () => {
  assert.equal(isPasswordUsable(""), false);
  assert.equal(isPasswordUsable(" "), true);
  assert.equal(isPasswordUsable("x".repeat(1024)), true);
  assert.equal(isPasswordUsable("x".repeat(1025)), false);
  assert.equal(isPasswordUsable("\u00e9".repeat(512)), true);
  assert.equal(isPasswordUsable("e\u0301".repeat(512)), true);
  assert.equal(isPasswordUsable("\u00e9".repeat(513)), false);
  assert.equal(isPasswordUsable("\ud800"), false);
  await assert.rejects(hashPassword(""), TypeError);
  await assert.rejects(hashPassword("x".repeat(1025)), TypeError);
});
