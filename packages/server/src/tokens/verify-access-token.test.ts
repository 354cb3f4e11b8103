import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { generateSigningKey, sign } from "../keys/signing.ts";
import type { SigningAlgorithm } from "../config/values.ts";
import type { SigningKey } from "../keys/signing.ts";
import { encodeAccessToken } from "./access-token.ts";
import type { AccessToken } from "./access-token.ts";
import { verifyAccessToken } from "./verify-access-token.ts";

const NOW = Date.UTC(2026, 0, 1);
const GRANT_ID = "019b7600-0000-7000-8000-0123456789ab";
const CLAIMS = { acr: "mfa", authorization_details: [{ type: "payment" }], act: { sub: "agent-1" } };

const TOKEN: AccessToken = {
  profile: "rfc9068",
  issuer: "https://auth.example",
  audience: "https://api.example",
  clientId: "client-1",
  subject: "subject-1",
  scope: "read write",
  issuedAt: NOW / 1000,
  expiresAt: NOW / 1000 + 3600,
  grant: { id: GRANT_ID, generation: 0, authTime: NOW - 60_000 },
  claims: CLAIMS,
  confirmation: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" },
};

async function newKey(kid: string, algorithm: SigningAlgorithm = "EdDSA"): Promise<SigningKey> {
  const pair = await generateSigningKey(algorithm);
  return { kid, algorithm, ...pair, publicJwk: {}, createdAt: 0, activeAt: 0 };
}

const key = await newKey("key-1");
const rsa = await newKey("key-2", "RS256");
const keys = [key, rsa];

function signed(changes: Partial<AccessToken> = {}, by = key): Promise<string> {
  return sign(by, encodeAccessToken({ ...TOKEN, ...changes }, by));
}

function verify(token: string, now = NOW) {
  return verifyAccessToken(token, { published: keys, ownApiSecrets: () => [] }, now);
}

function encode(json: unknown): string {
  return Buffer.from(JSON.stringify(json)).toString("base64url");
}

test("a token of either profile says what was put in, whichever of the keys signed it", async () => {
  const common = {
    clientId: "client-1",
    subject: "subject-1",
    scope: "read write",
    issuedAt: TOKEN.issuedAt,
    expiresAt: TOKEN.expiresAt,
    grantId: GRANT_ID,
    forOwnApi: false,
    confirmation: TOKEN.confirmation,
  };
  for (const by of keys) {
    const { jti, ...rfc9068 } = (await verify(await signed({}, by))) ?? {};
    assert.deepEqual(rfc9068, {
      ...common,
      audience: "https://api.example",
      issuer: "https://auth.example",
      authTime: NOW / 1000 - 60,
      claims: CLAIMS,
    });
    assert.match(String(jti), /^[\w-]{22}$/);
    const { jti: id, ...passport } = (await verify(await signed({ profile: "passport" }, by))) ?? {};
    const without = { authTime: undefined, claims: null };
    assert.deepEqual(passport, { ...common, ...without, audience: "client-1", issuer: undefined });
    assert.match(String(id), /^[0-9a-f]{80}$/);
  }
});

test("a client's own token belongs to no grant", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const token = await signed({ profile, grant: null, subject: "client-1", scope: "" });
    const verified = await verify(token);
    assert.deepEqual([verified?.grantId, verified?.scope], [null, ""]);
  }
});

test("a bearer token is bound to no key", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const token = await signed({ profile, confirmation: null });
    assert.equal((await verify(token))?.confirmation, null);
  }
});

test("it holds until the second of its expiry", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const token = await signed({ profile });
    assert.ok(await verify(token, NOW + 3_599_999));
    assert.equal(await verify(token, NOW + 3_600_000), undefined);
  }
});

test("a key that is not published proves nothing, nor does a published one under another's name", async () => {
  const stranger = await newKey("key-3");
  assert.equal(await verify(await signed({}, stranger)), undefined);
  assert.equal(await verify(await signed({}, { ...stranger, kid: "key-1" })), undefined);
  assert.equal(await verify(await signed({}, { ...rsa, kid: "key-1" })), undefined);
});

test("the algorithm is the key's own: none, HMAC under the public key and others are refused", async () => {
  const [, payload = ""] = (await signed()).split(".");
  const pem = rsa.publicKey.export({ format: "pem", type: "spki" });
  for (const kid of ["key-1", "key-2"]) {
    assert.equal(await verify(`${encode({ typ: "at+jwt", alg: "none", kid })}.${payload}.`), undefined);
    const input = `${encode({ typ: "at+jwt", alg: "HS256", kid })}.${payload}`;
    const mac = createHmac("sha256", pem).update(input).digest("base64url");
    assert.equal(await verify(`${input}.${mac}`), undefined);
  }
  const other = await sign(rsa, `${encode({ typ: "at+jwt", alg: "PS256", kid: "key-2" })}.${payload}`);
  assert.equal(await verify(other), undefined);
});

test("a token without what ours have is none of ours, though the signature is", async () => {
  const { iat, exp } = { iat: TOKEN.issuedAt, exp: TOKEN.expiresAt };
  const whole = { jti: "x", iat, exp, sub: "s", aud: "a", client_id: "c" };
  const header = encode({ typ: "at+jwt", alg: "EdDSA", kid: "key-1" });
  assert.ok(await verify(await sign(key, `${header}.${encode(whole)}`)));
  for (const name of ["jti", "iat", "exp", "sub", "aud"]) {
    const claims = Object.fromEntries(Object.entries(whole).filter(([claim]) => claim !== name));
    assert.equal(await verify(await sign(key, `${header}.${encode(claims)}`)), undefined, name);
  }
  // Signed with the same key for another purpose: no scopes, no passport token.
  const idToken = `${encode({ typ: "JWT", alg: "EdDSA", kid: "key-1" })}.${encode(whole)}`;
  assert.equal(await verify(await sign(key, idToken)), undefined);
});

test("with any character of header or payload changed, it is none of ours", async () => {
  const token = await signed();
  const end = token.lastIndexOf(".");
  for (let at = 0; at < end; at++) {
    if (token[at] === ".") continue;
    const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
    assert.equal(await verify(changed), undefined, `character ${at}`);
  }
});

test("with any bit of the signature changed, it is none of ours", async () => {
  const token = await signed();
  const end = token.lastIndexOf(".") + 1;
  const signature = Buffer.from(token.slice(end), "base64url");
  for (let bit = 0; bit < signature.length * 8; bit++) {
    const changed = Buffer.from(signature);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.equal(await verify(token.slice(0, end) + changed.toString("base64url")), undefined, `bit ${bit}`);
  }
});

test("no text of a stranger is a token, or makes it throw", async () => {
  const part = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.jsonValue().map(encode),
    fc
      .record({
        alg: fc.constantFrom("EdDSA", "none", "HS256"),
        kid: fc.constant("key-1"),
        crit: fc.jsonValue(),
      })
      .map(encode),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      assert.equal(await verify(parts.join(".")), undefined);
    }),
    { numRuns: 300 },
  );
});
