import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:https";
import type { RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK } from "jose";
import { CertificateAuthority } from "../../../../test/certificates.ts";
import { needOpenssl } from "../../../../test/need.ts";
import { SECOND } from "../store/contract/fixtures.ts";
import { ISSUER, startService } from "../testing.ts";
import type { TestResponse } from "../testing.ts";
import { fetchDocument } from "./cimd/fetch-document.ts";

const openssl = await needOpenssl();
const HOST = "keys.client.example";

interface Pair {
  key: CryptoKey;
  jwk: JWK;
}

async function pair(kid = randomUUID() as string | undefined): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  return { key: privateKey, jwk: { ...(await exportJWK(publicKey)), ...(kid !== undefined && { kid }) } };
}

describe("keys at a jwks_uri", { skip: openssl.missing }, async () => {
  /** What the server answers, and how often it was asked. */
  let answer: () => { status?: number; body: string } = () => ({ body: "{}" });
  let asked = 0;
  let ca: Buffer | undefined;
  const server = { url: "", close: () => {} };
  const serveKeys = (...pairs: Pair[]) => {
    answer = () => ({ body: JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }) });
  };
  const t = await startService(
    {},
    {
      fetchDocument: (url, options) =>
        fetchDocument(url, {
          ...options,
          isAllowed: () => true,
          resolve: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]),
          request: ((to: string, given: RequestOptions, then: () => void) =>
            request(to, { ...given, ca }, then)) as typeof request,
        }),
    },
  );

  before(async () => {
    const authority = await CertificateAuthority.create(openssl.path);
    ca = readFileSync(authority.cert);
    const { cert, key } = await authority.issue(HOST);
    const https = createServer(
      { cert: readFileSync(cert), key: readFileSync(key) },
      (_incoming, outgoing) => {
        asked += 1;
        const { status = 200, body } = answer();
        outgoing.writeHead(status, { "content-type": "application/jwk-set+json" }).end(body);
      },
    ).listen(0, "127.0.0.1");
    await once(https, "listening");
    server.url = `https://${HOST}:${(https.address() as AddressInfo).port}/jwks.json`;
    server.close = () => https.close();
  });
  after(async () => {
    server.close();
    await t.close();
  });
  let tests = 0;
  beforeEach(() => {
    tests += 1;
    asked = 0;
    t.caller.address = `198.51.100.${tests}`;
    // So that each test begins with keys that have to be fetched.
    t.clock.at += 2 * 86_400 * SECOND;
  });

  async function newClient(): Promise<string> {
    const { id } = await t.client({
      grantTypes: ["client_credentials"],
      tokenEndpointAuthMethod: "private_key_jwt",
      jwksUri: `${server.url}?${tests}`,
    });
    return id;
  }

  async function send(id: string, { key, jwk }: Pair): Promise<TestResponse> {
    const now = Math.floor(t.clock.at / 1000);
    const claims = { iss: id, sub: id, aud: ISSUER, exp: now + 60, jti: randomUUID() };
    const header = { alg: "ES256", ...(jwk.kid !== undefined && { kid: jwk.kid }) };
    return t.token({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await new SignJWT(claims).setProtectedHeader(header).sign(key),
    });
  }
  const status = async (id: string, one: Pair) => (await send(id, one)).status;

  test("are fetched once, and again when the client has changed them", async () => {
    const id = await newClient();
    const [first, second] = [await pair(), await pair()];
    serveKeys(first);
    assert.deepEqual([await status(id, first), await status(id, first)], [200, 200]);
    assert.equal(asked, 1);
    serveKeys(second);
    assert.equal(await status(id, second), 200, "an unknown kid has the keys fetched again");
    assert.equal(await status(id, first), 401, "a key that was taken away");
  });

  test("are fetched again for keys without a kid too", async () => {
    const id = await newClient();
    const [first, second] = [await pair(undefined), await pair(undefined)];
    serveKeys(first);
    assert.equal(await status(id, first), 200);
    serveKeys(second);
    assert.equal(await status(id, second), 200);
  });

  test("are not fetched without end for keys that nobody has", async () => {
    const id = await newClient();
    const known = await pair();
    serveKeys(known);
    assert.equal(await status(id, known), 200);
    const strangers = await Promise.all(Array.from({ length: 10 }, () => pair()));
    for (const stranger of strangers) assert.equal(await status(id, stranger), 401);
    assert.equal(asked, 2, "one fetch for all of them");
    t.clock.at += 10 * SECOND;
    await Promise.all(strangers.map((stranger) => send(id, stranger)));
    assert.equal(asked, 3, "at most one in ten seconds");
    assert.equal(await status(id, known), 200);
  });

  test("serve for a day while their URL cannot be read", async () => {
    const id = await newClient();
    const known = await pair();
    serveKeys(known);
    assert.equal(await status(id, known), 200);
    for (const body of ["not JSON", '{"keys":7}', "x".repeat(65 * 1024)]) {
      answer = () => ({ body });
      t.clock.at += 3600 * SECOND;
      assert.equal(await status(id, known), 200, body.slice(0, 10));
    }
    answer = () => ({ status: 503, body: "" });
    t.clock.at += 3600 * SECOND;
    assert.equal(await status(id, known), 200);
    t.clock.at += 86_400 * SECOND;
    const refused = { status: 401, error: "invalid_client", cause: "client_keys_unavailable" };
    await t.refused(() => send(id, known), refused);
    assert.ok(
      t.log.some(({ msg, fault }) => msg === "the keys of a client cannot be fetched" && fault === "not_ok"),
    );
  });

  test("with private parts, or of no use, verify nothing", async () => {
    const id = await newClient();
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const published = { key: privateKey, jwk: { ...(await exportJWK(privateKey)), kid: "leaked" } };
    serveKeys(published, {
      key: privateKey,
      jwk: { ...(await exportJWK(publicKey)), kid: "enc", use: "enc" },
    });
    assert.equal(await status(id, published), 401);
    assert.equal(await status(id, { key: privateKey, jwk: { kid: "enc" } }), 401);
  });
});

test("a jwks_uri at a private address is not fetched", async () => {
  for (const host of ["127.0.0.1", "[::1]", "169.254.169.254"]) await isNotFetched(host);
});

async function isNotFetched(host: string): Promise<void> {
  const t = await startService();
  try {
    const { key } = await pair();
    const { id } = await t.client({
      grantTypes: ["client_credentials"],
      tokenEndpointAuthMethod: "private_key_jwt",
      jwksUri: `https://${host}/jwks.json`,
    });
    const now = Math.floor(t.clock.at / 1000);
    const claims = { iss: id, sub: id, aud: ISSUER, exp: now + 60, jti: "1" };
    const jws = await new SignJWT(claims).setProtectedHeader({ alg: "ES256" }).sign(key);
    const request = {
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: jws,
    };
    const refused = { status: 401, error: "invalid_client", cause: "client_keys_unavailable" };
    await t.refused(() => t.token(request), refused);
    assert.ok(
      t.log.some(({ fault }) => fault === "not_public"),
      host,
    );
  } finally {
    await t.close();
  }
}
