import assert from "node:assert/strict";
import { test } from "node:test";
import { grantRow, HOUR, START } from "../../store/contract/fixtures.ts";
import type { Event, EventType } from "../../store/store.ts";
import type { GrantHistory } from "./history.ts";
import { eventMessage } from "./event-messages.ts";

const grant = grantRow();
const HISTORY: GrantHistory = {
  grantId: grant.id,
  grant,
  parent: undefined,
  children: [],
  status: undefined,
  clientId: grant.clientId,
  client: undefined,
  clientName: undefined,
  subject: grant.subject,
  account: undefined,
  events: [],
  now: START,
};

function sentence(type: EventType, data: Record<string, unknown>): string {
  const event = { id: 1, at: START, type, data } as Event;
  const text = eventMessage(event, HISTORY);
  assert.match(text, /^[A-Z].*\.\)?$/, text);
  assert.doesNotMatch(text, /undefined|NaN|null|\[object/);
  return text;
}

const SPENT = { generation: 3, distance: 2, age_ms: HOUR };

test("each event of a grant is told with what it means, under each policy", () => {
  const told: [type: EventType, data: Record<string, unknown>, meaning: RegExp][] = [
    ["grant.created", { via: "password", scope: "" }, /, without scope, after a password login\.$/],
    [
      "grant.created",
      { via: "cli:root", scope: "read" },
      /the scope "read", on the command line \(cli:root\)\.$/,
    ],
    ["grant.created", { via: "passport", scope: "" }, /, for a session of Laravel Passport\.$/],
    ["grant.created", { via: "host", scope: "" }, /, by the embedding application\.$/],
    ["grant.created", { via: "console:ada", scope: "" }, /, without scope, via console:ada\.$/],
    [
      "grant.retried",
      { ...SPENT, retry_score: 8, revoked: false },
      /generation 3, 2 behind the newest, 1 h after/,
    ],
    [
      "grant.retried_late",
      SPENT,
      /the late retry was accepted, once, and started a retry window of its own\.$/,
    ],
    [
      "grant.concurrent_use",
      { ...SPENT, retry_score: 40, revoked: false },
      /generation 3, 2 behind .*\(retry score 40: .* only reported/,
    ],
    [
      "grant.concurrent_use",
      { ...SPENT, retry_score: 47, revoked: true },
      /retry score 47: .* grant was revoked/,
    ],
    ["grant.reused", { ...SPENT, revoked: true }, /revoked, for the thief and the client alike/],
    ["grant.reused", { ...SPENT, revoked: false }, /the grant stays active \(reuse policy: detect\)\.$/],
    ["grant.recovered", { ...SPENT, distance: -4 }, /4 ahead of the newest.*was recovered from it\.$/],
    ["grant.generation_ahead", { ...SPENT, distance: -4 }, /refused \(lost writes policy: reject\)\.$/],
    ["grant.client_mismatch", { presented_by: "other", generation: 1 }, /^Another client, other, presented/],
    ["grant.rollback_impossible", { code: "22P02" }, /\(22P02\).*cannot go back to Passport\.$/],
    [
      "grant.lifetime_extended",
      { previous_expires_at: START, expires_at: START + HOUR, actor: "cli:root" },
      /^The absolute lifetime was extended, without a new sign-in, by cli:root: from 2026-01-01T\S+ to 2026-01-01T\S+\.$/,
    ],
    [
      "grant.lifetime_extended",
      { previous_expires_at: START, expires_at: START + HOUR, actor: "subject" },
      /by the user, on the page of authorized applications/,
    ],
    ["grant.lifetime_extended", { actor: "cli:root" }, /without a new sign-in, by cli:root\.$/],
    ["grant.revoked", { reason: "revoked_by_client", actor: grant.clientId }, /^The client revoked it\.$/],
    ["grant.revoked", { reason: "revoked_by_operator", actor: "cli:root" }, /^It was revoked by cli:root\.$/],
    ["grant.revoked", { reason: "reused", actor: "restore" }, /used again\. \(Recorded by restore\.\)$/],
  ];
  for (const [type, data, meaning] of told) assert.match(sentence(type, data), meaning);
});

test("what ends or changes a grant from outside is told with who did it", () => {
  const actor = "cli:root";
  assert.match(
    sentence("client.updated", { changed: ["accessTtl", "name"], actor }),
    /cli:root: accessTtl, name\.$/,
  );
  for (const what of ["client", "account"] as const) {
    assert.match(
      sentence(`${what}.disabled`, { actor }),
      /disabled by cli:root, which revoked its grants\.$/,
    );
    assert.match(sentence(`${what}.enabled`, { actor }), /revoked grants stay revoked\.$/);
  }
  assert.match(sentence("client.deleted", { actor }), /deleted by cli:root/);
  assert.match(sentence("account.password_changed", { actor }), /changed by cli:root/);
  assert.match(sentence("key.distrusted", { mac_key: 2, actor }), /^MAC key 2 was distrusted by cli:root/);
  assert.match(
    sentence("key.distrusted", { kid: "k1", actor }),
    /^The signing key k1 was distrusted by cli:root/,
  );
  assert.match(sentence("store.restored", { actor }), /restored from a backup by cli:root\.$/);
});
