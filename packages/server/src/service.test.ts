import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { masterKey } from "./keys/master-key.ts";
import { rotateMacKey, rotateSigningKey } from "./keys/rotation.ts";
import { Clock, DAY, SECOND } from "./store/contract/fixtures.ts";
import { openSqliteStore } from "./store/sqlite/engine.ts";
import type { SettingOptions } from "./config/read-config.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { databasePath, startService, tokensOf } from "./testing.ts";
import type { TestService } from "./testing.ts";

const FORGED = { status: 400, error: "invalid_grant", reason: "invalid", cause: "forged" };

async function restarted(t: TestService, settings: Partial<SettingOptions> = {}): Promise<TestService> {
  await t.close();
  return startService(settings, { folder: t.folder, clock: t.clock });
}

/** Upkeep is a few transactions in a row; these are after them. */
async function settled(t: TestService): Promise<void> {
  for (let i = 0; i < 10; i++) await t.deps.store.ping();
}

/** A key is made in another thread, which takes its time. */
async function publishedWhen(t: TestService, done: (kids: unknown[]) => boolean): Promise<unknown[]> {
  for (let i = 0; i < 1000; i++) {
    const kids = await publishedBy(t);
    if (done(kids)) return kids;
    await settled(t);
  }
  return assert.fail("it did not happen");
}

async function publishedBy(t: TestService): Promise<unknown[]> {
  const { body } = await t.send("/.well-known/jwks.json");
  return (body["keys"] as { kid: unknown }[]).map(({ kid }) => kid);
}

/** A service whose maintenance runs when the test advances its time. */
async function startWithTimers(context: TestContext, settings: Partial<SettingOptions> = {}) {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const t = await startService(settings);
  const pass = async (seconds: number) => {
    t.clock.at += seconds * SECOND;
    context.mock.timers.tick(seconds * SECOND);
    await settled(t);
  };
  return { t, pass };
}

test("keys are rotated by age while the service runs, and the next one is published first", async (context) => {
  const { t, pass } = await startWithTimers(context, { signingKeyMaxAge: 3600, jwksMaxAge: 300 });
  const client = await t.client();
  const [first] = await publishedBy(t);
  await pass(3240);
  assert.deepEqual(await publishedBy(t), [first]);
  await pass(60);
  const [, second] = await publishedWhen(t, (kids) => kids.length === 2);
  const signs = async () => (await t.verified((await t.grant(client)).accessToken)).header.kid;
  assert.equal(await signs(), first);
  await pass(304);
  assert.equal(await signs(), first);
  await pass(1);
  assert.equal(await signs(), second);
  // The access token's lifetime, and the minute in which it is looked at.
  await pass(3000);
  assert.ok((await publishedBy(t)).includes(first));
  await pass(661);
  await publishedWhen(t, (kids) => !kids.includes(first));
  await t.close();
});

test("keys that another process made are published within a second", async () => {
  const t = await startService();
  const other = await startService({}, { folder: t.folder, clock: t.clock });
  const noticed = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("not noticed within a second")), 1000);
    t.deps.store.watch(() => {
      clearTimeout(late);
      resolve();
    });
  });
  const kid = await rotateSigningKeyOf(other);
  await noticed;
  assert.deepEqual((await publishedBy(t)).at(-1), kid);
  await other.close();
  await t.close();
});

async function rotateSigningKeyOf(t: TestService): Promise<string | undefined> {
  const ages = { jwksMaxAge: 300, signingKeyMaxAge: 7_776_000, macKeyMaxAge: 31_536_000 };
  return rotateSigningKey(t.deps, { ...ages, algorithm: "EdDSA" }, "test");
}

test("two services that start at once on one new database agree on keys and tokens", async () => {
  const place = { folder: temporaryFolder(), clock: new Clock() };
  const [t, other] = await Promise.all([startService({}, place), startService({}, place)]);
  const kids = await publishedBy(t);
  assert.equal(kids.length, 1);
  assert.deepEqual(await publishedBy(other), kids);
  assert.equal((await t.deps.store.keys.list()).mac.length, 1);
  const client = await t.client();
  const { refreshToken } = await t.grant(client);
  const [here, there] = await Promise.all([
    t.refresh(client, refreshToken),
    other.refresh(client, refreshToken),
  ]);
  assert.equal(tokensOf(here).refreshToken, tokensOf(there).refreshToken);
  assert.equal(tokensOf(here).accessToken, tokensOf(there).accessToken);
  await other.close();
  await t.close();
});

test("refresh tokens under a distrusted MAC key are forged, and all others go on", async () => {
  const t = await startService();
  const client = await t.client();
  const [leaked, kept] = [await t.grant(client), await t.grant(client)];
  assert.equal(await rotateMacKey(t.deps, "test"), 2);
  t.clock.at += 5 * SECOND;
  const { refreshToken } = tokensOf(await t.refresh(client, kept.refreshToken));
  const master = t.deps.keys.masterKeys[0].id;
  assert.equal(await t.deps.store.keys.distrustMacKey(1, master, "test"), true);
  await t.refused(() => t.refresh(client, leaked.refreshToken), FORGED);
  assert.deepEqual((await t.introspect(client, leaked.refreshToken)).body, { active: false });
  tokensOf(await t.refresh(client, refreshToken));
  tokensOf(await t.refresh(client, (await t.grant(client)).refreshToken));
  assert.equal(t.log.find(({ event }) => event === "key.distrusted")?.["level"], 40);
  await t.close();
});

test("when the only MAC key is distrusted, another one is made at once, and new grants go on", async () => {
  const t = await startService();
  const client = await t.client();
  await t.deps.store.keys.distrustMacKey(1, t.deps.keys.masterKeys[0].id, "host");
  await settled(t);
  const { refreshToken } = await t.grant(client);
  tokensOf(await t.refresh(client, refreshToken));
  assert.equal(t.deps.keys.macKeyAt(t.clock.at).number, 2);
  await t.close();
});

test("under a new master key old tokens work while the previous one is configured, and new ones ever after", async () => {
  const [first, second] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
  let t = await startService({ masterKey: first });
  const client = await t.client();
  const [moving, idle] = [await t.grant(client), await t.grant(client)];
  const kids = await publishedBy(t);

  t = await restarted(t, { masterKey: second, previousMasterKeys: [first] });
  t.clock.at += 5 * SECOND;
  assert.deepEqual(await publishedBy(t), kids);
  const moved = tokensOf(await t.refresh(client, moving.refreshToken));
  assert.equal((await t.introspect(client, moving.accessToken)).body["active"], true);

  t = await restarted(t, { masterKey: second });
  assert.deepEqual(await publishedBy(t), kids);
  tokensOf(await t.refresh(client, moved.refreshToken));
  await t.refused(() => t.refresh(client, idle.refreshToken), FORGED);
  await t.close();
});

test("under the wrong master key the service does not start, says why, and leaves the database alone", async () => {
  const right = randomBytes(32).toString("base64url");
  const wrong = randomBytes(32).toString("base64url");
  let t = await startService({ masterKey: right });
  const client = await t.client();
  const { refreshToken } = await t.grant(client);
  await t.close();
  await assert.rejects(
    startService({ masterKey: wrong }, { folder: t.folder, clock: t.clock }),
    (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /wrapped under another master key.*REGRANT_MASTER_KEY/);
      return !error.message.includes(wrong);
    },
  );
  t = await startService({ masterKey: right }, { folder: t.folder, clock: t.clock });
  tokensOf(await t.refresh(client, refreshToken));
  await t.close();
});

test("without a configured master key the file beside the database has it, for its owner alone", async () => {
  const t = await startService();
  const { id } = t.deps.keys.masterKeys[0];
  const path = `${databasePath(t.folder)}.key`;
  const again = await restarted(t);
  assert.equal(again.deps.keys.masterKeys[0].id, id);
  await again.close();
  chmodSync(path, 0o644);
  await assert.rejects(startService({}, { folder: t.folder }), { message: /chmod 600/ });
});

test("a configured master key is used instead of the file, and no file is made", async () => {
  const key = randomBytes(32);
  const t = await startService({ masterKey: key.toString("base64url") });
  assert.equal(t.deps.keys.masterKeys[0].id, masterKey(key).id);
  assert.throws(() => chmodSync(`${databasePath(t.folder)}.key`, 0o600), { code: "ENOENT" });
  await t.close();
});

test("dead grants are swept while the service runs, a week after their end, and living ones are not", async (context) => {
  const { t, pass } = await startWithTimers(context, { sweepInterval: 3600 });
  const client = await t.client({ refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000 });
  const dead = await t.grant(client);
  const living = await t.grant(client);
  await t.revoke(client, dead.refreshToken);
  const count = async () => (await t.deps.store.grants.list({ clientId: client.id }, { limit: 10 })).length;
  t.clock.at += 7 * DAY - 3601 * SECOND;
  await pass(3600);
  assert.equal(await count(), 2);
  await pass(3600);
  assert.equal(await count(), 1);
  assert.ok(t.log.some(({ msg }) => String(msg).startsWith("swept")));
  tokensOf(await t.refresh(client, living.refreshToken));
  await t.close();
});

test("maintenance that fails is logged and tried again", async (context) => {
  const { t, pass } = await startWithTimers(context);
  const list = context.mock.method(t.deps.store.keys, "list", async () => {
    throw new Error("the disk is full");
  });
  await pass(60);
  const line = t.log.at(-1);
  assert.equal(line?.["msg"], "key maintenance failed; it will be tried again");
  assert.match(JSON.stringify(line?.["err"]), /the disk is full/);
  list.mock.restore();
  const lines = t.lines.length;
  await pass(60);
  assert.equal(t.lines.length, lines);
  await t.close();
});

test("closing waits for running maintenance, and stops it", async (context) => {
  const { t } = await startWithTimers(context, { signingKeyMaxAge: 3600, jwksMaxAge: 300 });
  t.clock.at += 3600 * SECOND;
  context.mock.timers.tick(60 * SECOND);
  await t.close();
  context.mock.timers.tick(3600 * SECOND);
  assert.deepEqual(
    t.log.filter(({ level }) => Number(level) >= 50),
    [],
  );
  const store = await openSqliteStore(databasePath(t.folder));
  assert.equal((await store.keys.list()).signing.length, 2);
  await store.close();
});
