import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  isLoginVerifier,
  isOfBrowser,
  loginDigest,
  loginVerifier,
  newLoginChallenge,
  openLoginChallenge,
  sealLoginChallenge,
} from "./login-challenge.ts";
import { masterKey } from "./master-key.ts";

const [master, previous, stranger] = [1, 2, 3].map(() => masterKey(randomBytes(32)));
const QUERY = "client_id=a&state=%22%26";

function keys(...masters: (typeof master)[]) {
  return masters as unknown as Parameters<typeof sealLoginChallenge>[0];
}

test("a challenge is opened as it was sealed, under an earlier master key too", () => {
  const challenge = newLoginChallenge("browser", QUERY, 1_800_000_000_000);
  const sealed = sealLoginChallenge(keys(previous), challenge);
  assert.deepEqual(openLoginChallenge(keys(master, previous), sealed), challenge);
  assert.equal(openLoginChallenge(keys(stranger), sealed), undefined);
  assert.ok(!sealed.includes("browser") && /^[\w-]+$/.test(sealed));
});

test("a challenge that was changed, cut or invented is none", () => {
  const sealed = sealLoginChallenge(keys(master), newLoginChallenge("browser", QUERY, 1));
  const bytes = Buffer.from(sealed, "base64url");
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(openLoginChallenge(keys(master), changed.toString("base64url")), undefined);
    assert.equal(openLoginChallenge(keys(master), bytes.subarray(0, at).toString("base64url")), undefined);
  }
  for (const text of ["", "x", "{}", "=".repeat(100), `${sealed}x`, `${sealed}=`]) {
    assert.equal(openLoginChallenge(keys(master), text), undefined);
  }
});

test("a challenge is one browser's, and unlike every other of the same request", () => {
  const [one, two] = [1, 2].map(() => newLoginChallenge("browser", QUERY, 1));
  assert.ok(one && two);
  assert.notDeepEqual(loginDigest(one), loginDigest(two));
  assert.equal(isOfBrowser(one, "browser"), true);
  assert.equal(isOfBrowser(one, "another"), false);
});

test("the verifier is the same each time, and fits its challenge alone", () => {
  const [one, two] = [1, 2].map(() => newLoginChallenge("browser", QUERY, 1));
  assert.ok(one && two);
  const verifier = loginVerifier(keys(previous), one);
  assert.equal(loginVerifier(keys(previous), one), verifier);
  assert.equal(isLoginVerifier(keys(master, previous), one, verifier), true);
  assert.equal(isLoginVerifier(keys(master, previous), two, verifier), false);
  assert.equal(isLoginVerifier(keys(stranger), one, verifier), false);
  for (const other of ["", "x", `${verifier}AAAA`, sealLoginChallenge(keys(previous), one)]) {
    assert.equal(isLoginVerifier(keys(previous), one, other), false);
  }
});
