import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { CALLBACK, TestBrowser, TestRequest } from "../../packages/server/src/testing-browser.ts";
import { jsonLines } from "../service.ts";
import type { NewClient, Service } from "../service.ts";
import { post, readRefreshToken, refresh, successorIn } from "../token-request.ts";
import type { Answer } from "../token-request.ts";

export const ISSUER = "http://127.0.0.1:8787";
const ACCOUNT = { username: "ada", password: "correct horse battery staple" };
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** How long a change of clients or keys may take to reach another node, ms: a second, on a quiet machine. */
const PATIENCE = 20_000;

/** A node, and the commands of its version. */
export interface Side {
  readonly url: string;
  readonly service: Service;
}

/** What the nodes serve: made by the commands of one version. */
export interface Registered {
  /** May use every grant type. */
  readonly app: NewClient;
  /** A resource server. */
  readonly api: NewClient;
}

export async function register(service: Service): Promise<Registered> {
  const types = ["authorization_code", "refresh_token", "password", "device_code"];
  const flags = types.flatMap((type) => ["--grant-type", type]);
  await service.createAccount(ACCOUNT.username, ACCOUNT.password);
  return {
    app: await service.createClient(...flags, "--scope", "read", "--redirect-uri", CALLBACK),
    api: await service.createClient("--resource-server"),
  };
}

/** What one node began the other one finishes, in both directions. */
export async function assertTogether(one: Side, other: Side, registered: Registered): Promise<void> {
  await Promise.all([assertFinished(one, other, registered), assertFinished(other, one, registered)]);
}

async function assertFinished(one: Side, other: Side, registered: Registered): Promise<void> {
  await retriesAreAnswered(one, other, registered);
  await codesAreRedeemed(one, other, registered);
  await devicesAreConnected(one, other, registered);
  await revocationsHold(one, other, registered);
  await registrationsAreKnown(one, other);
}

async function retriesAreAnswered(one: Side, other: Side, { app }: Registered): Promise<void> {
  const first = successorIn(await logIn(one, app));
  const rotated = await refresh(one.url, app, first);
  const retried = await refresh(other.url, app, first);
  assert.equal(successorIn(retried), successorIn(rotated));
  for (const { body } of [rotated, retried]) await assertVerified(body.access_token, one, other);
  const second = successorIn(rotated);
  const third = successorIn(await refresh(other.url, app, second));
  assert.equal(successorIn(await refresh(one.url, app, second)), third);
  successorIn(await refresh(one.url, app, third));
}

export function logIn({ url }: Side, { client_id, client_secret }: NewClient): Promise<Answer> {
  return post(`${url}/oauth/token`, { grant_type: "password", ...ACCOUNT, client_id, client_secret });
}

async function codesAreRedeemed(one: Side, other: Side, { app }: Registered): Promise<void> {
  const { client_id, client_secret } = app;
  const request = new TestRequest({ id: client_id, credentials: { client_id, client_secret } });
  const { client_id: id, ...parameters } = request.parameters();
  const pushed = await post(`${one.url}/oauth/par`, { ...parameters, client_id, client_secret });
  const { request_uri } = pushed.body as Record<string, string>;
  const { browser, goTo } = browserOf(one);
  const query = new URLSearchParams({ client_id: String(id), request_uri: String(request_uri) });
  goTo(other);
  const signIn = await browser.open(`/oauth/authorize?${query.toString()}`);
  goTo(one);
  let page = await browser.submit(signIn, ACCOUNT);
  goTo(other);
  // A page of the one may ask less than the other has to know: then the other asks again.
  for (
    let asked = 0;
    page.leadsTo === undefined && page.html.includes('value="allow"') && asked < 2;
    asked += 1
  ) {
    page = await browser.submit(page, { answer: "allow" });
  }
  const code = request.codeOf(page, CALLBACK, ISSUER);
  const redeem = () => post(`${one.url}/oauth/token`, request.redeem(code) as Record<string, string>);
  const tokens = await redeem();
  successorIn(await refresh(other.url, app, successorIn(tokens)));
  assert.equal((await redeem()).body.error, "invalid_grant");
}

async function devicesAreConnected(one: Side, other: Side, { app }: Registered): Promise<void> {
  const { client_id, client_secret } = app;
  const asked = await post(`${one.url}/oauth/device_authorization`, { client_id, client_secret });
  const { device_code = "", verification_uri_complete = "" } = asked.body as Record<string, string>;
  const { pathname, search } = new URL(verification_uri_complete);
  const { browser, goTo } = browserOf(one);
  let page = await browser.open(pathname + search);
  goTo(other);
  page = await browser.submit(page, ACCOUNT);
  goTo(one);
  for (let shown = 0; page.html.includes('value="allow"') && shown < 2; shown += 1) {
    page = await browser.submit(page, { answer: "allow" });
  }
  const poll = { grant_type: DEVICE_CODE, device_code, client_id, client_secret };
  const tokens = successorIn(await post(`${other.url}/oauth/token`, poll));
  assert.equal(successorIn(await post(`${one.url}/oauth/token`, poll)), tokens);
}

async function revocationsHold(one: Side, other: Side, { app, api }: Registered): Promise<void> {
  const { client_id, client_secret } = app;
  const feed = async (url: string, more: Record<string, string>) =>
    (await post(`${url}/oauth/revocations`, { ...api, ...more })).body as {
      cursor?: string;
      revoked?: { gid?: string }[];
    };
  const { cursor = "" } = await feed(other.url, {});
  const { body } = await logIn(one, app);
  const { access_token = "", refresh_token = "" } = body;
  const introspect = async () =>
    (await post(`${other.url}/oauth/introspect`, { ...api, token: access_token })).body as {
      active?: boolean;
    };
  assert.equal((await introspect()).active, true, JSON.stringify(body));
  await fetch(`${one.url}/oauth/revoke`, {
    method: "POST",
    body: new URLSearchParams({ client_id, client_secret, token: refresh_token }),
  });
  assert.equal((await introspect()).active, false);
  assert.equal((await refresh(other.url, app, refresh_token)).body.error_reason, "revoked");
  const { revoked = [] } = await feed(other.url, { cursor });
  assert.ok(revoked.some(({ gid }) => gid === readRefreshToken(refresh_token).grantId));
}

/** What the commands of either version change reaches the nodes of both. */
export async function assertCommandsHeard(one: Side, other: Side, { app }: Registered): Promise<void> {
  const flags = ["--grant-type", "password", "--grant-type", "refresh_token", "--access-ttl", "777"];
  const client = await one.service.createClient(...flags);
  const { client_id } = client;
  const answer = await logIn(other, client);
  assert.equal(answer.body.expires_in, 777, JSON.stringify(answer));
  const rotate = ["client", "rotate-secret", client_id, "--overlap", "0", "--json"];
  const [current] = jsonLines<NewClient>(await other.service.run(rotate));
  assert.ok(current);
  const held = successorIn(answer);
  await until(async () => (await refresh(one.url, current, held)).status === 200);
  await one.service.run(["client", "disable", client_id]);
  await until(async () => (await refresh(other.url, current, held)).status === 401);
  await other.service.run(["keys", "rotate"]);
  await until(async () => (await jwksOf(one)).keys.length === (await jwksOf(other)).keys.length);
  for (const side of [one, other])
    await assertVerified((await logIn(side, app)).body.access_token, one, other);
  assert.ok(jsonLines(await one.service.run(["events", "--json"])).length > 20);
}

async function registrationsAreKnown(one: Side, other: Side): Promise<void> {
  const registered = await fetch(`${one.url}/oauth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" }),
  });
  const metadata = (await registered.json()) as Record<string, string>;
  assert.equal(registered.status, 201, JSON.stringify(metadata));
  const { client_id = "", registration_access_token = "" } = metadata;
  const managed = await fetch(`${other.url}/oauth/register/${client_id}`, {
    headers: { authorization: `Bearer ${registration_access_token}` },
  });
  assert.equal(managed.status, 200);
}

/** By the JWKS of both. */
export async function assertVerified(
  accessToken: string | undefined,
  ...sides: readonly Side[]
): Promise<void> {
  for (const side of sides) {
    await jwtVerify(accessToken ?? "", createLocalJWKSet(await jwksOf(side)), { issuer: ISSUER });
  }
}

async function jwksOf({ url }: Side): Promise<JSONWebKeySet> {
  return (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
}

/** A browser whose requests go to one node, or to the other one from `goTo` on. */
function browserOf(first: Side) {
  let { url } = first;
  const browser = new TestBrowser({
    origin: ISSUER,
    fetch: (sent) => fetch(new Request(sent.url.replace(ISSUER, url), sent)),
  });
  return { browser, goTo: (side: Side) => void (url = side.url) };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `not within ${PATIENCE} ms: ${String(holds)}`);
    await pause(50);
  }
}
