import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, beforeEach, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { readOptions } from "../config/read-config.ts";
import { resolveConfig } from "../config/resolve-config.ts";
import { Clock, DAY, HOUR, SECOND } from "../store/contract/fixtures.ts";
import { startService } from "../testing.ts";
import { createAdmin } from "./admin.ts";
import type { AdminError } from "./admin-error.ts";

/** A message as a receiver gets it. */
interface Message {
  headers: Record<string, string>;
  body: string;
}

const clock = new Clock();
clock.at = Date.now();
const service = await startService({ webhookPrivateAddresses: true }, { clock });
const config = resolveConfig(readOptions({}));
const privately = { ...config, webhookPrivateAddresses: true };
const admin = createAdmin({ deps: service.deps, config: privately, actor: "operator" });
const messages: Message[] = [];
let respond: (request: IncomingMessage, response: ServerResponse) => void;
const receiver = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    messages.push({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    });
    respond(request, response);
  })();
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
const { subscriptions } = service.service;

after(async () => {
  await service.close();
  receiver.closeAllConnections();
  receiver.close();
});

beforeEach(async () => {
  respond = (_request, response) => response.writeHead(204).end();
  for (const { id } of (await admin.webhooks.list()).items) await admin.webhooks.delete(id);
  messages.length = 0;
  clock.at = Date.now();
});

/** Makes an event with a grant. */
async function refused(): Promise<void> {
  await service.deps.store.events.record({
    type: "client.secret_rotated",
    clientId: "7d0c",
    data: { digest: "ab".repeat(32), overlap: 60, actor: "operator" },
  });
}

test("a message has the event, without digests, and a signature that two implementations accept", async () => {
  const { id, secret } = await admin.webhooks.create({ url, events: ["client"] });
  await refused();
  await subscriptions.settled();
  const [message, ...others] = messages;
  assert.ok(message !== undefined && others.length === 0);
  const [event] = await service.deps.store.events.list({ type: "client.secret_rotated" }, 1);
  const parsed = new Webhook(secret).verify(message.body, message.headers);
  assert.deepEqual(parsed, {
    type: "client.secret_rotated",
    timestamp: new Date(clock.at).toISOString(),
    data: { event_id: event?.id, client_id: "7d0c", overlap: 60, actor: "operator" },
  });
  const { "webhook-id": messageId, "webhook-timestamp": timestamp } = message.headers;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const mac = createHmac("sha256", key).update(`${messageId}.${timestamp}.${message.body}`).digest("base64");
  assert.equal(message.headers["webhook-signature"], `v1,${mac}`);
  assert.equal(messageId, `msg_${id}_${event?.id}_${clock.at}`);
  assert.match(message.headers["user-agent"] ?? "", /^Regrant\//);
  assert.equal(message.headers["content-type"], "application/json");
});

test("for as long as asked, messages are signed with the earlier secret too", async () => {
  const { id, secret: first } = await admin.webhooks.create({ url, events: ["client"] });
  const { secret: second } = await admin.webhooks.rotateSecret(id, { overlap: 60 });
  await refused();
  await subscriptions.settled();
  const [both] = messages;
  assert.ok(both !== undefined);
  for (const secret of [first, second]) assert.ok(new Webhook(secret).verify(both.body, both.headers));
  clock.at += 60 * SECOND;
  await refused();
  await subscriptions.settled();
  const one = messages.at(-1)?.headers["webhook-signature"] ?? "";
  assert.equal(one.split(" ").length, 1);
  clock.at -= 60 * SECOND;
});

test("secrets are in no row, log line, event or listing", async () => {
  const { id, secret } = await admin.webhooks.create({ url: `${url}?token=hidden`, events: ["*"] });
  respond = (_request, response) => response.writeHead(500).end();
  await refused();
  await subscriptions.settled();
  const key = secret.replace("whsec_", "");
  const row = await service.deps.store.subscriptions.find(id);
  assert.ok(row !== undefined && row.secrets !== null);
  const known = [
    row.secrets.toString("latin1"),
    JSON.stringify(row.settings),
    JSON.stringify(await admin.webhooks.get(id)),
    JSON.stringify(await admin.events.list()),
    service.lines.join(""),
  ].join("\n");
  assert.ok(!known.includes(key));
  assert.ok(!service.lines.join("").includes("hidden"), "URLs hold secrets too");
});

test("a webhook is read, listed, changed, paused, resumed and deleted, each change with an event of its actor", async () => {
  const created = await admin.webhooks.create({ url, events: ["grant"], description: "Panel" });
  const { secret, ...rest } = created;
  const { id } = rest;
  assert.deepEqual(await admin.webhooks.get(id), rest);
  assert.partialDeepStrictEqual(rest, {
    status: "enabled",
    lag: 0,
    failures: 0,
    dead_letters: 0,
    version: 1,
  });
  assert.deepEqual((await admin.webhooks.list()).items, [rest]);
  const by = { actor: "someone" };
  const changed = await admin.webhooks.update(id, { events: ["client"], version: 1 }, by);
  assert.deepEqual([changed.events, changed.version, changed.changed], [["client"], 2, true]);
  await assert.rejects(admin.webhooks.update(id, { events: ["grant"], version: 1 }), { code: "conflict" });
  assert.equal((await admin.webhooks.update(id, { description: "Panel" })).changed, false);
  assert.equal((await admin.webhooks.pause(id, by)).status, "paused");
  assert.equal((await admin.webhooks.pause(id, by)).changed, false);
  await refused();
  await subscriptions.settled();
  clock.at += HOUR;
  assert.partialDeepStrictEqual(await admin.webhooks.get(id), { lag: 3600, status: "paused" });
  assert.equal(messages.length, 0);
  await admin.webhooks.resume(id, by);
  await subscriptions.settled();
  assert.equal(messages.length, 1);
  assert.equal((await admin.webhooks.get(id)).lag, 0);
  await admin.webhooks.delete(id, by);
  await assert.rejects(admin.webhooks.get(id), { code: "not_found", message: `webhook not found: ${id}` });
  const { items } = await admin.events.list({ type: "subscription", since: clock.at - HOUR });
  const ofThis = items.filter(({ data }) => data["subscription_id"] === id).toReversed();
  assert.deepEqual(
    ofThis.map(({ type, data }) => [type, data["actor"]]),
    [
      ["subscription.created", "operator"],
      ["subscription.updated", "someone"],
      ["subscription.paused", "someone"],
      ["subscription.resumed", "someone"],
      ["subscription.deleted", "someone"],
    ],
  );
});

test("a webhook that cannot be is refused, with every violation", async () => {
  const refusals: [object, members: string[]][] = [
    [{ url: "ftp://receiver.example/", events: ["grant"] }, ["url"]],
    [{ url: "https://user:pass@receiver.example/", events: ["grant"] }, ["url"]],
    [{ url: "http://93.184.215.14/", events: ["grant"] }, ["url"]],
    [{ url, events: [] }, ["events"]],
    [
      { url: "no URL", events: ["grant.teleported"], description: "x".repeat(201) },
      ["url", "events", "description"],
    ],
  ];
  for (const [wanted, members] of refusals) {
    await assert.rejects(admin.webhooks.create(wanted as never), (error: AdminError) => {
      assert.deepEqual([error.code, error.violations.map(({ member }) => member)], ["invalid", members]);
      return true;
    });
  }
});

test("without the setting, no address but a public one is posted to, however it is written", async () => {
  const strict = createAdmin({ deps: service.deps, config, actor: "operator" });
  for (const host of [
    "127.0.0.1",
    "169.254.169.254",
    "[::1]",
    "[::ffff:10.0.0.1]",
    "10.0.0.1",
    "0x7f.1",
    "2130706433",
  ]) {
    for (const scheme of ["http", "https"]) {
      await assert.rejects(strict.webhooks.create({ url: `${scheme}://${host}/`, events: ["grant"] }), {
        code: "invalid",
      });
    }
  }
  // A row from before the setting was taken back is refused when it is sent to.
  const { id } = await admin.webhooks.create({ url, events: ["grant"] });
  const result = await strict.webhooks.test(id);
  assert.equal(result.delivered, false);
  assert.match(result.error ?? "", /address is not allowed/);
  assert.equal(messages.length, 0);
});

test("a test message is sent at once and says what came of it", async () => {
  const { id, secret } = await admin.webhooks.create({ url, events: ["grant"] });
  assert.partialDeepStrictEqual(await admin.webhooks.test(id), { delivered: true, error: null });
  const [message] = messages;
  assert.ok(message !== undefined);
  assert.partialDeepStrictEqual(new Webhook(secret).verify(message.body, message.headers), {
    type: "webhook.test",
    data: { webhook_id: id },
  });
  respond = (_request, response) => response.writeHead(404).end();
  assert.partialDeepStrictEqual(await admin.webhooks.test(id), { delivered: false, error: "HTTP 404" });
});

test("a redirect is not followed, a huge body is not read, a closed connection is a failure", async () => {
  const { id } = await admin.webhooks.create({ url, events: ["grant"] });
  respond = (_request, response) =>
    response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end();
  assert.equal((await admin.webhooks.test(id)).error, "HTTP 302: redirects are not followed");
  let written = 0;
  const ended = Promise.withResolvers<void>();
  respond = (_request, response) => {
    response.writeHead(200);
    response.once("close", () => ended.resolve());
    const write = (): void => {
      while (!response.closed && response.write(Buffer.alloc(65_536))) written += 65_536;
      if (!response.closed) response.once("drain", write);
    };
    write();
  };
  assert.equal((await admin.webhooks.test(id)).delivered, true);
  await ended.promise;
  assert.ok(written < 50_000_000, `${written}`);
  respond = (request) => request.socket.destroy();
  assert.equal((await admin.webhooks.test(id)).error, "connection closed before the response");
});

test("a receiver that fails for days gets dead letters, which are listed and sent again", async () => {
  const { id } = await admin.webhooks.create({ url, events: ["client"] });
  respond = (_request, response) => response.writeHead(500).end();
  await refused();
  await subscriptions.settled();
  assert.partialDeepStrictEqual(await admin.webhooks.get(id), { failures: 1, last_error: "HTTP 500" });
  clock.at += 3 * DAY;
  await subscriptions.settled();
  const { items } = await admin.webhooks.deadLetters(id);
  assert.partialDeepStrictEqual(items, [
    {
      type: "client.secret_rotated",
      client_id: "7d0c",
      attempts: 2,
      error: "HTTP 500",
      replay_requested: false,
    },
  ]);
  const eventId = items[0]?.event_id ?? NaN;
  await assert.rejects(admin.webhooks.replay(id, { eventId: eventId + 1 }), { code: "not_found" });
  respond = (_request, response) => response.writeHead(200).end("ok");
  assert.deepEqual(await admin.webhooks.replay(id, { eventId }), { requested: 1 });
  await subscriptions.settled();
  assert.deepEqual((await admin.webhooks.deadLetters(id)).items, []);
  const ids = messages.map(({ headers }) => headers["webhook-id"]);
  assert.equal(new Set(ids).size, 1, "the same message");
});

test("410 Gone disables a webhook until it is resumed", async () => {
  const { id } = await admin.webhooks.create({ url, events: ["client"] });
  respond = (_request, response) => response.writeHead(410).end();
  await refused();
  await subscriptions.settled();
  const reason = "The receiver responded with 410 Gone.";
  assert.partialDeepStrictEqual(await admin.webhooks.get(id), { status: "disabled", status_reason: reason });
  respond = (_request, response) => response.writeHead(204).end();
  assert.partialDeepStrictEqual(await admin.webhooks.resume(id), { status: "enabled", status_reason: null });
  await subscriptions.settled();
  assert.equal(messages.length, 2);
});
