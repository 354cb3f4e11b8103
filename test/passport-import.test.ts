import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { importPassport } from "../packages/server/src/cli/passport/import-passport.ts";
import type { ImportReport } from "../packages/server/src/cli/passport/report.ts";
import { readPassportKey } from "../packages/server/src/config/passport.ts";
import { openSource } from "../packages/server/src/passport/import/source.ts";
import {
  clientRows,
  madeTokens,
  passportTables,
  recordedTokens,
  sessionRows,
} from "../packages/server/src/passport/import/testing.ts";
import type { HeldToken } from "../packages/server/src/passport/import/testing.ts";
import { issuedVectors } from "../packages/server/src/passport/vectors/vectors.ts";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { startService, tokensOf } from "../packages/server/src/testing.ts";
import type { Answer, TestService } from "../packages/server/src/testing.ts";
import { MariadbServer } from "./mariadb-server.ts";
import { needMariadb } from "./need.ts";

const SESSIONS = 1000;
/** Of them, those that refresh while the import goes on. */
const EARLY = 20;

/** Programs that refresh at the same time. */
const AT_ONCE = 50;

/** Laravel's database in a test. */
interface Laravel {
  url: string;
  query: (sql: string) => Promise<Record<string, unknown>[]>;
  stop: () => Promise<void>;
}

async function postgresLaravel(): Promise<Laravel> {
  const server = await TestServer.start();
  const url = await server.newDatabase("nothing");
  return { url, query: (sql) => server.query(url, sql), stop: () => server.stop() };
}

async function mariadbLaravel(program: string): Promise<Laravel> {
  const server = await MariadbServer.start(program);
  return { url: server.url, query: (sql) => server.query(sql), stop: () => server.stop() };
}

const mariadb = await needMariadb();
const DEPLOYMENTS = [
  {
    name: "Passport 10 on MariaDB",
    stack: "passport-10.4.2",
    passport: 10,
    tables: "9 to 12",
    dialect: "mysql",
    start: () => mariadbLaravel(mariadb.path),
    skip: mariadb.missing,
  },
  {
    name: "Passport 13 on PostgreSQL",
    stack: "passport-13.x",
    passport: 13,
    tables: "13",
    dialect: "postgres",
    start: postgresLaravel,
    skip: false,
  },
] as const;

for (const { name, stack: stackName, passport, tables, dialect, start, skip } of DEPLOYMENTS) {
  describe(`a deployment of ${name} moves:`, { skip, timeout: 180_000 }, () => {
    let laravel: Laravel;
    let service: TestService;
    let held: HeldToken[];
    const spent = new Map<HeldToken, string>();
    const stack = issuedVectors.stacks.find((one) => one.stack === stackName);
    assert.ok(stack);

    before(async () => {
      laravel = await start();
      service = await startService({ passportKey: issuedVectors.app_key });
      service.clock.at = (stack.issued_at + 3600) * 1000;
      const recorded = recordedTokens(stack);
      held = [...recorded, ...(await madeTokens(recorded, SESSIONS - recorded.length, 1000))];
      await run([
        ...passportTables(dialect, passport),
        ...clientRows(stack, passport),
        ...sessionRows(held.map(({ payload }) => payload)),
      ]);
    });
    after(async () => {
      await service.close();
      await laravel.stop();
    });

    async function run(statements: readonly string[]): Promise<void> {
      for (const statement of statements) await laravel.query(statement);
    }

    async function importAgain({ dryRun = false } = {}): Promise<ImportReport> {
      const passportKey = readPassportKey(issuedVectors.app_key);
      assert.ok(passportKey);
      const source = await openSource(laravel.url);
      try {
        return await importPassport({
          source,
          store: service.deps.store,
          passportKey,
          lifetimes: { access: undefined, refresh: undefined },
          retryWindow: 30,
          scopes: ["read", "write"],
          actor: "test",
          dryRun,
          after: "",
          signal: new AbortController().signal,
          progress: { show: () => {} },
        });
      } finally {
        await source.close();
      }
    }

    function refresh(
      { clientId, clientSecret, refreshToken }: HeldToken,
      presented = refreshToken,
    ): Promise<Answer> {
      const secret = clientSecret === null ? {} : { client_secret: clientSecret };
      return service.refresh({ credentials: { client_id: clientId, ...secret } }, presented);
    }

    async function tokensAfterRefresh(token: HeldToken): Promise<void> {
      const answer = await refresh(token);
      const { refreshToken, accessToken } = tokensOf(answer);
      assert.match(refreshToken, /^rgr_/);
      spent.set(token, refreshToken);
      const { claims } = await service.verified(accessToken);
      const { clientId, subject, scopes } = token.payload;
      assert.deepEqual([claims.aud, claims.sub, claims["scopes"]], [clientId, subject, scopes]);
    }

    const counts = ({ sessions, clients }: ImportReport) => ({
      ...sessions,
      ...clients,
      read: sessions.read,
    });

    test("a dry run tells what would be taken over, and writes nothing", async () => {
      const report = await importAgain({ dryRun: true });
      const made = stack.clients.length;
      const disabled = stack.clients.filter(({ revoked }) => revoked).length;
      assert.equal(report.passport, tables);
      assert.deepEqual(report.lifetimes, { access: 86_400, refresh: 31_536_000 });
      const expected = {
        read: SESSIONS,
        taken: SESSIONS,
        released: 0,
        made,
        disabled,
        refused: 0,
        present: 0,
      };
      assert.deepEqual(counts(report), expected);
      assert.deepEqual(await service.deps.store.clients.list({ limit: 10 }), []);
    });

    test("the import takes all over, a second one changes nothing", async () => {
      const first = await importAgain();
      assert.equal(first.sessions.taken, SESSIONS);
      assert.equal(first.clients.made, stack.clients.length);
      const second = await importAgain();
      assert.equal(second.changed, false);
      assert.deepEqual([second.sessions.present, second.clients.present], [SESSIONS, stack.clients.length]);
    });

    test("while Passport goes on, another import takes over what is new and takes back what ended", async () => {
      const [moved, endedThere, endedAfterMove] = held;
      assert.ok(moved && endedThere && endedAfterMove);
      for (const token of [moved, endedAfterMove, ...held.slice(100, 100 + EARLY)])
        await tokensAfterRefresh(token);
      const fresh = await madeTokens(recordedTokens(stack), 30, 50_000);
      const dead = await madeTokens(recordedTokens(stack), 3, 60_000);
      const purged = await madeTokens(recordedTokens(stack), 2, 70_000);
      await run([
        ...sessionRows(fresh.map(({ payload }) => payload)),
        ...sessionRows(
          dead.map(({ payload }) => payload),
          { revoked: true },
        ),
        ...sessionRows(
          purged.map(({ payload }) => payload),
          { purged: true },
        ),
        ...[endedThere, endedAfterMove].map(
          ({ payload }) => `UPDATE oauth_refresh_tokens SET revoked = TRUE WHERE id = '${payload.tokenId}'`,
        ),
      ]);
      held = [...held.filter((token) => token !== endedThere), ...fresh];

      const report = await importAgain();
      const { taken, released } = report.sessions;
      assert.deepEqual({ taken, released }, { taken: fresh.length, released: 1 });
      assert.deepEqual(report.skipped, { revoked: 5, purged: 2 });
      const refused = await refresh(endedThere);
      assert.deepEqual([refused.status, refused.body["error"]], [400, "invalid_grant"]);
      assert.equal((await importAgain()).changed, false);
    });

    test("every one of the old tokens refreshes, once, and its session goes on", async () => {
      const waiting = held.filter((token) => !spent.has(token));
      while (waiting.length > 0) await Promise.all(waiting.splice(0, AT_ONCE).map(tokensAfterRefresh));
      assert.equal(spent.size, held.length);
      service.clock.at += 60_000;
      for (const token of held.slice(0, 50)) {
        const next = tokensOf(await refresh(token, spent.get(token)));
        assert.notEqual(next.refreshToken, spent.get(token));
      }
      assert.equal((await importAgain()).changed, false, "sessions that moved stay as they are");
    });

    test("a client that Passport revoked since is disabled, and its sessions are passed over", async () => {
      const [token] = held;
      assert.ok(token);
      await run([`UPDATE oauth_clients SET revoked = TRUE WHERE id = '${token.clientId}'`]);
      assert.equal((await importAgain()).clients.disabled, 1);
      assert.equal((await refresh(token, spent.get(token))).status, 401);
      const report = await importAgain();
      assert.equal(report.changed, false);
      assert.ok((report.skipped.noClient ?? 0) > 300);
    });
  });
}
