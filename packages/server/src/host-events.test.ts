import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { EventJson } from "./admin/events.ts";
import type { OnEvent } from "./host-events.ts";
import { createRegrant } from "./regrant.ts";

async function embedded(t: TestContext, onEvent: OnEvent, now?: () => number) {
  const errors: [message: string, members: { err?: { message: string }; event?: string }][] = [];
  const write = (message: string, members: object) => void errors.push([message, members]);
  const regrant = await createRegrant({
    issuer: "https://auth.example",
    database: "sqlite::memory:",
    signingAlgorithm: "EdDSA",
    logger: { info() {}, warn() {}, error: write },
    onEvent,
    now,
  });
  t.after(() => regrant.close());
  return { admin: regrant.admin, regrant, errors };
}

test("a host hears of each event before its operation returns, as the listing has it", async (t) => {
  const heard: EventJson[] = [];
  const { admin } = await embedded(t, (event) => heard.push(event));
  heard.length = 0;
  const { client_id: id } = await admin.clients.create({ name: "Shop" }, { actor: "support:ada" });
  assert.deepEqual(
    heard.map(({ type, client_id, data }) => [type, client_id, data["actor"]]),
    [["client.created", id, "support:ada"]],
  );
  const [listed] = (await admin.events.list({ clientId: id })).items;
  assert.deepEqual(heard[0], listed);
  await admin.clients.rotateSecret(id, { overlap: 0 });
  assert.equal(heard.at(-1)?.type, "client.secret_rotated");
  assert.equal(heard.at(-1)?.data["digest"], undefined, "no digest of a secret leaves the store");
});

test("what onEvent throws or rejects with is logged, and harms no operation", async (t) => {
  let fault: () => unknown = () => {};
  const { admin, errors } = await embedded(t, () => fault());
  fault = () => {
    throw new Error("broken");
  };
  await admin.clients.create({ name: "One" });
  fault = () => Promise.reject(new Error("unreachable"));
  await admin.clients.create({ name: "Two" });
  await setImmediate();
  assert.deepEqual(
    errors.map(([message, { err, event }]) => [message, err?.message, event]),
    [
      ["onEvent failed", "broken", "client.created"],
      ["onEvent failed", "unreachable", "client.created"],
    ],
  );
});

test("instants and lifetimes are those of the host's clock", async (t) => {
  const start = Date.UTC(2030, 0, 1);
  let at = start;
  const { admin, regrant } = await embedded(
    t,
    () => {},
    () => at,
  );
  const { client_id: clientId } = await admin.clients.create({ name: "Shop" });
  await regrant.issue({ clientId, subject: "customer-7" });
  const [grant] = (await admin.grants.list({ clientId })).items;
  assert.equal(grant?.created_at, new Date(start).toISOString());
  at += 366 * 86_400_000;
  assert.equal((await admin.grants.list({ clientId })).items[0]?.state, "expired");
});
