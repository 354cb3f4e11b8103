import assert from "node:assert/strict";
import { test } from "node:test";
import { compactVerify, errors } from "jose";
import { SIGNING_ALGORITHMS } from "../config/values.ts";
import type { SigningAlgorithm } from "../config/values.ts";
import { generateSigningKey, sign } from "./signing.ts";
import type { SigningKey } from "./signing.ts";

const encode = (text: string) => Buffer.from(text).toString("base64url");

async function newKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateSigningKey(algorithm);
  return { kid: "k", algorithm, privateKey, publicKey, publicJwk: {}, createdAt: 0, activeAt: 0 };
}

for (const algorithm of SIGNING_ALGORITHMS) {
  test(`${algorithm}: what is signed verifies elsewhere, under this key and for this input only`, async () => {
    const key = await newKey(algorithm);
    const input = `${encode(JSON.stringify({ alg: algorithm }))}.${encode('{"sub":"1"}')}`;
    const jws = await sign(key, input);
    assert.equal(jws.startsWith(`${input}.`), true);
    const { payload } = await compactVerify(jws, key.publicKey, { algorithms: [algorithm] });
    assert.equal(Buffer.from(payload).toString(), '{"sub":"1"}');

    const failed = errors.JWSSignatureVerificationFailed;
    const other = jws.replace(encode('{"sub":"1"}'), encode('{"sub":"2"}'));
    await assert.rejects(compactVerify(other, key.publicKey), failed);
  });
}

test("ES256: integers of every length keep their place", async () => {
  const key = await newKey("ES256");
  // One in 128 has a first byte of zero, which DER leaves out.
  for (let i = 0; i < 500; i++) {
    const jws = await sign(key, `${encode(JSON.stringify({ alg: "ES256" }))}.${encode(String(i))}`);
    await compactVerify(jws, key.publicKey);
  }
});

test("RS256 and EdDSA sign the same input alike, which is why a retry gets the same token", async () => {
  const input = `${encode("{}")}.${encode("{}")}`;
  for (const algorithm of ["RS256", "EdDSA"] as const) {
    const key = await newKey(algorithm);
    assert.equal(await sign(key, input), await sign(key, input));
  }
});

test("the keys are as strong as promised", async () => {
  const { publicKey: rsa } = await generateSigningKey("RS256");
  assert.deepEqual([rsa.asymmetricKeyType, rsa.asymmetricKeyDetails?.modulusLength], ["rsa", 2048]);
  assert.equal(rsa.asymmetricKeyDetails?.publicExponent, 65_537n);
  const { publicKey: ec } = await generateSigningKey("ES256");
  assert.deepEqual([ec.asymmetricKeyType, ec.asymmetricKeyDetails?.namedCurve], ["ec", "prime256v1"]);
  assert.equal((await generateSigningKey("EdDSA")).publicKey.asymmetricKeyType, "ed25519");
});
