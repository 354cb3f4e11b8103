import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { importPassport } from "../packages/server/src/admin/passport-import/import-passport.ts";
import type { ImportReport } from "../packages/server/src/admin/passport-import/report.ts";
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
import { startService, tokensOf } from "../packages/server/src/testing.ts";
import type { TestResponse, TestService } from "../packages/server/src/testing.ts";
import { mariadbLaravel, postgresLaravel } from "./laravel.ts";
import type { Laravel } from "./laravel.ts";
import { needMariadb } from "./need.ts";

const SESSIONS = 1000;
/** Of them, those that refresh while the import goes on. */
const EARLY = 20;

/** Programs that refresh at the same time. */
const AT_ONCE = 50;

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

/** As PHP hashed it. */
const BCRYPT = {
  password: "tBahOI27IKSeBUM9vs6Z7DYVegA8cijcTac3VAoI",
  hash: "$2y$10$jz87KgzrtNesp1qaye3iZeyHKfGaXjbXnAu733OVQhK6kNG1g8erW",
};

for (const { name, stack: stackName, passport, tables, dialect, start, skip } of DEPLOYMENTS) {
  describe(`a deployment of ${name} moves:`, { skip, timeout: 180_000 }, () => {
    let laravel: Laravel;
    let service: TestService;
    let held: HeldToken[];
    const spent = new Map<HeldToken, string>();
    const stack = issuedVectors.stacks.find((one) => one.stack === stackName);
    assert.ok(stack);

    // Both servers start at once.
    const started = skip === false ? start() : undefined;

    before(async () => {
      laravel = await (started as Promise<Laravel>);
      service = await startService({
        passportKey: issuedVectors.app_key,
        passportDatabase: laravel.url,
        passportUnknownTokens: "ask",
        passportUsers: true,
      });
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
    ): Promise<TestResponse> {
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
        imported: SESSIONS,
        released: 0,
        created: made,
        disabled,
        refused: 0,
        present: 0,
      };
      assert.deepEqual(counts(report), expected);
      assert.deepEqual(await service.deps.store.clients.list({ limit: 10 }), []);
    });

    test("the import takes all over, a second one changes nothing", async () => {
      const first = await importAgain();
      assert.equal(first.sessions.imported, SESSIONS);
      assert.equal(first.clients.created, stack.clients.length);
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
      const { imported, released } = report.sessions;
      assert.deepEqual({ imported, released }, { imported: fresh.length, released: 1 });
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

    test("a token that no import knew is good if Passport would go by its row, and only then", async () => {
      const [fresh, purged, revoked, absent] = await madeTokens(recordedTokens(stack), 4, 80_000);
      assert.ok(fresh && purged && revoked && absent);
      await run([
        ...sessionRows([fresh.payload]),
        ...sessionRows([purged.payload], { purged: true }),
        ...sessionRows([revoked.payload], { revoked: true }),
      ]);
      for (const token of [fresh, purged]) await tokensAfterRefresh(token);
      for (const token of [revoked, absent])
        assert.equal((await refresh(token)).body["error"], "invalid_grant");

      const later = await madeTokens(recordedTokens(stack), 1, 90_000);
      await run(sessionRows(later.map(({ payload }) => payload)));
      await run(["ALTER TABLE oauth_refresh_tokens RENAME TO gone"]);
      const unasked = await refresh(later[0] as HeldToken);
      assert.deepEqual([unasked.status, unasked.body["error"]], [503, "temporarily_unavailable"]);
      await run(["ALTER TABLE gone RENAME TO oauth_refresh_tokens"]);
      await tokensAfterRefresh(later[0] as HeldToken);
    });

    test("Laravel's users sign in with the passwords that they have there", async () => {
      const [{ clientId, clientSecret } = assert.fail()] = held;
      const credentials = { client_id: clientId, client_secret: clientSecret ?? "" };
      const signIn = (username: string, password: string) =>
        service.token({ grant_type: "password", ...credentials, username, password, scope: "read" });
      await run([
        "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(255) NOT NULL, password varchar(255) NOT NULL, deleted_at date)",
        `INSERT INTO users VALUES (7, 'ada@example.com', '${BCRYPT.hash}', NULL), (8, 'gone@example.com', '${BCRYPT.hash}', '2026-01-01')`,
      ]);
      const { claims } = await service.verified(
        tokensOf(await signIn("ada@example.com", BCRYPT.password)).accessToken,
      );
      assert.equal(claims.sub, "7");
      const [{ password } = assert.fail()] = await laravel.query("SELECT password FROM users WHERE id = 7");
      assert.equal(password, BCRYPT.hash, "nothing is written there");
      for (const [username, tried] of [
        ["ada@example.com", "wrong"],
        ["gone@example.com", BCRYPT.password],
        ["nobody@example.com", BCRYPT.password],
      ] as const) {
        assert.equal((await signIn(username, tried)).body["error"], "invalid_grant", username);
      }
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
