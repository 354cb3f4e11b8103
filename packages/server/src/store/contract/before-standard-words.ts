import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settingsOf } from "../client-row.ts";
import type { Store } from "../store.ts";
import { found } from "./bench.ts";
import { newClient, presentedToken, SECOND, START, uuid } from "./fixtures.ts";

// A database of the version before the migration `standard_words`, and what must stand in it afterwards.

/** The engine's SQL literals. */
export interface Literals {
  uuid: (value: string) => string;
  bytes: (value: Buffer) => string;
  boolean: (value: boolean) => string;
}

const text = (value: string | null) => (value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`);

/** The statements of the migrations before `standard_words`, in their order. */
export function earlierMigrations(folder: string): string[] {
  const names = readdirSync(folder).toSorted();
  const earlier = names.slice(
    0,
    names.findIndex((name) => name.includes("standard_words")),
  );
  assert.ok(earlier.length >= 5);
  return earlier.map((name) => readFileSync(join(folder, name), "utf8"));
}

/** Its text looks like settings of the old names, whose quotation marks JSON escapes. */
const TRICKY_NAME = `It's "ahead":"heal","shadowing":"report","loginPage":true`;

function oldSettings(name: string, changed: boolean): string {
  const { lostWrites, concurrentUse, requirePar, resourceServer, loginProvider, ...same } = settingsOf(
    newClient({ name }),
  );
  return JSON.stringify({
    ...same,
    requirePushed: changed,
    introspect: changed,
    loginPage: changed,
    ahead: changed ? "reject" : "heal",
    shadowing: changed ? "revoke" : "report",
  });
}

const GRANT = { id: uuid(), clientId: uuid(), secretHash: Buffer.alloc(32, 1) };
const REVOKED = { id: uuid(), clientId: GRANT.clientId, secretHash: Buffer.alloc(32, 2) };
const OTHER_CLIENT = uuid();
const DISTANCE = { generation: 3, distance: 2, age_ms: 4000 };

/** Each event before, and what its type and payload are now; undefined: the same. */
const EVENTS: readonly [type: string, data: object, typeNow?: string | undefined, dataNow?: object][] = [
  [
    "grant.replayed",
    { ...DISTANCE, bursts: 1, revoked: false },
    "grant.retried",
    { ...DISTANCE, retry_score: 8, revoked: false },
  ],
  ["grant.replayed_late", DISTANCE, "grant.retried_late"],
  [
    "grant.shadowed",
    { ...DISTANCE, bursts: 5, revoked: true },
    "grant.concurrent_use",
    { ...DISTANCE, retry_score: 40, revoked: true },
  ],
  ["grant.healed", DISTANCE, "grant.recovered"],
  ["grant.ahead", DISTANCE, "grant.generation_ahead"],
  ["grant.foreign_client", { presented_by: OTHER_CLIENT, generation: 1 }, "grant.client_mismatch"],
  ["grant.revoked", { reason: "revoked_by_operator", actor: "operator", generation: 2 }],
  [
    "account.disabled",
    { grants_ended: 2, actor: "operator" },
    undefined,
    { grants_revoked: 2, actor: "operator" },
  ],
  [
    "client.updated",
    {
      changed: ["ahead", "shadowing", "introspect", "loginPage", "requirePushed", "name"],
      actor: "operator",
    },
    undefined,
    {
      changed: ["lostWrites", "concurrentUse", "resourceServer", "loginProvider", "requirePar", "name"],
      actor: "operator",
    },
  ],
  ["client.created", { name: TRICKY_NAME, public: false, actor: "operator" }],
];

/** Inserts clients, grants and events under the old names. */
export function oldRows({ uuid, bytes, boolean }: Literals): string[] {
  const client = (id: string, name: string, changed: boolean) =>
    `INSERT INTO clients (id, public, secrets, settings, created_at)
     VALUES ('${id}', ${boolean(false)}, '[]', ${text(oldSettings(name, changed))}, ${START})`;
  const grant = ({ id, clientId, secretHash }: typeof GRANT, reason: string | null) =>
    `INSERT INTO grants (id, client_id, subject, scope, secret_hash, created_at, expires_at, generation, rotated_at,
       last_used_at, burst_at, burst_generation, burst_marked, marked_bursts, revoked_at, revoked_reason)
     VALUES (${uuid(id)}, '${clientId}', 's-1', 'read', ${bytes(secretHash)}, ${START}, ${START + 1e9}, 7,
       ${START + 5 * SECOND}, ${START + 5 * SECOND}, ${START + 3 * SECOND}, 5, ${boolean(true)}, 3,
       ${reason === null ? "NULL" : START + 6 * SECOND}, ${text(reason)})`;
  const event = ([type, data]: (typeof EVENTS)[number]) =>
    `INSERT INTO events (at, type, grant_id, data) VALUES (${START}, '${type}', '${GRANT.id}', ${text(JSON.stringify(data))})`;
  return [
    client(GRANT.clientId, TRICKY_NAME, false),
    client(OTHER_CLIENT, "Plain", true),
    grant(GRANT, null),
    grant(REVOKED, "shadowed"),
    ...EVENTS.map(event),
  ];
}

/** The old rows read as before, under the new names, and the grant goes on. The store's clock stands at `START` + 10 s. */
export async function assertStandardWords(store: Store): Promise<void> {
  const { createdAt, disabledAt, grantsRevokedAt, ...plain } = found(await store.clients.find(OTHER_CLIENT));
  const changed = { lostWrites: "reject", concurrentUse: "revoke", name: "Plain" } as const;
  const settings = { ...changed, requirePar: true, resourceServer: true, loginProvider: true };
  assert.deepEqual(plain, newClient({ ...settings, id: OTHER_CLIENT, secrets: [] }));
  const tricky = found(await store.clients.find(GRANT.clientId));
  assert.deepEqual(settingsOf(tricky), settingsOf(newClient({ name: TRICKY_NAME })));

  const grant = found(await store.grants.find(GRANT.id));
  const window = { windowStartedAt: START + 3 * SECOND, windowGeneration: 5, windowRetried: true };
  assert.partialDeepStrictEqual(grant, { ...window, generation: 7, revokedReason: null });
  const previous = {
    previousWindowGeneration: null,
    previousWindowEndedAt: null,
    previousWindowRetried: true,
  };
  const windowEndedAt = START + 5 * SECOND;
  assert.partialDeepStrictEqual(grant, { windowEndedAt, ...previous, retryScore: 24 }, "three windows of 8");
  assert.equal((await store.grants.find(REVOKED.id))?.revokedReason, "concurrent_use");

  const events = await store.events.list({}, 100);
  assert.deepEqual(
    events.map(({ type, data }) => [type, data]),
    EVENTS.map(([type, data, typeNow = type, dataNow = data]) => [typeNow, dataNow]),
  );
  const listed = found(await store.events.revocations({ since: START }, 100));
  assert.deepEqual(
    listed.events.map(({ type }) => type),
    ["grant.concurrent_use", "grant.revoked", "account.disabled"],
  );

  for (const generation of [5, 6]) {
    assert.equal((await store.grants.rotate(presentedToken(grant, generation))).outcome, "retried");
  }
  assert.equal((await store.grants.rotate(presentedToken(grant, 7))).outcome, "rotated");
}
