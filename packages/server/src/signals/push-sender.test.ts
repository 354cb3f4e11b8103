import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, beforeEach, test } from "node:test";
import { text } from "node:stream/consumers";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { createStream } from "../admin/streams.ts";
import type { NewStream } from "../admin/streams.ts";
import { startService } from "../testing.ts";
import { SubscriptionRunner } from "../subscriptions/runner.ts";
import { STREAM_EVENTS } from "./event-uris.ts";
import { pushSender } from "./push-sender.ts";

/** A receiver, and what it responds; by default 202. */
interface Received {
  authorization: string | undefined;
  contentType: string | undefined;
  set: string;
}
const received: Received[] = [];
let respond: () => { status: number; body?: string } = () => ({ status: 202 });
const server = createServer(
  (request, response) =>
    void (async () => {
      const set = await text(request);
      const { authorization, "content-type": contentType } = request.headers;
      received.push({ authorization, contentType, set });
      const { status, body = "" } = respond();
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    })(),
);
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;

const t = await startService({ webhookPrivateAddresses: true });
after(async () => {
  await t.close();
  server.closeAllConnections();
  server.close();
});
const client = await t.client({ grantTypes: ["client_credentials"], scopes: ["ssf.manage"] });

beforeEach(() => {
  received.length = 0;
  respond = () => ({ status: 202 });
});

async function stream(changes: Partial<NewStream> = {}) {
  const parts = { ...t.deps, privateAddresses: true };
  return createStream(parts, { clientId: client.id, endpointUrl, ...changes }, "operator");
}

/** Sends what waits, by another process than the service's own: that looks by the wall clock. */
async function sendAll(): Promise<void> {
  const runner = new SubscriptionRunner(t.deps, {
    ssf_push: pushSender({ ...t.deps, privateAddresses: true }),
  });
  await runner.settled();
  await runner.stop();
}

async function revokeSubject(subject: string): Promise<void> {
  const data = { created_until: t.clock.at, actor: "operator" };
  await t.deps.store.events.record({ type: "subject.revoked", subject, data });
}

/** The service's own runner may be the one that sends. */
async function sendUntil(isDone: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sendAll();
}

test("a SET is pushed as RFC 8935 says, with the receiver's own authorization, which is stored sealed", async () => {
  const made = await stream({
    authorizationHeader: "Bearer of-the-receiver",
    audience: "https://receiver.example",
  });
  assert.equal(made.secrets?.includes("of-the-receiver"), false);
  await revokeSubject("customer-7");
  await sendUntil(() => received.length > 0);
  const [push] = received;
  assert.deepEqual(
    [push?.contentType, push?.authorization],
    ["application/secevent+jwt", "Bearer of-the-receiver"],
  );
  const jwks = (await t.send("/.well-known/jwks.json")).body as unknown as JSONWebKeySet;
  const { payload } = await jwtVerify(push?.set ?? "", createLocalJWKSet(jwks), {
    typ: "secevent+jwt",
    audience: "https://receiver.example",
  });
  assert.equal(Object.keys(payload["events"] as object)[0], STREAM_EVENTS["session-revoked"]);
  await t.deps.store.subscriptions.delete(made.id, {
    type: "subscription.deleted",
    data: { subscription_id: made.id, kind: made.kind, actor: "operator" },
  });
});

test("a SET that its receiver calls invalid is a dead letter at once; any other error is tried again", async () => {
  const made = await stream();
  const state = async () => (await t.deps.store.subscriptions.find(made.id)) ?? assert.fail();
  respond = () => ({ status: 400, body: JSON.stringify({ err: "authentication_failed" }) });
  await revokeSubject("customer-1");
  await sendUntil(async () => (await state()).failures > 0);
  assert.partialDeepStrictEqual(await state(), {
    failures: 1,
    lastError: "HTTP 400: authentication_failed",
    deadLetters: 0,
  });
  t.clock.at += 60_000;
  respond = () => ({ status: 400, body: JSON.stringify({ err: "invalid_request", description: "<b>" }) });
  await sendUntil(async () => (await state()).deadLetters > 0);
  assert.partialDeepStrictEqual(await state(), { failures: 0, deadLetters: 1 });
  const [letter] = await t.deps.store.subscriptions.deadLetters(made.id, { limit: 10 });
  assert.equal(letter?.error, "HTTP 400: invalid_request");
});

test("a receiver whose client was disabled is sent nothing, and its stream is disabled", async () => {
  const gone = await t.client({ grantTypes: ["client_credentials"], scopes: ["ssf.manage"] });
  const { id } = await stream({ clientId: gone.id, authorizationHeader: "Bearer of-the-disabled" });
  await t.deps.store.clients.disable(gone.id, "operator");
  await revokeSubject("someone");
  await sendUntil(async () => (await t.deps.store.subscriptions.find(id))?.status === "disabled");
  assert.ok(received.every(({ authorization }) => authorization !== "Bearer of-the-disabled"));
});
