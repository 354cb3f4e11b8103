import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { SettingOptions } from "./config/read-config.ts";
import { DAY, SECOND } from "./store/contract/fixtures.ts";
import { startService } from "./testing.ts";
import type { TestService } from "./testing.ts";
import { VERSION } from "./config/version.ts";

/** The value of one series; undefined: it is not there. */
async function gauge(t: TestService, series: string): Promise<number | undefined> {
  const line = (await t.metricsText()).split("\n").find((text) => text.startsWith(`regrant_${series} `));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

/** A service whose maintenance runs when the test advances its time. */
async function startWithTimers(context: TestContext, settings: Partial<SettingOptions> = {}) {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const t = await startService(settings);
  const pass = async (seconds: number) => {
    t.clock.at += seconds * SECOND;
    context.mock.timers.tick(seconds * SECOND);
    for (let i = 0; i < 10; i += 1) await t.deps.store.ping();
  };
  return { t, pass };
}

test("active grants are counted a minute after the first start, then by each sweep", async (context) => {
  const { t, pass } = await startWithTimers(context, { sweepInterval: 3600 });
  const client = await t.client();
  const grants = [await t.grant(client), await t.grant(client)];
  assert.equal(await gauge(t, "active_grants"), undefined);
  await pass(60);
  assert.equal(await gauge(t, "active_grants"), 2);
  assert.equal(await gauge(t, "sweep_last_success_timestamp_seconds"), t.clock.at / 1000);
  const counted = t.clock.at;
  await t.revoke(client, grants[0]?.refreshToken ?? "");
  await pass(3000);
  assert.equal(await gauge(t, "active_grants"), 2);
  assert.equal(await gauge(t, "sweep_last_success_timestamp_seconds"), counted / 1000);
  await pass(600);
  assert.equal(await gauge(t, "active_grants"), 1);
  await t.close();
});

test("without sweeps active grants are not counted", async (context) => {
  const { t, pass } = await startWithTimers(context, { sweepInterval: 0 });
  await pass(3600);
  assert.equal(await gauge(t, "active_grants"), undefined);
  assert.ok(Number(await gauge(t, "database_size_bytes")) > 10_000);
  await t.close();
});

test("a process learns of the sweep of another one, and does not repeat it", async (context) => {
  const { t, pass } = await startWithTimers(context, { sweepInterval: 3600 });
  await t.grant(await t.client());
  const other = await startService({ sweepInterval: 3600 }, { folder: t.folder, clock: t.clock });
  for (let done = false; !done;)
    ({ done } = await other.deps.store.sweep({ limit: 10, eventRetention: 86_400 }));
  const sweep = context.mock.method(t.deps.store, "sweep");
  await pass(60);
  assert.equal(await gauge(t, "active_grants"), 1);
  assert.equal(sweep.mock.callCount(), 0);
  await other.close();
  await t.close();
});

test("a sweep by a clock that was ahead does not put off the next one", async (context) => {
  const { t, pass } = await startWithTimers(context, { sweepInterval: 3600 });
  t.clock.at += 365 * DAY;
  await pass(60);
  assert.equal(await gauge(t, "sweep_last_success_timestamp_seconds"), t.clock.at / 1000);
  t.clock.at -= 300 * DAY;
  await pass(60);
  assert.equal(await gauge(t, "sweep_last_success_timestamp_seconds"), t.clock.at / 1000);
  await t.close();
});

test("the metrics are there while the store does not respond", async (context) => {
  const { t, pass } = await startWithTimers(context);
  await pass(60);
  context.mock.method(t.deps.store, "statistics", () => Promise.reject(new Error("the disk is full")));
  const keysMaintainedAt = t.clock.at / 1000;
  context.mock.method(t.deps.store.keys, "list", () => Promise.reject(new Error("the disk is full")));
  await pass(60);
  assert.ok(t.log.some(({ msg }) => String(msg).startsWith("reading the store's statistics failed")));
  assert.equal(await gauge(t, "active_grants"), 0);
  assert.equal(await gauge(t, "key_maintenance_last_success_timestamp_seconds"), keysMaintainedAt);
  await t.close();
});

test("the keys' instants are those of the newest key and of the end of its age", async () => {
  const t = await startService({ signingKeyMaxAge: 30 * 86_400, macKeyMaxAge: 200 * 86_400 });
  const start = t.clock.at / 1000;
  assert.equal(await gauge(t, 'key_active_timestamp_seconds{key="signing"}'), start);
  assert.equal(await gauge(t, 'key_rotation_due_timestamp_seconds{key="signing"}'), start + 30 * 86_400);
  assert.equal(await gauge(t, 'key_rotation_due_timestamp_seconds{key="mac"}'), start + 200 * 86_400);
  assert.equal(await gauge(t, "signing_keys_published"), 1);
  t.clock.at += DAY;
  assert.equal(await gauge(t, 'key_active_timestamp_seconds{key="mac"}'), start);
  await t.close();
});

test("a request is in flight until its response, also when it is refused", async () => {
  const t = await startService();
  const client = await t.client();
  const { refreshToken } = await t.grant(client);
  const responses = [t.refresh(client, refreshToken), t.refresh(client, "forged")];
  assert.equal(await gauge(t, "requests_in_flight"), 2);
  await Promise.all(responses);
  assert.equal(await gauge(t, "requests_in_flight"), 0);
  await t.close();
});

test("throttled keys are counted by throttle, and the version and engine are named", async () => {
  const t = await startService({ clientFailuresPerMinute: 2 });
  const client = await t.client();
  const wrong = { credentials: { ...client.credentials, client_secret: "wrong" } };
  for (let i = 0; i < 3; i += 1) await t.refresh(wrong, "token");
  // The client from this network, and the network whatever the client.
  assert.equal(await gauge(t, 'throttle_blocked_keys{throttle="clients"}'), 2);
  assert.equal(await gauge(t, 'throttle_keys{throttle="clients"}'), 2);
  assert.equal(await gauge(t, 'throttle_blocked_keys{throttle="usernames"}'), 0);
  assert.equal(await gauge(t, `build_info{version="${VERSION}",engine="sqlite"}`), 1);
  await t.close();
});
