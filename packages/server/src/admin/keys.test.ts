import assert from "node:assert/strict";
import { test } from "node:test";
import { startService } from "../testing.ts";
import type { TestService } from "../testing.ts";
import { distrustMac, distrustSigning, importKey, keyListJson, listKeys, rotateMac } from "./keys.ts";
import type { KeyImportParts, KeyRotationParts } from "./keys.ts";

const ROTATION = {
  algorithm: "EdDSA",
  jwksMaxAge: 300,
  signingKeyMaxAge: 7_776_000,
  macKeyMaxAge: 31_536_000,
} as const;

const partsOf = ({ deps: { store, keys } }: TestService): KeyImportParts => {
  return { store, keys, rotation: ROTATION };
};

async function macStates(parts: KeyRotationParts): Promise<string[]> {
  return (await listKeys(parts)).mac.map(({ state }) => state);
}

test("distrusting the newest MAC key makes another one first, to seal with", async () => {
  const t = await startService();
  const parts = partsOf(t);
  assert.equal(await distrustMac(parts, 1, "test"), true);
  assert.deepEqual(await macStates(parts), ["distrusted", "seals"]);
  assert.equal(await distrustMac(parts, 1, "test"), false);
  assert.deepEqual(await macStates(parts), ["distrusted", "seals"]);
  await t.close();
});

test("an older MAC key is distrusted without a new one", async () => {
  const t = await startService();
  const parts = partsOf(t);
  const { number, activeAt } = await rotateMac(parts, "test");
  assert.deepEqual([number, activeAt > t.clock.at], [2, true]);
  assert.deepEqual(await macStates(parts), ["seals", "next"]);
  assert.equal(await distrustMac(parts, 1, "test"), true);
  assert.equal((await listKeys(parts)).mac.length, 2);
  await t.close();
});

test("the last MAC key number cannot be distrusted: nothing could take its place", async () => {
  const t = await startService();
  const parts = partsOf(t);
  const masterKeyId = t.deps.keys.masterKeys[0].id;
  assert.ok(await t.deps.store.keys.addMacKey({ number: 255, masterKeyId, activeAt: t.clock.at }, "test"));
  await assert.rejects(distrustMac(parts, 255, "test"), { name: "AdminError", code: "not_allowed" });
  assert.deepEqual((await listKeys(parts)).mac.at(-1)?.distrustedAt, null);
  await t.close();
});

test("a key that does not exist is not found, and a text that is no key is invalid", async () => {
  const t = await startService();
  const parts = partsOf(t);
  await assert.rejects(distrustMac(parts, 9, "test"), { code: "not_found", resource: "MAC key" });
  await assert.rejects(distrustSigning(parts, "k1", "test"), {
    code: "not_found",
    message: "signing key not found: k1",
  });
  await assert.rejects(importKey(parts, "a text", { verifyOnly: false }, "test"), { code: "invalid" });
  await t.close();
});

test("keys are listed in wire names, with instants in ISO 8601, and without a secret", async () => {
  const t = await startService();
  const list = keyListJson(await listKeys(partsOf(t)));
  assert.deepEqual(Object.keys(list.signing[0] ?? {}), [
    "kid",
    "algorithm",
    "state",
    "created_at",
    "active_at",
  ]);
  const at = new Date(t.clock.at).toISOString();
  const masterKeyId = t.deps.keys.masterKeys[0].id;
  assert.deepEqual(list.mac, [
    { number: 1, master_key_id: masterKeyId, state: "seals", active_at: at, distrusted_at: null },
  ]);
  await t.close();
});
