import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { startService, tokensOf } from "./testing.ts";

/** What a channel gets, until the end of the test. */
function heard(t: TestContext, name: string): object[] {
  const messages: object[] = [];
  const listener = (message: unknown) => void messages.push({ ...(message as object) });
  subscribe(name, listener);
  t.after(() => unsubscribe(name, listener));
  return messages;
}

test("subscribers of regrant:request see its start and its end, and no response", async (t) => {
  const service = await startService();
  t.after(() => service.close());
  const client = await service.client();
  const { refreshToken } = await service.grant(client);
  const started = heard(t, "tracing:regrant:request:start");
  const ended = heard(t, "tracing:regrant:request:asyncEnd");
  tokensOf(await service.refresh(client, refreshToken));
  await service.refresh(client, "forged");
  const request = {
    issuer: "https://auth.example",
    endpoint: "token",
    method: "POST",
    route: "/oauth/token",
  };
  assert.deepEqual(started, [request, request]);
  const known = { grantType: "refresh_token", clientId: client.id, result: undefined };
  assert.deepEqual(ended, [
    { ...request, ...known, outcome: "rotated", status: 200 },
    { ...request, ...known, outcome: "forged", status: 400 },
  ]);
});

test("subscribers of regrant:batch and regrant:event hear of each after its commit", async (t) => {
  const service = await startService();
  t.after(() => service.close());
  const client = await service.client();
  const tokens = [await service.grant(client), await service.grant(client)];
  const [batches, events] = [heard(t, "regrant:batch"), heard(t, "regrant:event")];
  await Promise.all(tokens.map(({ refreshToken }) => service.refresh(client, refreshToken)));
  assert.deepEqual(
    batches.map((batch) => ({ ...batch, seconds: "seconds" in batch && Number(batch.seconds) > 0 })),
    [{ size: 2, seconds: true }],
  );
  await service.deps.store.clients.rotateSecret(client.id, Buffer.alloc(32, 9), 0, "test");
  const { level, time, msg, ...line } = service.log.at(-1) ?? {};
  assert.equal(line["event"], "client.secret_rotated");
  assert.deepEqual(JSON.parse(JSON.stringify(events)), [line]);
});

test("a store that is bound to the start of a request is its context to the end", async (t) => {
  const service = await startService();
  t.after(() => service.close());
  const { start, asyncEnd } = tracingChannel<string, { endpoint: string }>("regrant:request");
  const context = new AsyncLocalStorage<string>();
  start.bindStore(context, ({ endpoint }) => `span of ${endpoint}`);
  const seen: unknown[] = [];
  const listener = () => void seen.push(context.getStore());
  asyncEnd.subscribe(listener);
  t.after(() => {
    start.unbindStore(context);
    asyncEnd.unsubscribe(listener);
  });
  await service.send("/healthz");
  assert.deepEqual(seen, ["span of healthz"]);
});
