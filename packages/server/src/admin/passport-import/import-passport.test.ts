import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { readPassportKey } from "../../config/passport.ts";
import { openSource } from "../../passport/import/source.ts";
import {
  clientRows,
  madeTokens,
  passportTables,
  recordedTokens,
  sessionRows,
} from "../../passport/import/testing.ts";
import { rollbackTokenId } from "../../passport/rollback.ts";
import { issuedVectors } from "../../passport/vectors/vectors.ts";
import type { IssuedStack } from "../../passport/vectors/vectors.ts";
import { startService } from "../../testing.ts";
import { importPassport } from "./import-passport.ts";

const STACK = issuedVectors.stacks.find(({ stack }) => stack === "passport-10.4.2") as IssuedStack;

/** What a deployment has in another way than Passport 10 by itself. */
interface Otherwise {
  table?: (sql: string) => string;
  clientId?: (id: string) => string;
}

/** A deployment in an SQLite file, with so many sessions, and a service that imports from it. */
async function begin(t: TestContext, sessions: number, { table, clientId }: Otherwise = {}) {
  const service = await startService({ passportKey: issuedVectors.app_key });
  service.clock.at = (STACK.issued_at + 3600) * 1000;
  const file = join(service.folder, "database.sqlite");
  const laravel = new DatabaseSync(file);
  const renamed = (id: string) => clientId?.(id) ?? id;
  const recorded = recordedTokens(STACK).map((token) => {
    const id = renamed(token.clientId);
    return { ...token, clientId: id, payload: { ...token.payload, clientId: id } };
  });
  const held = await madeTokens(recorded, sessions, 1);
  const clients = STACK.clients.map((client) => ({ ...client, id: renamed(client.id) }));
  const rows = sessionRows(held.map(({ payload }) => payload));
  for (const sql of passportTables("sqlite", 10)) laravel.exec(table?.(sql) ?? sql);
  for (const sql of [...clientRows({ ...STACK, clients }, 10), ...rows]) laravel.exec(sql);
  const source = await openSource(`sqlite:${file}`);
  t.after(async () => {
    await source.close();
    laravel.close();
    await service.close();
  });
  const passportKey = readPassportKey(issuedVectors.app_key);
  assert.ok(passportKey);
  const run = (after = "", signal = new AbortController().signal) =>
    importPassport({
      source,
      store: service.deps.store,
      passportKey,
      lifetimes: { access: undefined, refresh: undefined },
      retryWindow: 30,
      scopes: [],
      actor: "test",
      dryRun: false,
      after,
      signal,
      progress: { show: () => {} },
    });
  return { service, laravel, held, run };
}

test("an import that is stopped ends after a page, and goes on from there or from the beginning", async (t) => {
  const { run } = await begin(t, 1100);
  const first = await run("", AbortSignal.abort());
  assert.deepEqual([first.stopped, first.sessions.imported], [true, 500]);
  const second = await run(first.after, AbortSignal.abort());
  // The cursor is less than the whole id, so that row is read again.
  assert.deepEqual([second.sessions.imported, second.sessions.present], [499, 1]);
  const rest = await run();
  assert.deepEqual([rest.sessions.imported, rest.sessions.present, rest.stopped], [101, 999, false]);
});

const OTHERS: Record<string, Otherwise & { told: string }> = {
  "Passport 10 with UUIDs for clients": {
    table: (sql) => sql.replaceAll("bigint", "char(36)"),
    clientId: (id) => `9d0e6f0a-0000-4000-8000-${id.padStart(12, "0")}`,
    told: "9 to 12",
  },
  "Passport 8, which knows no provider": {
    table: (sql) => sql.replace("provider varchar(255), ", ""),
    told: "7 or 8",
  },
};

for (const [name, { told, ...otherwise }] of Object.entries(OTHERS)) {
  test(`a deployment of ${name} moves, and its tokens refresh`, async (t) => {
    const { service, held, run } = await begin(t, 6, otherwise);
    const report = await run();
    assert.deepEqual([report.passport, report.sessions.imported, report.skipped], [told, 6, {}]);
    for (const { clientId, clientSecret, refreshToken } of held) {
      const credentials = { client_id: clientId, ...(clientSecret && { client_secret: clientSecret }) };
      const answer = await service.refresh({ credentials }, refreshToken);
      assert.equal(answer.status, 200, answer.text);
    }
  });
}

test("what an operator changed here is not undone: settings, secrets, disabled clients, ended sessions", async (t) => {
  const { service, held, run } = await begin(t, 10);
  await run();
  const { clients, grants } = service.deps.store;
  await clients.update("1", { name: "Renamed", accessTtl: 60 }, "test");
  await clients.disable("2", "test");
  const [ended] = await grants.list({ clientId: "1" }, { limit: 1 });
  assert.ok(ended);
  await grants.revoke(ended.id, "revoked_by_operator", "test");
  const report = await run();
  assert.equal(report.changed, false);
  assert.deepEqual(report.notes, [
    { clientId: "1", note: "kept as it is here, where Passport differs: name" },
  ]);
  assert.equal((await clients.find("1"))?.accessTtl, 60);
  assert.notEqual((await clients.find("2"))?.disabledAt, null);
  assert.notEqual((await grants.find(ended.id))?.revokedAt, null);
  assert.equal(report.skipped.noClient, held.filter(({ clientId }) => clientId === "2").length);
});

test("rows that were written for the way back are passed over: they are sessions of here already", async (t) => {
  const { service, laravel, held, run } = await begin(t, 3);
  await run();
  const [{ payload } = assert.fail()] = held;
  const [grant] = await service.deps.store.grants.list({ clientId: payload.clientId }, { limit: 1 });
  assert.ok(grant);
  const own = { ...payload, tokenId: rollbackTokenId(grant.id, 1), accessTokenId: "a".repeat(80) };
  // As it looks, but of no grant: Passport's own id may by chance.
  const lookalike = {
    ...payload,
    tokenId: `${"0".repeat(12)}70008${"0".repeat(63)}`,
    accessTokenId: "b",
  };
  for (const row of sessionRows([own, lookalike])) laravel.exec(row);
  const report = await run();
  assert.deepEqual([report.sessions.imported, report.skipped], [1, { own: 1 }]);
});

test("a session without a user, or whose scopes nobody can read, is passed over and counted", async (t) => {
  const { laravel, held, run } = await begin(t, 4);
  const [noUser, damaged] = held.map(({ payload }) => payload.accessTokenId);
  laravel.exec(`UPDATE oauth_access_tokens SET user_id = NULL WHERE id = '${noUser}'`);
  laravel.exec(`UPDATE oauth_access_tokens SET scopes = '["a b"]' WHERE id = '${damaged}'`);
  const report = await run();
  assert.deepEqual([report.sessions.imported, report.skipped], [2, { noUser: 1, scopes: 1 }]);
});
