import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessTokenProfile } from "../store/store.ts";
import { encodeAccessToken } from "./access-token.ts";
import type { AccessToken } from "./access-token.ts";

const PROFILES: readonly AccessTokenProfile[] = ["rfc9068", "passport"];
const KEY = { kid: "key-1", algorithm: "RS256" };
const GRANT = { id: "019b7600-0000-7000-8000-0123456789ab", generation: 7, authTime: 1_767_225_599_999 };
const TOKEN: AccessToken = {
  profile: "rfc9068",
  issuer: "https://auth.example",
  audience: "https://api.example",
  clientId: "client-1",
  subject: "subject-1",
  scope: "read write",
  issuedAt: 1_767_225_600,
  expiresAt: 1_767_229_200,
  grant: GRANT,
};

function jsonOf(part: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(part ?? "", "base64url").toString()) as Record<string, unknown>;
}

function decode(token: AccessToken, key = KEY) {
  const [header, payload] = encodeAccessToken(token, key).split(".");
  return { header: jsonOf(header), claims: jsonOf(payload) };
}

function jtiOf(token: AccessToken, key = KEY): string {
  return String(decode(token, key).claims["jti"]);
}

test("the same grant at the same generation has the same token, and everything else another jti", () => {
  const changes: Partial<AccessToken>[] = [
    { subject: "subject-2" },
    { scope: "read" },
    { issuedAt: TOKEN.issuedAt + 1 },
    { expiresAt: TOKEN.expiresAt - 1 },
    { grant: { ...GRANT, generation: 8 } },
    { confirmation: { jkt: "a" } },
    { confirmation: { jkt: "b" } },
    { confirmation: { "x5t#S256": "a" } },
    { grant: { ...GRANT, id: "019b7600-0000-7000-8000-0123456789ac" } },
  ];
  for (const profile of PROFILES) {
    const token = { ...TOKEN, profile };
    const jti = jtiOf(token);
    assert.equal(encodeAccessToken({ ...token }, { ...KEY }), encodeAccessToken(token, KEY));
    const others = changes.map((change) => jtiOf({ ...token, ...change }));
    const otherKey = jtiOf(token, { ...KEY, kid: "key-2" });
    assert.equal(new Set([jti, ...others, otherKey]).size, changes.length + 2, profile);
  }
  for (const change of [{ audience: "x" }, { issuer: "https://other.example" }, { clientId: "client-2" }]) {
    assert.notEqual(jtiOf({ ...TOKEN, ...change }), jtiOf(TOKEN));
  }
});

test("generation and grant cannot be mixed up with each other", () => {
  const mixed = (generation: number, kid: string) =>
    jtiOf({ ...TOKEN, grant: { ...GRANT, generation } }, { ...KEY, kid });
  assert.notEqual(mixed(1, "1.k"), mixed(11, "k"));
});

test("without a grant each token has a jti of its own, and no gid", () => {
  for (const profile of PROFILES) {
    const token = { ...TOKEN, profile, grant: null };
    assert.notEqual(jtiOf(token), jtiOf(token));
    assert.equal("gid" in decode(token).claims, false);
  }
});

test("the profiles tell themselves apart by `typ`, and name algorithm and key", () => {
  const { header } = decode(TOKEN);
  assert.deepEqual(header, { typ: "at+jwt", alg: "RS256", kid: "key-1" });
  const passport = decode({ ...TOKEN, profile: "passport" });
  const { jti } = passport.claims;
  assert.deepEqual(Object.entries(passport.header), [
    ["typ", "JWT"],
    ["alg", "RS256"],
    ["jti", jti],
    ["kid", "key-1"],
  ]);
});

test("in a passport token the first 32 of the jti's 80 digits are the grant's id", () => {
  const jti = jtiOf({ ...TOKEN, profile: "passport" });
  assert.match(jti, /^[0-9a-f]{80}$/);
  assert.equal(jti.slice(0, 32), GRANT.id.replaceAll("-", ""));
});

test("auth_time is in whole seconds, and left out where it is not known", () => {
  assert.equal(decode(TOKEN).claims["auth_time"], 1_767_225_599);
  assert.equal("auth_time" in decode({ ...TOKEN, grant: { ...GRANT, authTime: null } }).claims, false);
});

test("no scope is no claim in rfc9068, and an empty list in passport", () => {
  assert.equal("scope" in decode({ ...TOKEN, scope: "" }).claims, false);
  assert.deepEqual(decode({ ...TOKEN, scope: "", profile: "passport" }).claims["scopes"], []);
});
