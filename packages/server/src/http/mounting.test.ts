import assert from "node:assert/strict";
import { after, test } from "node:test";
import { calculateJwkThumbprint } from "jose";
import { maintainKeys, rotateSigningKey } from "../keys/rotation.ts";
import { StoreBusyError } from "../store/store.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestService } from "../testing.ts";

const METADATA = "/.well-known/oauth-authorization-server";
const t = await startService();
const mounted = await startService({ issuer: "https://api.example/auth/v1", retryWindow: 20 });
after(async () => {
  await t.close();
  await mounted.close();
});

async function issuerAt(service: TestService, path: string): Promise<unknown> {
  return (await service.send(path)).body["issuer"];
}

test("the metadata says what the service does (RFC 8414 §2)", async () => {
  const { body } = await t.send(METADATA);
  assert.deepEqual(body, {
    issuer: "https://auth.example",
    token_endpoint: "https://auth.example/oauth/token",
    token_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "private_key_jwt",
      "none",
    ],
    token_endpoint_auth_signing_alg_values_supported: ["PS256", "ES256", "EdDSA", "Ed25519"],
    grant_types_supported: [
      "authorization_code",
      "refresh_token",
      "password",
      "client_credentials",
      "urn:ietf:params:oauth:grant-type:device_code",
      "urn:ietf:params:oauth:grant-type:token-exchange",
    ],
    dpop_signing_alg_values_supported: ["ES256", "Ed25519", "EdDSA", "PS256"],
    authorization_signing_alg_values_supported: ["EdDSA"],
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    require_signed_request_object: false,
    request_object_signing_alg_values_supported: ["PS256", "ES256", "EdDSA", "Ed25519"],
    authorization_endpoint: "https://auth.example/oauth/authorize",
    pushed_authorization_request_endpoint: "https://auth.example/oauth/par",
    require_pushed_authorization_requests: false,
    response_types_supported: ["code"],
    response_modes_supported: ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    ui_locales_supported: ["en", "de", "es", "fr", "it"],
    revocation_endpoint: "https://auth.example/oauth/revoke",
    revocation_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "private_key_jwt",
      "none",
    ],
    revocation_endpoint_auth_signing_alg_values_supported: ["PS256", "ES256", "EdDSA", "Ed25519"],
    scopes_supported: ["offline_access"],
    introspection_endpoint: "https://auth.example/oauth/introspect",
    introspection_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "private_key_jwt",
    ],
    introspection_endpoint_auth_signing_alg_values_supported: ["PS256", "ES256", "EdDSA", "Ed25519"],
    explanation_endpoint: "https://auth.example/oauth/explain",
    explanation_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "private_key_jwt",
      "none",
    ],
    explanation_endpoint_auth_signing_alg_values_supported: ["PS256", "ES256", "EdDSA", "Ed25519"],
    revocation_feed_endpoint: "https://auth.example/oauth/revocations",
    device_authorization_endpoint: "https://auth.example/oauth/device_authorization",
    jwks_uri: "https://auth.example/.well-known/jwks.json",
    service_documentation: "https://auth.example/docs",
    access_token_signing_alg_values_supported: ["EdDSA"],
    refresh_token_expiration_types_supported: ["authorization", "token_timeout"],
    refresh_token_retry_window: 120,
  });
});

test("each endpoint that the metadata names is there, and each grant type", async () => {
  const { body } = await t.send(METADATA);
  for (const [name, value] of Object.entries(body)) {
    if (!name.endsWith("_endpoint")) continue;
    const { status } = await t.send(new URL(String(value)).pathname, { method: "POST" });
    assert.equal(status, 415, name);
  }
  for (const grantType of body["grant_types_supported"] as string[]) {
    const { body: refused } = await t.token({ grant_type: grantType });
    assert.equal(refused["error"], "invalid_client", grantType);
  }
});

test("the JWKS holds public keys alone, each named by its thumbprint", async () => {
  const { body } = await t.send("/.well-known/jwks.json");
  const keys = body["keys"] as Record<string, string>[];
  assert.equal(keys.length, 1);
  for (const { kid, alg, use, ...jwk } of keys) {
    assert.deepEqual([alg, use], ["EdDSA", "sig"]);
    assert.deepEqual(Object.keys(jwk).toSorted(), ["crv", "kty", "x"]);
    assert.equal(await calculateJwkThumbprint(jwk), kid);
  }
});

test("the metadata names every algorithm whose tokens may still be valid", async () => {
  const changing = await startService();
  const options = { jwksMaxAge: 300, signingKeyMaxAge: 7_776_000, macKeyMaxAge: 31_536_000 };
  await rotateSigningKey(changing.deps, { ...options, algorithm: "ES256" }, "test");
  const { body } = await changing.send(METADATA);
  assert.deepEqual(body["access_token_signing_alg_values_supported"], ["EdDSA", "ES256"]);
  changing.clock.at += 400_000;
  await maintainKeys(changing.deps, { ...options, algorithm: "ES256" });
  const later = await changing.send(METADATA);
  assert.deepEqual(later.body["access_token_signing_alg_values_supported"], ["ES256"]);
  await changing.close();
});

test("under a path, the service answers whether or not its host strips the path", async () => {
  const client = await mounted.client();
  const { refreshToken } = await mounted.grant(client);
  const parameters = { grant_type: "refresh_token", ...client.credentials, refresh_token: refreshToken };
  const stripped = await mounted.post("/oauth/token", parameters);
  const whole = await mounted.post("/auth/v1/oauth/token", parameters);
  assert.equal(tokensOf(stripped).refreshToken, tokensOf(whole).refreshToken);
  for (const path of ["/healthz", "/auth/v1/healthz", "/auth/v1/.well-known/jwks.json"]) {
    assert.equal((await mounted.send(path)).status, 200, path);
  }
  for (const path of ["/auth/v1/auth/v1/healthz", "/auth/v1healthz", "/auth/healthz", "/v1/healthz"]) {
    assert.equal((await mounted.send(path)).status, 404, path);
  }
});

test("under a path, the metadata is where RFC 8414 §3.1 puts it, and its addresses have the path", async () => {
  const issuer = "https://api.example/auth/v1";
  assert.equal(await issuerAt(mounted, `${METADATA}/auth/v1`), issuer);
  assert.equal(await issuerAt(mounted, `/auth/v1${METADATA}`), issuer);
  assert.equal(await issuerAt(mounted, METADATA), issuer);
  const { body } = await mounted.send(`${METADATA}/auth/v1`);
  assert.equal(body["token_endpoint"], "https://api.example/auth/v1/oauth/token");
  assert.equal(body["jwks_uri"], "https://api.example/auth/v1/.well-known/jwks.json");
  assert.equal(body["refresh_token_retry_window"], 20);
  assert.equal((await mounted.send(`${METADATA}/other`)).status, 404);
});

test("a path that a router would take for a pattern is taken as it is", async () => {
  const odd = await startService({ issuer: "https://api.example/:tenant/a*" });
  assert.equal((await odd.send(`${METADATA}/:tenant/a*`)).status, 200);
  assert.equal((await odd.send(`${METADATA}/other/abc`)).status, 404);
  assert.equal((await odd.send("/:tenant/a*/healthz")).status, 200);
  await odd.close();
});

test("healthy is a process that answers; ready, one whose store can be written to", async (context) => {
  assert.deepEqual((await t.send("/healthz")).body, { status: "ok" });
  const broken = await startService();
  // A stranger may ask often: the store is asked once a second.
  let at = 1_000_000;
  context.mock.method(performance, "now", () => at);
  const ready = await broken.send("/readyz");
  assert.deepEqual([ready.status, ready.body], [200, { status: "ready" }]);
  assert.equal(ready.headers.get("cache-control"), "no-store");

  const ping = context.mock.method(broken.deps.store, "ping", async () => {
    throw new Error("the disk is full");
  });
  at += 999;
  assert.equal((await broken.send("/readyz")).status, 200);
  assert.equal(ping.mock.callCount(), 0);
  at += 1;
  const unready = await broken.send("/readyz");
  assert.deepEqual([unready.status, unready.body], [503, { status: "not ready" }]);
  assert.equal(broken.log.at(-1)?.["msg"], "not ready: the store cannot be written to");
  assert.equal((await broken.send("/healthz")).status, 200);
  await broken.close();
});

test("a failing store is a 500 with a fixed text, and the log has the reason", async (context) => {
  const client = await t.client();
  const { refreshToken } = await t.grant(client);
  context.mock.method(t.deps.store.grants, "rotate", async () => {
    throw new TypeError("the disk is on fire");
  });
  const { status, text, headers } = await t.refresh(client, refreshToken);
  assert.equal(status, 500);
  assert.equal(
    text,
    '{"error":"server_error","error_description":"The server met an unexpected condition. Try again later."}',
  );
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("access-control-allow-origin"), "*");
  const line = t.log.at(-1);
  assert.deepEqual([line?.["msg"], line?.["cause"]], ["failed", "unexpected"]);
  assert.match(JSON.stringify(line?.["err"]), /the disk is on fire/);
  assert.equal(await t.counted("token", "unexpected"), 1);
});

test("a busy store is a 503 that says when to come back", async (context) => {
  const client = await t.client();
  const { refreshToken } = await t.grant(client);
  context.mock.method(t.deps.store.grants, "rotate", async () => {
    throw new StoreBusyError("database is locked");
  });
  const { status, body, headers } = await t.refresh(client, refreshToken);
  assert.equal(status, 503);
  assert.equal(body["error"], "temporarily_unavailable");
  assert.equal(headers.get("retry-after"), "1");
  assert.equal(t.log.at(-1)?.["cause"], "store_busy");
});
