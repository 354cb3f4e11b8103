import assert from "node:assert/strict";
import { test } from "node:test";
import { exportJWK, generateKeyPair, jwtVerify } from "jose";
import { privateKeyJwt } from "./index.ts";

const ISSUER = "https://auth.example";
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async function assertionOf(clientAuth: ReturnType<typeof privateKeyJwt>): Promise<string> {
  const body = new URLSearchParams();
  await clientAuth({ tokenEndpoint: `${ISSUER}/token`, clientId: "shop", body, headers: new Headers() });
  assert.equal(body.get("client_id"), "shop");
  assert.equal(body.get("client_assertion_type"), JWT_BEARER);
  return body.get("client_assertion") ?? "";
}

test("each request gets an assertion of its own, for the issuer, signed with a key of any kind", async () => {
  for (const alg of ["PS256", "ES256", "EdDSA", "RS256"]) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const { alg: _alg, ...jwk } = await exportJWK(privateKey);
    const named = { ...jwk, kid: "one", ...(alg === "RS256" && { alg }) };
    for (const clientAuth of [
      privateKeyJwt(privateKey, { issuer: ISSUER, kid: "one" }),
      privateKeyJwt(named, { issuer: ISSUER }),
    ]) {
      const [first, second] = [await assertionOf(clientAuth), await assertionOf(clientAuth)];
      const options = { issuer: "shop", subject: "shop", audience: ISSUER, algorithms: [alg] };
      const { payload, protectedHeader } = await jwtVerify(first, publicKey, options);
      assert.deepEqual([protectedHeader.alg, protectedHeader.kid], [alg, "one"]);
      assert.equal(payload.aud, ISSUER, "a string");
      assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 60);
      assert.notEqual((await jwtVerify(second, publicKey, options)).payload.jti, payload.jti);
    }
  }
});

test("a key that cannot sign is a mistake of the program", async () => {
  const { publicKey } = await generateKeyPair("ES256", { extractable: true });
  for (const key of [await exportJWK(publicKey), { kty: "oct", k: "c2VjcmV0" }])
    await assert.rejects(assertionOf(privateKeyJwt(key, { issuer: ISSUER })), { name: "ClientConfigError" });
});
