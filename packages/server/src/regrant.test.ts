import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { AdminError } from "./admin/admin-error.ts";
import { createRegrant } from "./regrant.ts";
import type { Regrant } from "./regrant.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";

async function embedded(t: TestContext): Promise<Regrant> {
  const regrant = await createRegrant({
    issuer: "https://auth.example/auth",
    database: `sqlite:${join(temporaryFolder(), "regrant.db")}`,
    signingAlgorithm: "EdDSA",
    logLevel: "silent",
  });
  t.after(() => regrant.close());
  return regrant;
}

test("a host sees the operations of administration, and no store whose invariants it could break", async (t) => {
  const regrant = await embedded(t);
  assert.deepEqual(Object.keys(regrant).toSorted(), [
    "admin",
    "close",
    "fetch",
    "issue",
    "listener",
    "login",
    "metrics",
    "runFrom",
  ]);
  const groups = [
    "accounts",
    "clients",
    "events",
    "grants",
    "keys",
    "registrationTokens",
    "statistics",
    "streams",
    "webhooks",
  ];
  assert.deepEqual(Object.keys(regrant.admin).toSorted(), groups);
});

test("the actor of an operation is the host, unless the call names one", async (t) => {
  const { admin } = await embedded(t);
  const { client_id: id } = await admin.clients.create({ name: "Shop" });
  await admin.clients.disable(id, { actor: "support:ada" });
  await admin.accounts.create({ username: "ada", password: "a pass phrase" });
  await admin.registrationTokens.create({ name: "Partner", uses: 1, ttl: 60 }, { actor: "support:bea" });
  const { items: events } = await admin.events.list({ order: "oldest" });
  const actors = events
    .filter(({ type }) => !type.startsWith("key."))
    .map(({ type, data }) => [type, data["actor"]]);
  assert.deepEqual(actors, [
    ["client.created", "host"],
    ["client.disabled", "support:ada"],
    ["account.created", "host"],
    ["registration_token.created", "support:bea"],
  ]);
});

test("events name the host's own request on whose behalf an operation ran, by the rules of any request", async (t) => {
  const regrant = await embedded(t);
  const { admin } = regrant;
  const source = { address: "203.0.113.7", userAgent: "Panel/2\u0000", requestId: "panel-42" };
  const create = async (name: string) => (await admin.clients.create({ name })).client_id;
  const id = await regrant.runFrom(source, () => create("Shop"));
  const sourceOf = async (clientId: string) => {
    const { items } = await admin.events.list({ clientId });
    return [items[0]?.address, items[0]?.user_agent, items[0]?.request_id];
  };
  assert.deepEqual(await sourceOf(id), ["203.0.113.7", "Panel/2", "panel-42"]);
  const odd = await regrant.runFrom({ address: "somewhere", requestId: "a b" }, () => create("Other"));
  const [address, userAgent, requestId] = await sourceOf(odd);
  assert.deepEqual([address, userAgent], [undefined, undefined]);
  assert.match(requestId ?? "", /^[\da-f-]{36}$/);
  assert.deepEqual(await sourceOf(await create("Third")), [undefined, undefined, undefined]);
});

test("a grant is issued, listed, explained by one of its tokens, and revoked", async (t) => {
  const regrant = await embedded(t);
  const { admin } = regrant;
  const { client_id: clientId } = await admin.clients.create({ name: "Shop", scopes: ["read"] });
  const tokens = await regrant.issue({ clientId, subject: "customer-7" });
  assert.equal(tokens.scope, "read");
  const [grant] = (await admin.grants.list({ subject: "customer-7" })).items;
  assert.deepEqual([grant?.client_id, grant?.state, grant?.reason], [clientId, "active", null]);

  const explained = await admin.grants.explain({ token: tokens.refresh_token ?? "" });
  assert.deepEqual([explained.grant_id, explained.preview?.outcome], [grant?.grant_id, "rotated"]);
  assert.match(explained.timeline[0]?.message ?? "", /by the embedding application\.$/);

  const revoked = await admin.grants.revoke(grant?.grant_id ?? "");
  assert.deepEqual(
    [revoked.state, revoked.reason, revoked.changed],
    ["revoked", "revoked_by_operator", true],
  );
  assert.equal((await admin.grants.revoke(revoked.grant_id)).changed, false);
});

test("a grant that ends soon is found and extended, in the name of who did it; what is over is not", async (t) => {
  const regrant = await embedded(t);
  const { admin } = regrant;
  const soon = { name: "Shop", scopes: ["read"], refreshMaxTtl: 20 * 86_400 };
  const { client_id: clientId } = await admin.clients.create(soon);
  await regrant.issue({ clientId, subject: "customer-7" });
  const [grant] = (await admin.grants.list({ endingWithin: 20 })).items;
  const id = grant?.grant_id ?? "";
  assert.deepEqual(await admin.grants.list({ endingWithin: 19 }), { items: [], next: null });
  const extended = await admin.grants.extend(id, { by: 86_400, actor: "support:ada" });
  assert.equal(extended.previous_expires_at, grant?.expires_at);
  const end = Date.parse(grant?.expires_at ?? "") + 86_400_000;
  assert.equal(extended.expires_at, new Date(end).toISOString());
  assert.deepEqual(await admin.grants.list({ endingWithin: 20 }), { items: [], next: null });
  const [event] = (await admin.events.list({ type: "grant.lifetime_extended" })).items;
  assert.deepEqual([event?.grant_id, event?.data["actor"]], [id, "support:ada"]);

  for (const by of [0, -1, 0.5, 1e20, Number.NaN, 315_360_000]) {
    await assert.rejects(admin.grants.extend(id, { by }), ({ code, violations }: AdminError) => {
      return code === "invalid" && violations[0]?.member === "by";
    });
  }
  for (const endingWithin of [0, -1, 0.5, 1e20, 3651]) {
    await assert.rejects(admin.grants.list({ endingWithin }), { code: "invalid" });
  }
  for (const after of ["nope", "", `${id} `]) {
    await assert.rejects(admin.grants.list({ after }), ({ code, violations }: AdminError) => {
      return code === "invalid" && violations[0]?.member === "after";
    });
  }
  await assert.rejects(admin.grants.extend("absent", { by: 1 }), { code: "not_found" });
  await admin.grants.revoke(id);
  await assert.rejects(admin.grants.extend(id, { by: 1 }), {
    code: "not_allowed",
    message: "the grant is revoked (revoked_by_operator); only an active grant can be extended",
  });
});

test("all grants of a subject or a client are revoked, and those of an account with its password", async (t) => {
  const regrant = await embedded(t);
  const { admin } = regrant;
  const { client_id: clientId } = await admin.clients.create({ name: "Shop" });
  const { subject } = await admin.accounts.create({ username: "ada", password: "old" });
  for (const each of ["customer-7", "customer-8", subject]) {
    await regrant.issue({ clientId, subject: each });
  }
  assert.deepEqual(await admin.grants.revokeAll({ subject: "customer-7" }, { actor: "support:ada" }), {
    revoked: 1,
  });
  const [event] = (await admin.events.list({ type: "grant.revoked" })).items;
  assert.deepEqual([event?.subject, event?.data["actor"]], ["customer-7", "support:ada"]);
  const stateOf = async () => (await admin.grants.list({ subject })).items.map(({ state }) => state);
  await admin.accounts.setPassword("ada", "new");
  assert.deepEqual(await stateOf(), ["active"]);
  assert.equal((await admin.accounts.setPassword("ada", "newer", { revokeGrants: true })).subject, subject);
  assert.deepEqual(await stateOf(), ["revoked"]);
  assert.deepEqual(await admin.grants.revokeAll({ clientId, before: 0 }), { revoked: 0 });
  assert.deepEqual(await admin.grants.revokeAll({ clientId }), { revoked: 1 });
  await assert.rejects(admin.grants.revokeAll({}), { code: "invalid" });
  for (const wrong of [Number.NaN, -1, 0.5, Infinity, "2030-01-01", new Date(), null] as number[]) {
    const naming = (member: string) => (error: AdminError) =>
      error.code === "invalid" && error.violations[0]?.member === member;
    await assert.rejects(admin.grants.revokeAll({ subject, before: wrong }), naming("before"));
    await assert.rejects(admin.events.list({ since: wrong }), naming("since"));
  }
});

test("what is refused on the command line is refused here", async (t) => {
  const regrant = await embedded(t);
  const { admin } = regrant;
  const { client_id: clientId } = await admin.clients.create({ name: "Shop", scopes: ["read"] });
  const reports = await admin.clients.create({ name: "Reports", grantTypes: ["client_credentials"] });
  const of = (id: string, more: { subject?: string; scope?: string } = {}) =>
    regrant.issue({ clientId: id, subject: "s", ...more });
  await assert.rejects(of("absent"), { code: "not_found", message: "client not found: absent" });
  await assert.rejects(of(clientId, { scope: "write" }), { code: "not_allowed" });
  await assert.rejects(of(clientId, { subject: " " }), { code: "invalid" });
  await assert.rejects(of(reports.client_id), { code: "not_allowed" });
  await admin.accounts.create({ username: "ada", password: "x", subject: "ada" });
  await admin.accounts.disable("ada");
  await assert.rejects(of(clientId, { subject: "ada" }), { message: "the account is disabled: ada" });
  await admin.clients.disable(clientId);
  await assert.rejects(of(clientId), { message: `the client is disabled: ${clientId}` });
  await assert.rejects(admin.clients.update(clientId, { accessTtl: 1 }), { code: "invalid" });
  for (const overlap of [Number.NaN, -1, Infinity, 1e15]) {
    await assert.rejects(admin.clients.rotateSecret(clientId, { overlap }), { code: "invalid" });
  }
  await assert.rejects(admin.grants.get("absent"), { code: "not_found", resource: "grant" });
  await assert.rejects(admin.keys.distrustSigning("absent"), { code: "not_found" });
});

test("keys are rotated, and a distrusted MAC key is replaced", async (t) => {
  const { admin } = await embedded(t);
  const { kid } = await admin.keys.rotateSigning();
  await admin.keys.distrustMac(1);
  const { signing, mac } = await admin.keys.list();
  assert.deepEqual(
    signing.map(({ state }) => state),
    ["signs", "next"],
  );
  assert.equal(signing[1]?.kid, kid);
  assert.deepEqual(
    mac.map(({ number, state }) => [number, state]),
    [
      [1, "distrusted"],
      [2, "seals"],
    ],
  );
});
