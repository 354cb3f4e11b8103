import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import { after, test } from "node:test";
import { JWT_BEARER, TOKEN_EXCHANGE } from "../client-settings/grant-types.ts";
import { JWT_BEARER as CLIENT_ASSERTION } from "../clients/authentication/client-assertion.ts";
import { newClientSecret } from "../clients/authentication/client-secret.ts";
import { HEALTH_PATHS } from "../endpoints/health-paths.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { ACCESS_TOKEN, JWT, REFRESH_TOKEN } from "../grant-types/exchange/token-types.ts";
import { SECOND } from "../store/contract/fixtures.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse, Parameters } from "../testing.ts";
import { setUpTraces } from "../tracing/testing.ts";

const { tracing, spans } = await setUpTraces();
const t = await startService(
  { registration: "open", assertionIssuers: [{ issuer: "https://idp.example", accepts: ["assertion"] }] },
  { tracing },
);
after(() => t.close());
/** What subscribers of the channels got, as JSON. */
const messages: string[] = [];
const channels = [
  "tracing:regrant:request:start",
  "tracing:regrant:request:asyncEnd",
  "regrant:batch",
  "regrant:event",
];
for (const name of channels) subscribe(name, (message) => void messages.push(JSON.stringify(message)));

const JSON_TYPE = { "content-type": "application/json" };

/** Every kind of secret, right and wrong, that the programs of this test hold. */
interface Secrets {
  clientSecret: string;
  password: string;
  refreshToken: string;
  spentToken: string;
  accessToken: string;
  wrong: { clientSecret: string; hexSecret: string; password: string; refreshToken: string; jwt: string };
}

const passwords = await t.client({ grantTypes: ["password", "refresh_token", "client_credentials"] });
const agent = await t.client({ grantTypes: [TOKEN_EXCHANGE, JWT_BEARER], tokenExchange: "delegation" });
const answers: string[] = [];

async function keep(answer: Promise<TestResponse>): Promise<TestResponse> {
  const { text, headers, status } = await answer;
  // From one address the limits would soon answer everything.
  t.caller.address = `2001:db8:${answers.length.toString(16)}::1`;
  // A 200 of the token endpoint is the one place where tokens belong.
  if (status !== 200) answers.push(text, JSON.stringify([...headers]));
  return answer;
}

function post(
  path: string,
  parameters: Parameters,
  headers: Record<string, string> = {},
): Promise<TestResponse> {
  return keep(t.post(path, parameters, headers));
}

async function makeSecrets(): Promise<Secrets> {
  const password = `pass-${randomBytes(12).toString("hex")}`;
  await t.account("ada", password);
  const login = { ...passwords.credentials, grant_type: "password", username: "ada", password };
  const first = tokensOf(await t.token(login));
  const second = tokensOf(await t.refresh(passwords, first.refreshToken));
  return {
    clientSecret: passwords.secret,
    password,
    refreshToken: second.refreshToken,
    spentToken: first.refreshToken,
    accessToken: second.accessToken,
    wrong: {
      clientSecret: newClientSecret(),
      hexSecret: randomBytes(16).toString("hex"),
      password: `wrong-${randomBytes(12).toString("hex")}`,
      refreshToken: `rgr_${randomBytes(54).toString("base64url")}`,
      jwt: `${second.accessToken.slice(0, -8)}AAAAAAAA`,
    },
  };
}

/** The secret in every place where it belongs, and in every place where a confused program may put it. */
async function putEverywhere(secret: string): Promise<void> {
  const { id, credentials } = passwords;
  const refresh = { grant_type: "refresh_token" };
  const login = { ...credentials, grant_type: "password" };
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` });
  await post("/oauth/token", { ...refresh, client_id: id, client_secret: secret, refresh_token: "x" });
  await post("/oauth/token", { ...refresh, client_id: secret, client_secret: secret, refresh_token: "x" });
  await post("/oauth/token", { ...refresh, client_id: secret, refresh_token: secret });
  await post("/oauth/token", { ...refresh, refresh_token: "x" }, basic(`${id}:${secret}`));
  await post("/oauth/token", { ...refresh, refresh_token: "x" }, basic(`${secret}:${secret}`));
  await post("/oauth/token", { ...refresh, refresh_token: "x" }, basic(secret));
  await post("/oauth/token", { ...refresh, refresh_token: "x" }, { authorization: `Bearer ${secret}` });
  await post("/oauth/token", { ...refresh, ...credentials, refresh_token: secret, scope: secret });
  await post("/oauth/token", { ...refresh, ...credentials, refresh_token: secret, resource: secret });
  await post("/oauth/token", { ...credentials, grant_type: secret });
  await post("/oauth/token", { ...login, username: secret, password: secret });
  await post("/oauth/token", { ...login, username: "ada", password: secret, scope: "admin" });
  await post("/oauth/token", { ...login, username: "ada", password: "x", [secret]: secret });
  await post("/oauth/token", { ...credentials, grant_type: "client_credentials", scope: secret });
  await post(`/oauth/token?refresh_token=${encodeURIComponent(secret)}`, { ...refresh, ...credentials });
  await post(`/oauth/token?x=${encodeURIComponent(secret)}`, { ...refresh, ...credentials });
  await post(`/${encodeURIComponent(secret)}`, {});
  await keep(t.send(`/oauth/token?client_secret=${encodeURIComponent(secret)}`));
  await keep(t.send("/oauth/token", { method: "POST", headers: JSON_TYPE, body: `{"x":"${secret}` }));
  await keep(t.send("/oauth/token", { method: "POST", headers: JSON_TYPE, body: JSON.stringify([secret]) }));
  await keep(t.send("/oauth/token", { method: "POST", headers: { "content-type": secret }, body: secret }));
  await post("/oauth/token", {
    ...refresh,
    client_assertion: secret,
    client_assertion_type: CLIENT_ASSERTION,
  });
  await post("/oauth/token", { ...refresh, client_assertion: secret, client_assertion_type: secret });
  await post("/oauth/token", { ...refresh, ...credentials, refresh_token: "x" }, { dpop: secret });
  await post("/oauth/par", { ...credentials, request: secret });
  await post("/oauth/par", { ...credentials, response_type: "code", authorization_details: secret });
  const exchange = { ...agent.credentials, grant_type: TOKEN_EXCHANGE };
  for (const type of [ACCESS_TOKEN, REFRESH_TOKEN, JWT, secret])
    await post("/oauth/token", { ...exchange, subject_token: secret, subject_token_type: type });
  await post("/oauth/token", { ...agent.credentials, grant_type: JWT_BEARER, assertion: secret });
  await post("/oauth/introspect", { ...credentials, token: secret });
  await post("/oauth/introspect", { client_id: secret, client_secret: secret, token: secret });
  await post("/oauth/revoke", { client_id: secret, token: secret });
}

/** All that is exported of the spans. */
function spansAsText(): string[] {
  return spans
    .take()
    .map(({ name, attributes, events, links, status }) =>
      JSON.stringify([name, attributes, events, links, status]),
    );
}

test("no secret, right or wrong, wherever it was put, is in a log line, an error, a metric or a trace", async () => {
  const { wrong, ...right } = await makeSecrets();
  const secrets = {
    ...right,
    ...Object.fromEntries(Object.entries(wrong).map(([k, v]) => [`wrong ${k}`, v])),
  };
  for (const secret of Object.values(secrets)) await putEverywhere(secret);
  await keep(t.refresh(passwords, right.refreshToken));
  t.clock.at += 121 * SECOND;
  await keep(t.refresh(passwords, right.spentToken));
  await keep(t.revoke(passwords, right.refreshToken));
  await keep(t.refresh(passwords, right.refreshToken));
  await t.deps.store.clients.rotateSecret(passwords.id, Buffer.alloc(32, 7), 0, "test");
  await t.deps.store.ping();

  const metrics = await t.metricsText();
  const places: [place: string, texts: string[]][] = [
    ["a log line", t.lines],
    ["an error", answers],
    ["a metric", [metrics]],
    ["a span", spansAsText()],
    ["a channel", messages],
  ];
  const causes = new Set(t.log.map(({ cause }) => cause));
  for (const cause of [
    "wrong_secret",
    "unknown_client",
    "wrong_password",
    "forged",
    "reused",
    "client_assertion_malformed",
    "dpop_proof_invalid",
    "request_object_refused",
    "subject_token_refused",
    "assertion_refused",
    "secret_in_url",
  ]) {
    assert.ok(causes.has(cause), cause);
  }
  for (const [kind, secret] of Object.entries(secrets)) {
    // A part is a leak too: of a JWT its signature is what is secret.
    const part = secret.slice(-20);
    for (const [place, texts] of places) {
      const found = texts.find((text) => text.includes(secret) || text.includes(part));
      assert.equal(found, undefined, `${kind} in ${place}`);
    }
  }
});

test("the digest of a secret is not in a log line either", async () => {
  const client = await t.client();
  const digest = Buffer.alloc(32, 9);
  await t.deps.store.clients.rotateSecret(client.id, digest, 0, "test");
  const line = t.log.findLast(({ event }) => event === "client.secret_rotated");
  assert.equal(line?.["client_id"], client.id);
  assert.equal(t.lines.join("").includes(digest.toString("hex")), false);
});

test("a client id that is one is in the log, so that a refusal can be explained", async () => {
  await t.token({ grant_type: "refresh_token", client_id: passwords.id, client_secret: "wrong" });
  assert.equal(t.log.findLast(({ msg }) => msg === "refused")?.["client_id"], passwords.id);
});

test("what is sent to any path, in whatever place, is neither in a span nor in a channel", async () => {
  const canary = "canary-c0ffee";
  const paths = [...Object.values({ ...PATHS, ...HEALTH_PATHS }), `${PATHS.register}/${canary}`];
  const names = ["authorization", "cookie", "dpop", "origin", "referer", "user-agent", "x-forwarded-for"];
  const headers = Object.fromEntries(names.map((name) => [name, `${name} ${canary}`]));
  const parameters = ["client_id", "code", "grant_type", "state", "token", "username", "password"];
  const body = new URLSearchParams(parameters.map((name) => [name, canary])).toString();
  const formHeaders = { ...headers, "content-type": "application/x-www-form-urlencoded" };
  spans.take();
  messages.length = 0;
  for (const path of paths) {
    await t.send(`${path}?${body}`, { headers });
    await t.send(path, { method: "POST", headers: formHeaders, body });
    await t.send(path, {
      method: "PUT",
      headers: { ...headers, ...JSON_TYPE },
      body: `{"name":"${canary}"}`,
    });
    await t.send(path, { method: "DELETE", headers });
  }
  const seen = [...spansAsText(), ...messages];
  assert.ok(seen.length > 2 * paths.length, "each path has a route of some method");
  assert.deepEqual(
    seen.filter((text) => text.includes("c0ffee")),
    [],
  );
});
