import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, test } from "node:test";
import { issuedVectors } from "../passport/vectors/vectors.ts";
import { startService } from "../testing.ts";
import type { TestService } from "../testing.ts";
import { createFirstKeys } from "../admin/open-keys.ts";
import { openSqliteStore } from "../store/sqlite/engine.ts";
import { importSigningKey, KeyImportError, planKeyImport, readPrivateKey } from "./import-key.ts";
import { KeyRing } from "./key-ring.ts";
import { newMasterKey } from "./master-key.ts";

const { private_key: PEM, key_files: files, stacks } = issuedVectors;
const OPTIONS = {
  algorithm: "EdDSA",
  jwksMaxAge: 300,
  signingKeyMaxAge: 7_776_000,
  macKeyMaxAge: 31_536_000,
} as const;
const YEAR = 365 * 86_400;

describe("a private key is read", () => {
  for (const [name, { private: pem }] of Object.entries(files)) {
    test(`as ${name} writes it, with CRLF and without a line's end`, () => {
      assert.match(pem, /\r\n/);
      assert.equal(readPrivateKey(pem).asymmetricKeyType, "rsa");
    });
  }

  test("with \\n spelled out, as in an environment variable", () => {
    const key = readPrivateKey(PEM.trim().replaceAll("\n", String.raw`\n`));
    assert.equal(key.export({ type: "pkcs1", format: "pem" }), PEM);
  });

  test("only if it is an RSA key of 2048 bits or more, whole, and not public", () => {
    const [, middle = ""] = PEM.split("\n", 2);
    const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const curve = generateKeyPairSync("ed25519").privateKey;
    const pkcs8 = { type: "pkcs8", format: "pem" } as const;
    for (const pem of [
      "",
      issuedVectors.public_key,
      PEM.replace(middle, middle.slice(4)),
      String(small.export(pkcs8)),
      String(curve.export(pkcs8)),
    ]) {
      assert.throws(
        () => readPrivateKey(pem),
        (error) => error instanceof KeyImportError && !error.message.includes(middle),
      );
    }
  });
});

describe("an imported key", () => {
  let service: TestService;
  const [stack] = stacks.filter((one) => one.stack === "passport-10.4.2");
  assert.ok(stack);
  beforeEach(async () => {
    service = await startService();
    service.clock.at = (stack.issued_at + 60) * 1000;
  });
  afterEach(() => service.close());

  const take = (verifyOnly: boolean) =>
    importSigningKey(service.deps, OPTIONS, readPrivateKey(PEM), { verifyOnly, actor: "test" });

  test("signs at once while there is no client, for which a key of ours could have signed", async () => {
    const { keys } = service.deps;
    const own = keys.signingKeyAt(service.clock.at).kid;
    const { kid, activeAt } = await take(false);
    assert.equal(activeAt, service.clock.at + 1);
    assert.equal(keys.signingKeyAt(service.clock.at + 1).kid, kid);
    assert.deepEqual(
      keys.published.map((key) => key.kid),
      [own, kid],
      "the other is published still",
    );
  });

  test("is the first key of a new database, which signs from its first instant", async () => {
    const store = await openSqliteStore(":memory:", { now: () => 1_000_000 });
    const keys = new KeyRing(store.keys, [newMasterKey()]);
    await importSigningKey({ store, keys }, OPTIONS, readPrivateKey(PEM), {
      verifyOnly: false,
      actor: "test",
    });
    await createFirstKeys({ store, keys, rotation: OPTIONS });
    assert.deepEqual(
      keys.published.map(({ algorithm, activeAt }) => [algorithm, activeAt]),
      [["RS256", 1_000_000]],
    );
    assert.equal(keys.macKeyAt(1_000_000).number, 1);
    await store.close();
  });

  test("is served at once, signs when a new one would, and is there once", async () => {
    await service.close();
    // Of the present time, so that the maintenance that a new client starts rotates no key.
    service = await startService();
    const { keys } = service.deps;
    await service.client();
    const planned = await planKeyImport(service.deps.store, OPTIONS, readPrivateKey(PEM));
    assert.equal(keys.published.length, 1, "a plan changes nothing");
    const { kid, added, activeAt } = await take(false);
    assert.deepEqual(
      [planned.kid, planned.activeAt, activeAt],
      [kid, service.clock.at + 305_000, service.clock.at + 305_000],
    );
    assert.equal(added, true);
    assert.ok(keys.published.some((key) => key.kid === kid));
    assert.notEqual(keys.signingKeyAt(service.clock.at + 304_999).kid, kid);
    assert.equal(keys.signingKeyAt(service.clock.at + 305_000).kid, kid);
    assert.deepEqual(await take(false), { kid, added: false, activeAt });
  });

  test("does not sign where it is to verify only", async () => {
    const { kid } = await take(true);
    const { keys } = service.deps;
    assert.equal(keys.published.length, 3);
    const next = keys.signingKeyAt(service.clock.at + YEAR * 1000);
    assert.notEqual(next.kid, kid);
    assert.equal(next.algorithm, "EdDSA");
  });

  test("makes the access tokens of every PHP stack active, until they expire or are revoked", async () => {
    await take(false);
    const resourceServer = await service.client({ resourceServer: true });
    for (const { tokens, issued_at } of stacks) {
      service.clock.at = (issued_at + 60) * 1000;
      for (const { access_token, claims, client_id } of tokens) {
        const known = await service.deps.store.clients.find(client_id);
        if (known === undefined) await service.client({}, { id: client_id });
        const asked = { ...resourceServer.credentials, token: access_token };
        const { body } = await service.post("/oauth/introspect", asked);
        assert.deepEqual([body["active"], body["sub"], body["client_id"]], [true, claims["sub"], client_id]);
        assert.ok(Number.isInteger(body["iat"]) && Number.isInteger(body["exp"]));
        assert.equal(body["scope"] ?? "", (claims["scopes"] as string[]).join(" "));
      }
    }
    const [{ access_token, client_id, claims } = assert.fail()] = stack.tokens;
    service.clock.at = (Number(claims["exp"]) + 1) * 1000;
    const ended = await service.post("/oauth/introspect", {
      ...resourceServer.credentials,
      token: access_token,
    });
    assert.deepEqual([ended.body, client_id], [{ active: false }, "1"]);
  });

  test("believes nothing that it did not sign", async () => {
    await take(false);
    const resourceServer = await service.client({ resourceServer: true });
    await service.client({}, { id: "1" });
    const [{ access_token } = assert.fail()] = stack.tokens;
    const [header = "", payload = "", signature = ""] = access_token.split(".");
    const unsigned = Buffer.from('{"typ":"JWT","alg":"none"}').toString("base64url");
    for (const token of [
      `${header}.${payload}x.${signature}`,
      `${unsigned}.${payload}.`,
      `${unsigned}.${payload}.${signature}`,
    ]) {
      const { body } = await service.post("/oauth/introspect", { ...resourceServer.credentials, token });
      assert.deepEqual(body, { active: false });
    }
  });
});
