import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthorizationServer, ISSUER, outcome, refused, requestTime, settled } from "./testing.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function unavailable(): Response {
  return new Response("down", { status: 503 });
}

function loads({ requests }: AuthorizationServer): number {
  return requests.filter((path) => path === "/tenant/jwks").length;
}

test("the keys are loaded through the issuer's metadata, once for concurrent requests", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  const token = await server.token();
  assert.deepEqual(server.requests, [], "no request is sent before the first token");
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome(verifier, token)));
  assert.deepEqual(new Set(outcomes), new Set(["accepted"]));
  assert.deepEqual(server.requests, ["/.well-known/oauth-authorization-server/tenant", "/tenant/jwks"]);
});

test("with jwksUri the metadata is not requested", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier({ jwksUri: `${ISSUER}/jwks` });
  await verifier.ready();
  assert.equal(await outcome(verifier, await server.token()), "accepted");
  assert.deepEqual(server.requests, ["/tenant/jwks"]);
});

test("metadata of another issuer is refused (RFC 8414 §3.3), and so are keys over http", async () => {
  for (const document of [
    { issuer: "https://evil.example", jwks_uri: `${ISSUER}/jwks` },
    { issuer: ISSUER, jwks_uri: "http://auth.example/jwks" },
    { issuer: ISSUER },
    [],
  ]) {
    const server = await AuthorizationServer.start();
    server.respond = () => Response.json(document);
    assert.equal((await refused(server.verifier(), await server.token())).cause, "keys_unavailable");
    assert.equal(loads(server), 0);
    assert.equal(server.errors.length, 1);
  }
});

test("without keys the response is a 503 to retry, and the next load follows soon", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  const token = await server.token();
  for (const respond of [
    unavailable,
    () => new Response("<html>"),
    () => new Response("x".repeat(2 ** 21)),
    () => Promise.reject(new TypeError("fetch failed")),
  ]) {
    server.respond = respond;
    const { cause, status, headers } = await refused(verifier, token);
    assert.deepEqual([cause, status, headers["Retry-After"]], ["keys_unavailable", 503, "5"]);
    assert.equal(headers["WWW-Authenticate"], undefined, "the token is not at fault");
    await assert.rejects(verifier.ready());
    server.now += 1000;
  }
  assert.equal(server.errors.length, 4, "a failed load is not repeated within a second");
  server.respond = undefined;
  assert.equal(await outcome(verifier, token), "accepted");
});

test("an unknown key reloads the JWKS once, then not for half a minute, however many key ids are invented", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  assert.equal(await outcome(verifier, await server.token()), "accepted");
  server.now += MINUTE;
  const key = await server.addKey("EdDSA");
  assert.equal(await outcome(verifier, await server.token({}, {}, key)), "accepted");
  assert.equal(loads(server), 2);
  for (let i = 0; i < 10; i += 1) {
    assert.equal(await outcome(verifier, await server.token({}, { kid: `invented-${i}` })), "unknown_key");
  }
  assert.equal(loads(server), 2);
  server.now += 30_000;
  assert.equal(await outcome(verifier, await server.token({}, { kid: "invented" })), "unknown_key");
  assert.equal(loads(server), 3);
});

test("the keys are reloaded by age, without making a request wait", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  const token = await server.token({ exp: server.now / 1000 + 10 * 86_400 });
  assert.equal(await outcome(verifier, token), "accepted");
  server.now += 5 * MINUTE;
  const loaded = Promise.withResolvers<Response>();
  server.respond = () => loaded.promise;
  assert.equal(await outcome(verifier, token), "accepted");
  // The key was removed: distrusted.
  loaded.resolve(Response.json({ keys: [] }));
  await settled();
  server.respond = () => Response.json({ keys: [] });
  assert.equal(await outcome(verifier, token), "unknown_key");
});

test("in an outage the last keys are used for a day", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  const token = await server.token({ exp: server.now / 1000 + 10 * 86_400 });
  assert.equal(await outcome(verifier, token), "accepted");
  server.respond = unavailable;
  for (let hours = 1; hours < 24; hours += 1) {
    server.now += 60 * MINUTE;
    assert.equal(await outcome(verifier, token), "accepted");
    await settled();
  }
  assert.equal(server.errors.length, 23);
  server.now += DAY;
  assert.equal(await outcome(verifier, token), "keys_unavailable");
  server.respond = undefined;
  server.now += 30_000;
  assert.equal(await outcome(verifier, token), "accepted");
});

test("a JWKS with an unusable key is a 503, and the error says why", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  const token = await server.token();
  const [key] = server.keys;
  server.keys.splice(0, 1, { ...key, jwk: { ...key?.jwk, x: "AAAA" } } as never);
  assert.equal(await outcome(verifier, token), "keys_unavailable");
  assert.equal(server.errors.length, 1);
});

test("a key that was replaced under its `kid` is accepted at once, and forged signatures load no more than that", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  const [old] = server.keys;
  assert.equal(await outcome(verifier, await server.token()), "accepted");
  const before = await server.token();
  server.keys.length = 0;
  const replaced = await server.addKey("EdDSA", old?.kid);
  assert.equal(await outcome(verifier, await server.token({}, {}, replaced)), "accepted");
  assert.equal(loads(server), 2);
  for (let i = 0; i < 10; i += 1) assert.equal(await outcome(verifier, before), "wrong_signature");
  assert.equal(loads(server), 2);
  server.now += 30_000;
  assert.equal(await outcome(verifier, before), "wrong_signature");
  assert.equal(loads(server), 3);
});

test("so is one of another type, and one that has no `kid`", async () => {
  const server = await AuthorizationServer.start("EdDSA");
  const verifier = server.verifier();
  const [old] = server.keys;
  assert.equal(await outcome(verifier, await server.token()), "accepted");
  server.keys.length = 0;
  const other = await server.addKey("ES256", old?.kid);
  assert.equal(await outcome(verifier, await server.token({}, {}, other)), "accepted");
  server.now += 30_000;
  server.keys.length = 0;
  const next = await server.addKey("ES256");
  assert.equal(await outcome(verifier, await server.token({}, { kid: undefined }, next)), "accepted");
});

test("while keys cannot be loaded, a wrong signature stays one, and right ones are accepted", async () => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  const stranger = await AuthorizationServer.start();
  assert.equal(await outcome(verifier, await server.token()), "accepted");
  server.respond = unavailable;
  const forged = await server.token({}, { kid: server.keys[0]?.kid }, stranger.keys[0]);
  assert.equal(await outcome(verifier, forged), "wrong_signature");
  assert.equal(await outcome(verifier, await server.token()), "accepted");
});

test("a load that ended with its request, as on Workers, keeps no later request waiting", async (t) => {
  const server = await AuthorizationServer.start();
  const verifier = server.verifier();
  const token = await server.token({ exp: server.now / 1000 + 86_400 });
  const time = requestTime(t);
  server.respond = () => new Promise<Response>(() => {});
  void outcome(verifier, token);
  await time.endRequest();
  await time.pass(1000);
  const second = outcome(verifier, token);
  await time.pass(3000);
  server.respond = undefined;
  assert.equal(await time.until(second), "accepted", "it waits for the first for 5 s, and then loads");

  // A load in the background.
  server.now += 5 * MINUTE;
  server.respond = () => new Promise<Response>(() => {});
  assert.equal(await outcome(verifier, token), "accepted");
  await time.endRequest();
  await time.pass(5000);
  server.keys.length = 0;
  server.respond = undefined;
  assert.equal(
    await outcome(verifier, token),
    "unknown_key",
    "the next request loads the keys and waits for them",
  );
});
