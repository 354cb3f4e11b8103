import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_TYPES } from "../events/event.ts";
import type { Event, EventType } from "./events.ts";
import { restoreEvent, undoneBy } from "./restore-plan.ts";
import type { RestoreOperations } from "./restore-plan.ts";

const ABOUT = { clientId: "client", subject: "subject", grantId: "grant" };

/** What an engine is asked to do for the event: the operation and its arguments. */
function asked(type: string, data: object = {}): unknown[] | undefined {
  const operations = new Proxy({} as RestoreOperations<unknown[]>, {
    get:
      (_target, name) =>
      (...values: unknown[]) => [name, ...values],
  });
  return restoreEvent({ id: 1, at: 0, type, ...ABOUT, data } as Event, operations);
}

test("an event asks for the change that it tells of", () => {
  const digest = Buffer.alloc(32, 7);
  const hex = digest.toString("hex");
  const expected: [type: EventType, data: object, step: unknown[]][] = [
    ["grant.revoked", { reason: "code_reused" }, ["revokeGrant", "grant", "code_reused"]],
    ["grant.reused", { revoked: true }, ["revokeGrant", "grant", "reused"]],
    ["grant.concurrent_use", { revoked: true }, ["revokeGrant", "grant", "concurrent_use"]],
    ["grant.lifetime_extended", { expires_at: 5, actor: "a" }, ["extendLifetime", "grant", 5]],
    [
      "access_token.revoked",
      { jti: "j", expires_at: 5 },
      ["denyAccessToken", { jti: "j", expiresAt: 5, clientId: "client", actor: "restore" }],
    ],
    ["client.disabled", {}, ["disableClient", "client"]],
    ["client.enabled", {}, ["enableClient", "client"]],
    ["client.deleted", {}, ["deleteClient", "client"]],
    ["client.secret_rotated", { digest: hex, overlap: 60 }, ["rotateSecret", "client", digest, 60]],
    ["account.disabled", {}, ["disableAccount", "subject"]],
    ["account.enabled", {}, ["enableAccount", "subject"]],
    ["account.password_changed", {}, ["removePassword", "subject"]],
    ["account.role_changed", { role: null }, ["removeRole", "subject"]],
    ["sign_in.ended", { digest: hex }, ["endSignIn", digest]],
    ["consent.withdrawn", {}, ["withdrawConsent", "subject", "client"]],
    ["registration_token.deleted", { token_id: "t" }, ["deleteRegistrationToken", "t"]],
    ["key.distrusted", { kid: "k" }, ["distrustSigningKey", "k"]],
    ["key.distrusted", { mac_key: 2, master_key_id: "m" }, ["distrustMacKey", 2, "m"]],
  ];
  for (const [type, data, step] of expected) assert.deepEqual(asked(type, data), step);

  const applied = new Set<string>(expected.map(([type]) => type));
  const others = Object.keys(EVENT_TYPES).filter((type) => !applied.has(type));
  for (const type of others) assert.equal(asked(type), undefined, type);
});

test("an event that revoked nothing, lacks a member, has one of another form or an unknown type asks for nothing", () => {
  assert.equal(asked("grant.reused", { revoked: false }), undefined);
  assert.equal(asked("grant.concurrent_use", { revoked: false }), undefined);
  for (const type of ["client.secret_rotated", "sign_in.ended", "key.distrusted"] as const) {
    assert.equal(asked(type), undefined, type);
  }
  assert.equal(asked("account.role_changed", { role: "operator" }), undefined, "a file gives no role");
  assert.equal(asked("key.distrusted", { kid: 7 }), undefined);
  for (const expires_at of [undefined, 1e20, 0.5, "5"]) {
    assert.equal(asked("grant.lifetime_extended", { expires_at }), undefined);
  }
  assert.equal(asked("key.melted", { kid: "k" }), undefined);
});

test("a revocation is applied, whatever its reason and the members that are not needed", () => {
  for (const data of [
    {},
    { reason: "bored" },
    { reason: "revoked_by_operator", actor: 7, generation: "x" },
  ]) {
    assert.deepEqual(asked("grant.revoked", data), ["revokeGrant", "grant", "revoked_by_operator"]);
  }
  assert.deepEqual(asked("grant.reused", { revoked: true, age_ms: null }), [
    "revokeGrant",
    "grant",
    "reused",
  ]);
  assert.deepEqual(asked("account.disabled", { grants_revoked: "2" }), ["disableAccount", "subject"]);
});

test("only what a later event can undo has such events", () => {
  const undone = (type: string) => undoneBy({ id: 1, at: 0, type, ...ABOUT, data: {} } as Event);
  assert.deepEqual(undone("client.enabled"), {
    types: ["client.disabled", "client.enabled"],
    about: "client_id",
    id: "client",
  });
  assert.deepEqual(undone("account.password_changed"), {
    types: ["account.password_changed", "account.password_changed"],
    about: "subject",
    id: "subject",
  });
  for (const type of ["grant.revoked", "client.deleted", "key.distrusted", "key.melted"]) {
    assert.equal(undone(type), undefined, type);
  }
});
