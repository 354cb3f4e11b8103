import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeJwt } from "jose";
import { distrustSigningKey } from "../keys/rotation.ts";
import { bareEvent, DAY, SECOND } from "../store/contract/fixtures.ts";
import { StoreBusyError } from "../store/store.ts";
import { startService } from "../testing.ts";
import type { TestResponse, TestService } from "../testing.ts";
import type { RevocationsResponse } from "./revocations.ts";

const t = await startService();
after(() => t.close());
const client = await t.client();
const server = await t.client({ grantTypes: [], resourceServer: true });

async function ask(cursor?: string, { wait = "0", of = t, by = server } = {}): Promise<RevocationsResponse> {
  const answer = await request(cursor, { wait, of, by });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("access-control-allow-origin"), null);
  return answer.body as unknown as RevocationsResponse;
}

function request(cursor: string | undefined, { wait = "0", of = t, by = server }): Promise<TestResponse> {
  return of.post("/oauth/revocations", { ...by.credentials, cursor, wait });
}

async function revokedGrant(of: TestService = t): Promise<string> {
  const { refreshToken, accessToken } = await of.grant(client);
  await of.revoke(client, refreshToken);
  return decodeJwt(accessToken)["gid"] as string;
}

function at(): number {
  return t.clock.at / SECOND;
}

test("all that ends access tokens is told in order, by what it ended", async () => {
  const { cursor } = await ask();
  const gid = await revokedGrant();
  const { accessToken } = await t.grant(client);
  await t.revoke(client, accessToken);
  t.clock.at += 250;
  const subject = await t.account("ada", "correct horse battery staple");
  await t.deps.store.accounts.disable(subject, "test");
  const other = await t.client();
  await t.deps.store.clients.disable(other.id, "test");
  const told = await ask(cursor);
  assert.deepEqual(told, {
    cursor: told.cursor,
    more: false,
    access_ttl: 3600,
    revoked: [
      { at: at() - 0.25, gid },
      { at: at() - 0.25, jti: decodeJwt(accessToken).jti },
      { at: at(), sub: subject },
      { at: at(), client_id: other.id },
    ],
  });
  assert.deepEqual((await ask(told.cursor)).revoked, []);
});

test("reuse is told where it revoked, and not where it was only detected", async () => {
  const lenient = await t.client({ reuse: "detect" });
  const { cursor } = await ask();
  const ended: unknown[] = [];
  for (const holder of [client, lenient]) {
    const { accessToken, refreshToken } = await t.grant(holder);
    await t.refresh(holder, refreshToken);
    t.clock.at += 120 * SECOND;
    await t.refresh(holder, String((await t.refresh(holder, refreshToken)).body["refresh_token"]));
    t.clock.at += 120 * SECOND;
    await t.refresh(holder, refreshToken);
    if (holder === client) ended.push({ at: at(), gid: decodeJwt(accessToken)["gid"] });
  }
  assert.deepEqual((await ask(cursor)).revoked, ended);
});

test("a distrusted signing key is told, a retired one and a MAC key are not", async () => {
  const own = await startService();
  const reader = await own.client({ resourceServer: true });
  const options = { algorithm: "EdDSA", jwksMaxAge: 300, signingKeyMaxAge: 1, macKeyMaxAge: 1 } as const;
  const { cursor } = await ask(undefined, { of: own, by: reader });
  const kid = own.deps.keys.published[0]?.kid ?? "";
  await own.deps.store.keys.distrustMacKey(1, own.deps.keys.masterKeys[0].id, "test");
  await distrustSigningKey(own.deps, options, kid, "test");
  const { revoked } = await ask(cursor, { of: own, by: reader });
  assert.deepEqual(revoked, [{ at: own.clock.at / SECOND, kid }]);
  await own.close();
});

test("who begins is told what may still matter, in parts; who comes with a foreign cursor begins", async () => {
  const own = await startService();
  const reader = await own.client({ resourceServer: true, accessTtl: 7200 });
  await own.deps.keys.load();
  const record = (grantId: string) => own.deps.store.events.record(bareEvent("grant.revoked", { grantId }));
  await record("of yesterday");
  own.clock.at += DAY;
  await Promise.all(Array.from({ length: 1200 }, (_, i) => record(String(i))));
  for (const cursor of [undefined, "999999.1700000000000", "1.5"]) {
    const first = await ask(cursor, { of: own, by: reader });
    assert.deepEqual([first.more, first.revoked.length, first.access_ttl], [true, 1000, 7200]);
    const second = await ask(first.cursor, { of: own, by: reader });
    assert.deepEqual([second.more, second.revoked.length], [false, 200]);
    const ids = [...first.revoked, ...second.revoked].map((one) => "gid" in one && one.gid);
    assert.deepEqual(
      ids,
      Array.from({ length: 1200 }, (_, i) => String(i)),
    );
  }
  await own.close();
});

test("who waits is told as soon as there is news, and all at once", async () => {
  const { cursor } = await ask();
  const waiting = [ask(cursor, { wait: "30" }), ask(cursor, { wait: "30" }), ask(cursor, { wait: "30" })];
  // Other events are no news.
  await t.grant(client);
  const gid = await revokedGrant();
  for (const { revoked } of await Promise.all(waiting)) assert.deepEqual(revoked, [{ at: at(), gid }]);
});

test("readers at different places are each told what they have not seen", async () => {
  const { cursor: early } = await ask();
  await t.grant(client);
  const { cursor: later } = await ask(early);
  assert.notEqual(later, early);
  const waiting = [early, later].map((cursor) => ask(cursor, { wait: "30" }));
  const gid = await revokedGrant();
  for (const { revoked } of await Promise.all(waiting)) assert.deepEqual(revoked, [{ at: at(), gid }]);
  assert.equal((await ask(early)).revoked.length, 1);
});

test("what another process wrote is found within a second", async () => {
  const another = await startService({}, { folder: t.folder, clock: t.clock });
  const { cursor } = await ask();
  const waiting = ask(cursor, { wait: "30" });
  const gid = await revokedGrant(another);
  assert.deepEqual((await waiting).revoked, [{ at: at(), gid }]);
  await another.close();
});

test("without news the wait ends with the same cursor or a later one", async () => {
  const { cursor } = await ask();
  const answer = await ask(cursor, { wait: "1" });
  assert.deepEqual([answer.revoked, answer.more, answer.cursor], [[], false, cursor]);
});

test("a store that cannot be asked is a 503 to who waits: silence must not pass for no news", async (context) => {
  const { cursor } = await ask();
  const waiting = request(cursor, { wait: "30" });
  await new Promise((resolve) => setImmediate(resolve));
  context.mock.method(t.deps.store.events, "revocations", async () => {
    throw new StoreBusyError("database is locked");
  });
  const { status, body } = await waiting;
  assert.deepEqual([status, body["error"]], [503, "temporarily_unavailable"]);
});

test("the end of the service ends the wait", async () => {
  const own = await startService();
  const reader = await own.client({ resourceServer: true });
  const { cursor } = await ask(undefined, { of: own, by: reader });
  const waiting = ask(cursor, { wait: "30", of: own, by: reader });
  await new Promise((resolve) => setImmediate(resolve));
  own.service.drain();
  assert.deepEqual((await waiting).revoked, []);
  assert.deepEqual((await ask(cursor, { wait: "30", of: own, by: reader })).revoked, []);
  await own.close();
});

test("only a resource server may ask, and only in a sensible form", async () => {
  const stranger = { status: 400, error: "unauthorized_client", cause: "not_resource_server" };
  await t.refused(() => request(undefined, { by: client }), stranger, "revocations");
  const page = await t.client({}, { isPublic: true });
  await t.refused(() => request(undefined, { by: page }), stranger, "revocations");
  const nobody = { ...server, credentials: { client_id: server.id, client_secret: "wrong" } };
  const unknown = { status: 401, error: "invalid_client", cause: "wrong_secret" };
  await t.refused(() => request(undefined, { by: nobody }), unknown, "revocations");
  for (const cursor of ["1", "1.2.3", "a.b", "-1.2", "1e3.4", `${"1".repeat(16)}.1`]) {
    const refused = {
      status: 400,
      error: "invalid_request",
      cause: "parameter_malformed",
      parameter: "cursor",
    };
    await t.refused(() => request(cursor, {}), refused, "revocations");
  }
  for (const wait of ["31", "-1", "1.5", "x", "100"]) {
    const refused = {
      status: 400,
      error: "invalid_request",
      cause: "parameter_malformed",
      parameter: "wait",
    };
    await t.refused(() => request(undefined, { wait }), refused, "revocations");
  }
});
