import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { readPassportKey } from "../packages/server/src/config/passport.ts";
import { keysOfPassword, open, readCiphertext } from "../packages/server/src/passport/defuse.ts";
import { issuedVectors } from "../packages/server/src/passport/vectors/vectors.ts";
import { startService, tokensOf } from "../packages/server/src/testing.ts";
import type { TestService } from "../packages/server/src/testing.ts";
import { mariadbLaravel, passportTables, postgresLaravel } from "./laravel.ts";
import type { Laravel } from "./laravel.ts";
import { needMariadb, needPhp } from "./need.ts";

const YEAR = 365 * 86_400;
const DAY = 86_400_000;

/** Passport's tables with a prefix, and the views that the guide makes of them. */
const PREFIXED = (boolean: string, instant: string) => [
  ...passportTables({ boolean, instant }).map((sql) => sql.replaceAll("oauth_", "lara_oauth_")),
  ...["oauth_access_tokens", "oauth_refresh_tokens"].map(
    (table) => `CREATE VIEW ${table} AS SELECT * FROM lara_${table}`,
  ),
];

/** Laravel's database with these tables. */
async function withTables(started: Promise<Laravel>, tables: readonly string[]): Promise<Laravel> {
  const laravel = await started;
  for (const table of tables) await laravel.query(table);
  return laravel;
}

const mariadb = await needMariadb();
const php = await needPhp("pdo_mysql", "pdo_pgsql");
const ENGINES = [
  {
    name: "PostgreSQL with a table prefix",
    start: () => withTables(postgresLaravel(), PREFIXED("boolean", "timestamp(0)")),
    skip: false,
    table: "lara_oauth_access_tokens",
    unfit: "22P02",
  },
  {
    name: "MariaDB",
    start: () =>
      withTables(
        mariadbLaravel(mariadb.path),
        passportTables({ boolean: "tinyint(1)", instant: "datetime" }),
      ),
    skip: mariadb.missing,
    table: "oauth_access_tokens",
    unfit: "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD",
  },
] as const;

for (const { name, start, skip, table, unfit } of ENGINES) {
  describe(
    `while the way back to Passport is open, with Laravel on ${name},`,
    { skip, timeout: 180_000 },
    () => {
      let db: Laravel;
      const services: TestService[] = [];
      before(async () => {
        db = await start();
      });
      after(async () => {
        for (const service of services) await service.close();
        await db?.stop();
      });

      /** A service whose client 1 and user 7 are Laravel's, and a first answer. */
      async function begin() {
        await db.query("DELETE FROM oauth_access_tokens");
        await db.query("DELETE FROM oauth_refresh_tokens");
        const service = await startService({
          passportKey: issuedVectors.app_key,
          passportRollbackUntil: new Date(Date.UTC(2026, 0, 31)).toISOString(),
          passportDatabase: db.url,
        });
        services.push(service);
        const lifetimes = { accessTtl: 3600, refreshIdleTtl: YEAR, refreshMaxTtl: 3 * YEAR };
        const client = await service.client({ profile: "passport", ...lifetimes }, { id: "1" });
        const { refreshToken } = await service.grant(client, { subject: "7" });
        return { service, client, first: refreshToken };
      }

      test("each answer's tokens are what Passport decrypts and finds in its tables", async () => {
        const { service, client, first } = await begin();
        const answer = await service.refresh(client, first);
        const { accessToken, refreshToken, refreshTokenExpiresIn } = tokensOf(answer);
        const payload = await decryptedByPassport(refreshToken);
        const { claims } = await service.verified(accessToken);
        const now = service.clock.at / 1000;
        assert.deepEqual(
          { ...payload, refresh_token_id: undefined, regrant: undefined },
          {
            client_id: "1",
            refresh_token_id: undefined,
            access_token_id: claims.jti,
            scopes: ["read", "write"],
            user_id: "7",
            expire_time: now + refreshTokenExpiresIn,
            regrant: undefined,
          },
        );
        assert.match(String(payload["refresh_token_id"]), /^[0-9a-f]{80}$/);
        assert.match(String(claims.jti), /^[0-9a-f]{80}$/);

        assert.deepEqual(await liveRefreshTokens(db), [
          { id: payload["refresh_token_id"], access_token_id: claims.jti },
        ]);
        const [access] = await db.query(
          `SELECT CAST(user_id AS char(9)) AS user_id, CAST(client_id AS char(9)) AS client_id, scopes, name
         FROM oauth_access_tokens WHERE revoked = FALSE`,
        );
        const trimmed = {
          ...access,
          user_id: String(access?.["user_id"]).trim(),
          client_id: String(access?.["client_id"]).trim(),
        };
        assert.deepEqual(trimmed, { user_id: "7", client_id: "1", scopes: '["read","write"]', name: null });
      });

      test("the refresh after a grant was extended gives token and row the new end", async () => {
        const { service } = await begin();
        const lifetimes = { accessTtl: 60, retryWindow: 30, refreshMaxTtl: 100 };
        const brief = await service.client({ profile: "passport", ...lifetimes }, { id: "2" });
        const { refreshToken } = await service.grant(brief, { subject: "7" });
        const [grant] = await service.deps.store.grants.list({ clientId: "2" }, { limit: 1 });
        await service.deps.store.grants.extendLifetime(grant?.id ?? "", { by: 900 }, "test");
        const refreshed = tokensOf(await service.refresh(brief, refreshToken));
        assert.equal(refreshed.refreshTokenExpiresIn, 1000);
        const payload = await decryptedByPassport(refreshed.refreshToken);
        const end = service.clock.at / 1000 + 1000;
        assert.equal(payload["expire_time"], end);
        const [row] = await db.query(
          `SELECT CAST(expires_at AS char(19)) AS expires_at FROM oauth_refresh_tokens WHERE id = '${String(payload["refresh_token_id"])}'`,
        );
        assert.equal(Date.parse(`${String(row?.["expires_at"])}Z`), end * 1000);
      });

      test("PHP decrypts the newest token and finds its rows alive, and those of a spent one revoked", async (t) => {
        if (php.missing) return t.skip(php.missing);
        const { service, client, first } = await begin();
        const second = tokensOf(await service.refresh(client, first)).refreshToken;
        const [spent, newest] = [await readByPhp(db.url, first), await readByPhp(db.url, second)];
        const { refresh_token_id: id, access_token_id: accessTokenId } = newest.payload;
        assert.deepEqual(newest.payload, await decryptedByPassport(second));
        const { expires_at: expiry, revoked, ...refreshToken } = newest.refresh_token;
        assert.deepEqual(refreshToken, { id, access_token_id: accessTokenId });
        assert.equal(Date.parse(`${expiry}Z`), Number(newest.payload["expire_time"]) * 1000);
        const { user_id, client_id, scopes, id: accessId } = newest.access_token;
        assert.deepEqual(
          { user_id, client_id, scopes, accessId },
          { user_id: "7", client_id: "1", scopes: '["read","write"]', accessId: accessTokenId },
        );
        assert.deepEqual([isTrue(revoked), isTrue(newest.access_token["revoked"])], [false, false]);
        assert.deepEqual(
          [spent.refresh_token, spent.access_token].map((row) => isTrue(row["revoked"])),
          [true, true],
        );
      });

      test("a retry gets the same token, and nothing changes in the tables", async () => {
        const { service, client, first } = await begin();
        const [one, ...others] = await Promise.all(
          Array.from({ length: 10 }, () => service.refresh(client, first)),
        );
        assert.ok(one);
        for (const other of others) assert.deepEqual(tokensOf(other), tokensOf(one));
        const before = await rows(db);
        service.clock.at += 20_000;
        const retried = tokensOf(await service.refresh(client, first));
        assert.equal(retried.refreshToken, tokensOf(one).refreshToken);
        assert.deepEqual(await rows(db), before);
        assert.equal(before.length, 2, "of the first answer and of its successor");
      });

      test("a late retry's new access token is the one that is revoked with the session", async () => {
        const { service, client, first } = await begin();
        const answer = tokensOf(await service.refresh(client, first));
        service.clock.at += 300_000;
        const late = tokensOf(await service.refresh(client, first));
        assert.equal(
          (await decryptedByPassport(late.refreshToken))["refresh_token_id"],
          (await decryptedByPassport(answer.refreshToken))["refresh_token_id"],
        );
        const { access_token_id } = await decryptedByPassport(late.refreshToken);
        const [row, ...others] = await liveRefreshTokens(db);
        assert.deepEqual([row?.["access_token_id"], others], [access_token_id, []]);
        await service.revoke(client, late.refreshToken);
        await eventually(async () => (await liveRefreshTokens(db)).length === 0);
        const access = await db.query("SELECT id FROM oauth_access_tokens WHERE revoked = FALSE");
        assert.ok(!access.some(({ id }) => id === access_token_id));
      });

      test("what is spent is revoked there, and one session has one live row through many refreshes", async () => {
        const { service, client, first } = await begin();
        let held = first;
        for (let i = 0; i < 5; i += 1) {
          service.clock.at += 60_000;
          held = tokensOf(await service.refresh(client, held)).refreshToken;
        }
        const { refresh_token_id, access_token_id } = await decryptedByPassport(held);
        assert.deepEqual(await liveRefreshTokens(db), [{ id: refresh_token_id, access_token_id }]);
        const access = await db.query("SELECT id FROM oauth_access_tokens WHERE revoked = FALSE");
        assert.deepEqual(access, [{ id: access_token_id }]);
      });

      test("reuse is found as ever, and ends the session in Passport's tables too", async () => {
        const { service, client, first } = await begin();
        service.clock.at += 300_000;
        const second = tokensOf(await service.refresh(client, first)).refreshToken;
        service.clock.at += 300_000;
        await service.refresh(client, second);
        service.clock.at += 300_000;
        const reused = await service.refresh(client, first);
        assert.equal(reused.body["error_reason"], "reused");
        await eventually(async () => (await liveRefreshTokens(db)).length === 0);
        const access = await db.query("SELECT id FROM oauth_access_tokens WHERE revoked = FALSE");
        assert.deepEqual(access, []);
      });

      test("a row that cannot be written makes no answer, and the retry is answered when it can", async () => {
        const { service, client, first } = await begin();
        await db.query("ALTER TABLE oauth_refresh_tokens RENAME TO gone");
        const refused = await service.refresh(client, first);
        await db.query("ALTER TABLE gone RENAME TO oauth_refresh_tokens");
        assert.deepEqual([refused.status, refused.body["error"]], [503, "temporarily_unavailable"]);
        assert.equal(refused.headers.get("retry-after"), "1");
        const { refreshToken } = tokensOf(await service.refresh(client, first));
        assert.equal((await liveRefreshTokens(db)).length, 1);
        assert.equal((await decryptedByPassport(refreshToken))["client_id"], "1");
      });

      test("retries that come at once wait for one write of their rows", async (t) => {
        const { service, client, first } = await begin();
        const rows = service.passport?.rollback?.rows;
        assert.ok(rows);
        const write = rows.write.bind(rows);
        const { mock } = t.mock.method(rows, "write", async (content: Parameters<typeof write>[0]) => {
          await new Promise((resolve) => setTimeout(resolve, 1000));
          await write(content);
        });
        const send = () => Promise.all(Array.from({ length: 100 }, () => service.refresh(client, first)));
        const [one, ...others] = await send();
        assert.ok(one);
        for (const other of others) assert.deepEqual(tokensOf(other), tokensOf(one));
        assert.ok(mock.callCount() <= 2, `${mock.callCount()} writes`);
        await send();
        assert.ok(mock.callCount() <= 4, "a later retry writes again: the rows may be gone");
        assert.ok(mock.callCount() >= 2);
      });

      test("a session whose rows do not fit goes on with our tokens alone, and is reported once", async () => {
        const { service, client } = await begin();
        let { refreshToken: held } = await service.grant(client, { subject: "ada@example.com" });
        for (let i = 0; i < 3; i += 1) {
          assert.match(held, /^rgr_/);
          service.clock.at += 120_000;
          const answers = [await service.refresh(client, held), await service.refresh(client, held)];
          const [next, retried] = answers.map((answer) => tokensOf(answer).refreshToken);
          assert.ok(next);
          assert.equal(retried, next);
          held = next;
        }
        assert.equal((await rows(db)).length, 1, "of the first response");
        const events = await service.deps.store.events.list({ type: "grant.rollback_impossible" }, 10);
        assert.deepEqual(
          events.map(({ data }) => data["code"]),
          [unfit],
        );
        const warned = service.log.filter(({ event }) => event === "grant.rollback_impossible");
        assert.equal(warned.length, 1);

        const stranger = await service.client({ profile: "passport" });
        assert.match(
          (await service.grant(stranger, { subject: "7" })).refreshToken,
          /^rgr_/,
          "its client id",
        );
      });

      test("what is spent is revoked there also if its successor does not fit", async () => {
        const { service, client, first } = await begin();
        const [live] = await liveRefreshTokens(db);
        const fits = `CHECK (id = '${String(live?.["access_token_id"])}')`;
        await db.query(`ALTER TABLE ${table} ADD CONSTRAINT fits ${fits}`);
        const next = tokensOf(await service.refresh(client, first)).refreshToken;
        await db.query(`ALTER TABLE ${table} DROP CONSTRAINT fits`);
        assert.match(next, /^rgr_/);
        assert.deepEqual(await liveRefreshTokens(db), []);
        assert.match(
          tokensOf(await service.refresh(client, next)).refreshToken,
          /^def50200/,
          "it fits again",
        );
      });

      test("another client's profile, and the time after, get tokens of ours alone; what was given goes on", async () => {
        const { service, client, first } = await begin();
        const modern = await service.client();
        assert.match((await service.grant(modern)).refreshToken, /^rgr_/);
        const inTime = tokensOf(await service.refresh(client, first)).refreshToken;
        assert.match(inTime, /^def50200/);
        const before = await rows(db);
        service.clock.at += 31 * DAY;
        assert.match(tokensOf(await service.refresh(client, inTime)).refreshToken, /^rgr_/);
        assert.deepEqual(await rows(db), before);
      });
    },
  );
}

/** What PHP makes of the token: Passport's own way to decrypt it, with nothing but the APP_KEY. */
async function decryptedByPassport(token: string): Promise<Record<string, unknown>> {
  const password = readPassportKey(issuedVectors.app_key)?.password;
  const ciphertext = readCiphertext(token);
  assert.ok(password && ciphertext, "it has the form");
  const plaintext = open(ciphertext, await keysOfPassword(password, ciphertext.salt));
  assert.ok(plaintext, "its MAC fits");
  return JSON.parse(plaintext.toString("utf8")) as Record<string, unknown>;
}

interface ReadByPhp {
  payload: Record<string, unknown>;
  refresh_token: Record<string, string | null>;
  access_token: Record<string, string | null>;
}

/** What a PHP program reads with the APP_KEY and Laravel's connection. */
async function readByPhp(database: string, token: string): Promise<ReadByPhp> {
  const { protocol, hostname: host, port, pathname, username: user, password } = new URL(database);
  const driver = protocol === "mysql:" ? "mysql" : "pgsql";
  const dsn = `${driver}:host=${host};port=${port};dbname=${pathname.slice(1)}`;
  const child = spawn(php.path, [join(import.meta.dirname, "page/passport.php")]);
  const key = issuedVectors.app_key.replace(/^base64:/, "");
  child.stdin.end(JSON.stringify({ key, token, dsn, user, password: decodeURIComponent(password) }));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as ReadByPhp;
}

/** A boolean as PDO gives it as text. */
function isTrue(value: string | null | undefined): boolean {
  return value === "1" || value === "t";
}

/** What Passport asks of a presented refresh token's row. */
function liveRefreshTokens({ query }: Laravel): Promise<Record<string, unknown>[]> {
  return query("SELECT id, access_token_id FROM oauth_refresh_tokens WHERE revoked = FALSE");
}

function rows({ query }: Laravel): Promise<Record<string, unknown>[]> {
  return query("SELECT id, access_token_id, revoked FROM oauth_refresh_tokens ORDER BY id");
}

/** Another process tells the tables: within seconds. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("it did not come to that");
}
