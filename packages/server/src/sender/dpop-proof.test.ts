import assert from "node:assert/strict";
import { constants, generateKeyPairSync, sign } from "node:crypto";
import type { KeyPairKeyObjectResult } from "node:crypto";
import { test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { JWK, JWTPayload } from "jose";
import { OAuthError } from "../errors/oauth-error.ts";
import { checkDpopProof } from "./dpop-proof.ts";
import { DPOP_ALGORITHMS } from "./proof-signature.ts";
import { DpopKey } from "./testing.ts";

const NOW = Date.UTC(2026, 0, 1);
const S = NOW / 1000;
const clock = { at: NOW };
const URL_OF_TOKEN = "https://auth.example/oauth/token";
const EXPECTED = { method: "POST", urls: [URL_OF_TOKEN], now: NOW };
const key = await DpopKey.create(clock);

const check = async (proof: string, changes: Partial<typeof EXPECTED> = {}) =>
  checkDpopProof(proof, { ...EXPECTED, ...changes });

async function refused(proof: string | Promise<string>, why: RegExp): Promise<void> {
  await assert.rejects(check(await proof), (error) => {
    assert.ok(error instanceof OAuthError);
    assert.deepEqual([error.code, error.status], ["invalid_dpop_proof", 400]);
    assert.match(error.description, why);
    assert.match(error.description, /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/, "RFC 6749 section 5.2");
    return true;
  });
}

test("the proof of RFC 9449 section 4.1 is accepted at its time, and has the thumbprint of section 6", async () => {
  const proof =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJo" +
    "RjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJ" +
    "qdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0Ijo" +
    "xNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
  const at = { urls: ["https://server.example.com/token"], now: 1_562_262_616_000 };
  const { jkt, ttl } = await check(proof, at);
  assert.equal(jkt, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
  assert.equal(ttl, 301);
});

test("each published algorithm is accepted, and no other", async () => {
  for (const alg of DPOP_ALGORITHMS) {
    const own = await DpopKey.create(clock, alg);
    assert.equal((await check(await own.proof())).jkt, own.jkt, alg);
  }
  for (const alg of ["RS256", "ES384", "PS512"]) {
    await refused(
      (await DpopKey.create(clock, alg)).proof(),
      /signed by the key of its jwk, with one of ES256 /,
    );
  }
});

test("a symmetric key, a private one, none, or another than that of the signature is refused", async () => {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  await refused(key.proof(undefined, {}, { jwk: await exportJWK(privateKey) }), /not a public key/);
  await refused(key.proof(undefined, {}, { jwk: { kty: "oct", k: "AAAA" } as JWK }), /not a public key/);
  await refused(key.proof(undefined, {}, { jwk: "none" as JWK }), /not a public key/);
  const other = await DpopKey.create(clock);
  await refused(key.proof(undefined, {}, { jwk: other.jwk }), /not signed by the key/);
  await refused(key.proof(undefined, {}, { jwk: { ...key.jwk, crv: "P-384" } }), /not signed by the key/);
  const unsigned = (text: string) => Buffer.from(text).toString("base64url");
  const [, payload = ""] = (await key.proof()).split(".");
  const none = unsigned(JSON.stringify({ typ: "dpop+jwt", alg: "none", jwk: key.jwk }));
  await refused(`${none}.${payload}.AA`, /not signed by the key/);
  await refused(`${none}.${payload}.`, /not one signed JWT/);
});

test("an RSA key is strong enough, and none that is slow to verify", async () => {
  const { privateKey, publicKey } = await generateKeyPair("PS256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const sign = (changes: object) =>
    new SignJWT({ htm: "POST", htu: URL_OF_TOKEN, jti: "1", iat: S })
      .setProtectedHeader({ typ: "dpop+jwt", alg: "PS256", jwk: { ...jwk, ...changes } })
      .sign(privateKey);
  await check(await sign({}));
  await refused(sign({ e: "Aw" }), /not a public key of the right kind/);
  await refused(sign({ n: "A".repeat(1366) }), /not a public key of the right kind/);
  await refused(sign({ n: jwk.n?.slice(0, 171) }), /not signed by the key/);
});

test("a key is read once, and no other passes for it afterwards", async () => {
  await check(await key.proof());
  const other = await DpopKey.create(clock);
  const [header, payload = ""] = (await key.proof()).split(".");
  const foreign = (await other.proof()).split(".")[2];
  await refused(`${header}.${payload}.${foreign}`, /not signed by the key/);
  for (const changes of [{ y: other.jwk.y }, { x: other.jwk.x }, { kty: "OKP" }, { y: `${key.jwk.y}=` }]) {
    await refused(
      key.proof(undefined, {}, { jwk: { ...key.jwk, ...changes } as JWK }),
      /not signed by the key/,
    );
  }
  await check(await key.proof());
});

test("a key that is not for verifying, and critical header parameters, are refused", async () => {
  for (const operations of [["sign"], [], ["verify", "encrypt"], "verify"]) {
    const jwk = { ...key.jwk, key_ops: operations } as JWK;
    await refused(key.proof(undefined, {}, { jwk }), /not signed by the key/);
  }
  await check(await key.proof(undefined, {}, { jwk: { ...key.jwk, key_ops: ["verify"] } }));
  await refused(key.proof(undefined, {}, { b64: true, crit: ["b64"] }), /critical/);
});

test("a signature has the form of its algorithm (RFC 7518 sections 3.4 and 3.5): no DER, and a salt as long as the hash", async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = (alg: string, { publicKey, privateKey }: KeyPairKeyObjectResult, how: object) => {
    const jwk = publicKey.export({ format: "jwk" });
    const claims = { htm: "POST", htu: URL_OF_TOKEN, jti: "1", iat: S };
    const input = `${part({ typ: "dpop+jwt", alg, jwk })}.${part(claims)}`;
    const signature = sign("sha256", Buffer.from(input), { key: privateKey, ...how });
    return `${input}.${signature.toString("base64url")}`;
  };
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await check(signed("ES256", ec, { dsaEncoding: "ieee-p1363" }));
  await refused(signed("ES256", ec, { dsaEncoding: "der" }), /not signed by the key/);
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING };
  await check(signed("PS256", rsa, { ...pss, saltLength: 32 }));
  for (const saltLength of [0, 20, 64]) {
    await refused(signed("PS256", rsa, { ...pss, saltLength }), /not signed by the key/);
  }
  await refused(signed("PS256", rsa, {}), /not signed by the key/);
});

test("type, method, URL, time and jti must be those of the request", async () => {
  await refused(key.proof(undefined, {}, { typ: "JWT" }), /typ is not dpop\+jwt/);
  await refused(key.proof(undefined, {}, { typ: "" }), /typ is not dpop\+jwt/);
  for (const htm of ["GET", "post", undefined, 1]) await refused(key.proof(undefined, { htm }), /htm/);
  const urls = [
    "https://auth.example/oauth/par",
    "https://auth.example/oauth/token/",
    "http://auth.example/oauth/token",
  ];
  const others = ["https://auth.example:8443/oauth/token", "/oauth/token", "", undefined, 1];
  for (const htu of [...urls, ...others]) await refused(key.proof(undefined, { htu }), /htu/);
  for (const jti of [undefined, "", "j".repeat(257), 1]) {
    await refused(key.proof(undefined, { jti } as JWTPayload), /jti/);
  }
  const times = [S - 301, S + 301, S - 3600, undefined, "now"];
  for (const iat of times) await refused(key.proof(undefined, { iat } as JWTPayload), /iat/);
});

test("query, fragment, case of scheme and host, and the default port make no difference; nor do exp, nbf and others", async () => {
  const same = ["https://auth.example/oauth/token?a=b", "HTTPS://AUTH.example:443/oauth/token#c"];
  for (const htu of same) await check(await key.proof(undefined, { htu }));
  await check(await key.proof(undefined, { exp: 1, nbf: S + 9999, extra: { a: 1 } }, { kid: "x" }));
  for (const iat of [S - 300, S + 300, S - 10, S + 10]) await check(await key.proof(undefined, { iat }));
});

test("what is not one JWT of reasonable size is refused", async () => {
  const proof = await key.proof();
  for (const text of ["", "x", `${proof}, ${proof}`, `${proof} `, proof.replace(".", ".."), "é.é.é"]) {
    await refused(text, /not one signed JWT/);
  }
  await refused(key.proof(undefined, { extra: "x".repeat(4096) }), /more than 4096 characters/);
  const [header = "", , signature = ""] = proof.split(".");
  await refused(`${header}.bm90LWpzb24.${signature}`, /not signed by/);
  await refused(`bm90LWpzb24.bm90LWpzb24.${signature}`, /not signed by/);
});

test("it is remembered by its key and jti, for as long as it would be accepted", async () => {
  const digestOf = async (by: DpopKey, claims: JWTPayload) =>
    (await check(await by.proof(undefined, claims))).digest.toString("hex");
  const first = await digestOf(key, { jti: "1" });
  assert.equal(await digestOf(key, { jti: "1", iat: S - 1 }), first);
  assert.notEqual(await digestOf(key, { jti: "2" }), first);
  assert.notEqual(await digestOf(await DpopKey.create(clock), { jti: "1" }), first);
  assert.equal((await check(await key.proof(undefined, { iat: S + 300 }))).ttl, 601);
  assert.equal((await check(await key.proof(undefined, { iat: S - 300 }))).ttl, 1);
});

test("where the endpoint has a second URL, for certificates, either is its own", async () => {
  const urls = [URL_OF_TOKEN, "https://mtls.auth.example:8443/oauth/token"];
  for (const htu of urls) await check(await key.proof(undefined, { htu }), { urls });
  await assert.rejects(
    check(await key.proof(undefined, { htu: "https://mtls.auth.example/oauth/token" }), { urls }),
  );
});
