import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { SECOND } from "../store/contract/fixtures.ts";
import { openSqliteStore } from "../store/sqlite/engine.ts";
import { databasePath, startService, tokensOf } from "../testing.ts";
import type { TestResponse, TestClient } from "../testing.ts";
import { newClientSecret, secretDigest } from "./authentication/client-secret.ts";

const t = await startService();
/** Another process: the command line. */
const other = await openSqliteStore(databasePath(t.folder), { now: t.clock.now });
after(async () => {
  await other.close();
  await t.close();
});

const FAILED = { status: 401, error: "invalid_client", description: "Client authentication failed." };
const TOO_MANY = { status: 429, error: "invalid_request", cause: "too_many_failures" };

// Failures are counted by address: each test has its own.
let addresses = 0;
beforeEach(() => {
  addresses += 1;
  t.caller.address = `198.51.100.${addresses}`;
});

function own({ id, secret }: TestClient): Promise<TestResponse> {
  return t.token({ grant_type: "client_credentials", client_id: id, client_secret: secret });
}

function newClient(): Promise<TestClient> {
  return t.client({ grantTypes: ["client_credentials", "refresh_token"] });
}

/** The service has noticed a change; rejects after a second, in which it must. */
function noticed(): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("not noticed within a second")), 1000);
    const stop = t.deps.store.watch(() => {
      clearTimeout(late);
      stop();
      resolve();
    });
  });
}

test("each reason has its cause in the log, and the wire does not tell them apart", async () => {
  const client = await newClient();
  const disabled = await newClient();
  await t.deps.store.clients.disable(disabled.id, "test");
  const page = await t.client({}, { isPublic: true });
  const refused: [client: TestClient, cause: string][] = [
    [{ ...client, id: randomUUID() }, "unknown_client"],
    [{ ...client, secret: newClientSecret() }, "wrong_secret"],
    [{ ...client, secret: "" }, "secret_missing"],
    [disabled, "client_disabled"],
    [page, "public_client_secret"],
    [{ ...client, id: "" }, "client_id_missing"],
    [{ ...client, id: "x".repeat(1025) }, "client_id_missing"],
  ];
  const seen = new Set<string>();
  for (const [presented, cause] of refused) {
    const { status, headers, text } = await t.refused(() => own(presented), { ...FAILED, cause });
    headers.delete("x-request-id");
    seen.add(JSON.stringify([status, [...headers], text]));
  }
  assert.equal(seen.size, 1);
});

test("a refused client leaves one event a minute, with the cause and the address", async () => {
  const client = await newClient();
  const fail = async () => {
    await own({ ...client, secret: "wrong" });
    // The answer does not wait for the event; what is written after it does.
    await t.deps.store.ping();
  };
  for (let i = 0; i < 3; i++) await fail();
  t.clock.at += 61 * SECOND;
  await fail();
  const events = await t.deps.store.events.list({ clientId: client.id, type: "client.refused" }, 10);
  const expected = [{ cause: "wrong_secret" }, t.caller.address];
  assert.deepEqual(
    events.map(({ data, address }) => [data, address]),
    [expected, expected],
  );
});

test("a client made by another process works at once", async () => {
  const made = await newClient();
  const client = await t.deps.clients.read(made.id);
  assert.ok(client);
  const [id, secret] = [randomUUID(), newClientSecret()];
  const secrets = [{ digest: secretDigest(secret), expiresAt: null }];
  assert.equal(await other.clients.create({ ...client, id, secrets }, "test"), true);
  assert.equal((await own({ ...made, id, secret })).status, 200);
});

test("a secret rotated by another process works at once, the old one until the overlap is over", async () => {
  const client = await newClient();
  assert.equal((await own(client)).status, 200);
  const secret = newClientSecret();
  const change = noticed();
  await other.clients.rotateSecret(client.id, secretDigest(secret), 60, "test");
  assert.equal((await own({ ...client, secret })).status, 200);
  await change;
  t.clock.at += 60 * SECOND - 1;
  assert.equal((await own(client)).status, 200);
  t.clock.at += 1;
  await t.refused(() => own(client), { ...FAILED, cause: "wrong_secret" });
  assert.equal((await own({ ...client, secret })).status, 200);
});

test("a secret rotated without overlap ends the old one as soon as it is noticed", async () => {
  const client = await newClient();
  assert.equal((await own(client)).status, 200);
  const change = noticed();
  await other.clients.rotateSecret(client.id, secretDigest(newClientSecret()), 0, "test");
  await change;
  await t.refused(() => own(client), { ...FAILED, cause: "wrong_secret" });
});

test("a client disabled by another process is refused within a second, and its grants with it", async () => {
  const client = await newClient();
  const { refreshToken } = await t.grant(client);
  assert.equal((await own(client)).status, 200);
  const disabled = noticed();
  t.clock.at += 1;
  await other.clients.disable(client.id, "test");
  await disabled;
  await t.refused(() => own(client), { ...FAILED, cause: "client_disabled" });

  const enabled = noticed();
  await other.clients.enable(client.id, "test");
  await enabled;
  assert.equal((await own(client)).status, 200);
  const revoked = { status: 400, error: "invalid_grant", reason: "revoked", cause: "revoked" };
  await t.refused(() => t.refresh(client, refreshToken), revoked);
  t.clock.at += 1;
  tokensOf(await t.refresh(client, (await t.grant(client)).refreshToken));
});

test("the 31st failure in a minute is 429, and a right secret is never refused, there or elsewhere", async () => {
  const client = await newClient();
  const wrong = { ...client, secret: "wrong" };
  for (let i = 0; i < 30; i++) {
    await t.refused(() => own(wrong), { ...FAILED, cause: "wrong_secret" });
  }
  const answer = await t.refused(() => own(wrong), TOO_MANY);
  const wait = Number(answer.headers.get("retry-after"));
  assert.ok(wait >= 55 && wait <= 60, `${wait} s`);
  assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  assert.equal((await own(client)).status, 200, "the right secret there");
  // Not even one that this process has not seen yet.
  t.deps.clients.clear();
  assert.equal((await own(client)).status, 200);
  const secret = newClientSecret();
  await other.clients.rotateSecret(client.id, secretDigest(secret), 60, "test");
  assert.equal((await own({ ...client, secret })).status, 200, "a secret that was just made");
  assert.equal((await own(await newClient())).status, 200, "another client there");
  t.caller.address = "203.0.113.9";
  assert.equal((await own(client)).status, 200, "the client elsewhere");
});

test("unknown clients are limited by address, and a known one does not stand out there", async () => {
  const client = await newClient();
  const unknown = () => own({ ...client, id: randomUUID() });
  for (let i = 0; i < 30; i++) await unknown();
  await t.refused(unknown, TOO_MANY);
  await t.refused(() => own({ ...client, secret: "wrong" }), TOO_MANY);
  assert.equal((await own(client)).status, 200);
});

test("nothing is counted for a public client: it has no secret that others could guess", async () => {
  const page = await t.client({}, { isPublic: true });
  const { refreshToken } = await t.grant(page);
  const wrong = { ...page, secret: "x" };
  for (let i = 0; i < 40; i++)
    await t.refused(() => own(wrong), { ...FAILED, cause: "public_client_secret" });
  tokensOf(await t.refresh(page, refreshToken));
  const client = await newClient();
  await t.refused(() => own({ ...client, secret: "wrong" }), { ...FAILED, cause: "wrong_secret" });
});

test("an unknown client and a known one are limited alike, whatever failed there before", async (c) => {
  c.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  t.caller.address = "203.0.113.77";
  const known = await newClient();
  const unknown = { ...known, id: randomUUID() };
  const answers: unknown[] = [];
  for (const wrong of [{ ...known, secret: "wrong" }, unknown]) {
    t.caller.address += "7";
    await own({ ...known, id: randomUUID() });
    c.mock.timers.tick(30_000);
    for (let i = 0; i < 30; i++) await own(wrong);
    c.mock.timers.tick(31_000);
    await own(wrong);
    const { status, text, headers } = await own(wrong);
    answers.push([status, text, headers.get("retry-after")]);
  }
  assert.deepEqual(answers[0], answers[1]);
  assert.deepEqual((answers[0] as unknown[])[0], 429);
});
