import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse } from "../testing.ts";

const t = await startService();
after(() => t.close());
const client = await t.client({ resourceServer: true, grantTypes: ["refresh_token", "client_credentials"] });

const TOKEN = "/oauth/token";
const REVOKE = "/oauth/revoke";
const INTROSPECT = "/oauth/introspect";
const METADATA = "/.well-known/oauth-authorization-server";
const JWKS = "/.well-known/jwks.json";
const ORIGIN = { origin: "https://page.example" };

/** Any origin may read it, and what else a page wants to know of it; never with cookies. */
function assertReadable({ headers }: TestResponse): void {
  assert.equal(headers.get("access-control-allow-origin"), "*");
  const exposed = "Date, DPoP-Nonce, Retry-After, WWW-Authenticate, X-Request-Id";
  assert.equal(headers.get("access-control-expose-headers"), exposed);
  assert.equal(headers.get("access-control-allow-credentials"), null);
}

function assertNotReadable({ headers }: TestResponse): void {
  const names = [...headers.keys()].filter((name) => name.startsWith("access-control-"));
  assert.deepEqual(names, []);
}

function assertNotStored({ headers }: TestResponse): void {
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("pragma"), "no-cache");
  assert.equal(headers.get("content-type"), "application/json; charset=UTF-8");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
}

test("a page of any origin may read token answers and their errors", async () => {
  const { refreshToken } = await t.grant(client);
  const refreshed = await t.refresh(client, refreshToken);
  tokensOf(refreshed);
  for (const answer of [
    refreshed,
    await t.refresh(client, "rgr_garbage"),
    await t.refresh({ credentials: { client_id: client.id } }, refreshToken),
    await t.token({ grant_type: "x" }, ORIGIN),
    await t.send(TOKEN, { method: "POST", headers: { "content-type": "text/plain" }, body: "x" }),
    await t.send(`${TOKEN}?password=x`, { method: "POST" }),
    await t.revoke(client, "garbage"),
    await t.post(REVOKE, client.credentials),
  ]) {
    assertReadable(answer);
    assertNotStored(answer);
  }
});

test("introspection is for servers: no page may read it", async () => {
  const { accessToken } = await t.grant(client);
  for (const answer of [
    await t.introspect(client, accessToken),
    await t.introspect(client, "garbage"),
    await t.post(INTROSPECT, {}, ORIGIN),
    await t.send(INTROSPECT),
    await t.send(INTROSPECT, { method: "OPTIONS", headers: ORIGIN }),
  ]) {
    assertNotReadable(answer);
    assertNotStored(answer);
  }
});

test("metadata and JWKS may be read from any origin and cached as long as configured", async () => {
  for (const path of [METADATA, JWKS]) {
    const answer = await t.send(path, { headers: ORIGIN });
    assert.equal(answer.status, 200);
    assertReadable(answer);
    assert.equal(answer.headers.get("cache-control"), "public, max-age=300");
    assert.equal(answer.headers.get("content-type"), "application/json; charset=UTF-8");
  }
});

test("a preflight is answered with the headers that it asks for", async () => {
  for (const path of [TOKEN, REVOKE, METADATA, JWKS]) {
    const method = path.startsWith("/oauth") ? "POST" : "GET";
    const asked = {
      "access-control-request-method": method,
      "access-control-request-headers": "authorization,cache-control,x-requested-with",
    };
    const answer = await t.send(path, { method: "OPTIONS", headers: { ...ORIGIN, ...asked } });
    assert.equal(answer.status, 204);
    assert.equal(answer.text, "");
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    assert.equal(answer.headers.get("access-control-allow-methods"), method);
    assert.equal(
      answer.headers.get("access-control-allow-headers"),
      "authorization,cache-control,x-requested-with",
    );
    assert.equal(answer.headers.get("access-control-max-age"), "7200");
    assert.equal(answer.headers.get("vary"), "Access-Control-Request-Headers");
    assert.equal(answer.headers.get("access-control-allow-credentials"), null);
  }
});

test("a preflight that asks for nothing, or for what is no header, is answered without it", async () => {
  for (const asked of [undefined, "x<script>", 'a"b', "x".repeat(1001)]) {
    const headers = {
      ...ORIGIN,
      ...(asked === undefined ? {} : { "access-control-request-headers": asked }),
    };
    const answer = await t.send(TOKEN, { method: "OPTIONS", headers });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get("access-control-allow-headers"), null);
  }
});

test("another method is 405 with Allow, readable where the endpoint is", async () => {
  const methods: [path: string, allow: string, wrong: string[]][] = [
    [TOKEN, "POST", ["GET", "HEAD", "PUT", "DELETE", "PATCH"]],
    [REVOKE, "POST", ["GET", "PUT"]],
    [INTROSPECT, "POST", ["GET", "OPTIONS"]],
    [METADATA, "GET, HEAD", ["POST", "PUT"]],
    [JWKS, "GET, HEAD", ["POST", "DELETE"]],
    ["/healthz", "GET, HEAD", ["POST"]],
    ["/readyz", "GET, HEAD", ["POST"]],
  ];
  for (const [path, allow, wrong] of methods) {
    for (const method of wrong) {
      const answer = await t.send(path, { method });
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.equal(answer.headers.get("allow"), allow);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      if (method !== "HEAD") assert.equal(answer.body["error"], "invalid_request");
      if (path === TOKEN) assertReadable(answer);
    }
  }
});

test("HEAD is answered like GET, without the body", async () => {
  for (const path of [METADATA, JWKS, "/healthz", "/readyz"]) {
    const answer = await t.send(path, { method: "HEAD" });
    assert.equal(answer.status, 200);
    assert.equal(answer.text, "");
  }
});

test("what is nowhere is 404, and not cached", async () => {
  for (const path of [
    "/nowhere",
    "/oauth/tokens",
    "/oauth/token/",
    "//oauth/token",
    "/OAUTH/TOKEN",
    "/metrics",
  ]) {
    const answer = await t.send(path, { method: "POST" });
    assert.equal(answer.status, 404, path);
    assert.deepEqual(answer.body, { error: "not_found" });
    assertNotStored(answer);
    assertReadable(answer);
  }
});

test("a page that looks for metadata where none is sees a 404, after a preflight too", async () => {
  for (const path of [
    `${METADATA}/x`,
    "/.well-known/openid-configuration",
    "/oauth/userinfo",
    "/oauth/register",
  ]) {
    const asked = {
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    };
    const preflight = await t.send(path, { method: "OPTIONS", headers: { ...ORIGIN, ...asked } });
    assert.equal(preflight.status, 204, path);
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
    assert.equal(preflight.headers.get("access-control-allow-methods"), "POST");
    assert.equal(preflight.headers.get("access-control-allow-headers"), "authorization");
    const answer = await t.send(path, { headers: { ...ORIGIN, authorization: "Bearer x" } });
    assert.equal(answer.status, 404);
    assertReadable(answer);
  }
  for (const asked of [undefined, "x<script>", "POST, GET"]) {
    const headers = asked === undefined ? ORIGIN : { ...ORIGIN, "access-control-request-method": asked };
    const answer = await t.send("/oauth/userinfo", { method: "OPTIONS", headers });
    assert.deepEqual([answer.status, answer.headers.get("access-control-allow-methods")], [404, null]);
  }
});

test("the members of a response keep their order, byte for byte", async () => {
  const { refreshToken } = await t.grant(client);
  const { text, body } = await t.refresh(client, refreshToken);
  assert.equal(
    text,
    `{"token_type":"Bearer","expires_in":3600,"access_token":${JSON.stringify(body["access_token"])},` +
      `"refresh_token":${JSON.stringify(body["refresh_token"])},"refresh_token_expires_in":864000,` +
      `"refresh_token_timeout":864000,"authorization_expires_in":31536000,"refresh_token_retry_window":120}`,
  );
});

test("where the scope differs from the requested one, it stands before the refresh token's lifetime", async () => {
  const passwords = await t.client({ grantTypes: ["password", "refresh_token"] });
  await t.account("ada", "correct horse");
  const login = {
    ...passwords.credentials,
    grant_type: "password",
    username: "ada",
    password: "correct horse",
  };
  const all = ["token_type", "expires_in", "access_token", "refresh_token"];
  const lifetimes = [
    "refresh_token_expires_in",
    "refresh_token_timeout",
    "authorization_expires_in",
    "refresh_token_retry_window",
  ];
  assert.deepEqual(Object.keys((await t.token(login)).body), [...all, "scope", ...lifetimes]);
  assert.deepEqual(Object.keys((await t.token({ ...login, scope: "read" })).body), [...all, ...lifetimes]);
  const own = await t.token({ ...client.credentials, grant_type: "client_credentials" });
  assert.deepEqual(Object.keys(own.body), ["token_type", "expires_in", "access_token", "scope"]);
});

test("an error has its code, its text and, for refresh tokens, its reason; nothing else", async () => {
  assert.equal(
    (await t.refresh(client, "rgr_garbage")).text,
    '{"error":"invalid_grant","error_description":"The refresh token is invalid.","error_reason":"invalid"}',
  );
  assert.equal(
    (await t.token({})).text,
    '{"error":"invalid_request","error_description":"The grant_type parameter is missing."}',
  );
});
