import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashPassword } from "../packages/server/src/identity/password-hash.ts";
import { openSource } from "../packages/server/src/passport/import/source.ts";
import { issuedVectors } from "../packages/server/src/passport/vectors/vectors.ts";
import { startService, tokensOf } from "../packages/server/src/testing.ts";
import type { TestService } from "../packages/server/src/testing.ts";
import { mariadbLaravel, passportTables, postgresLaravel } from "./laravel.ts";
import type { Laravel } from "./laravel.ts";
import { needMariadb } from "./need.ts";

const mariadb = await needMariadb();
const ENGINES = [
  {
    name: "PostgreSQL",
    start: postgresLaravel,
    skip: false,
    tables: passportTables({ boolean: "boolean", instant: "timestamp(0)" }),
    characters: "",
    modes: [],
  },
  {
    name: "MariaDB",
    start: () => mariadbLaravel(mariadb.path, "GRANT SUPER ON *.* TO laravel@'127.0.0.1';"),
    skip: mariadb.missing,
    tables: passportTables({ boolean: "tinyint(1)", instant: "datetime" }),
    characters: " CHARACTER SET latin1",
    modes: ["ANSI_QUOTES", "STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES", "STRICT_TRANS_TABLES"],
  },
] as const;
/** No number that JavaScript has. */
const ADA = { id: "9007199254740993", username: "ada@example.com", password: "secret" };

for (const { name, start, skip, tables, characters, modes } of ENGINES) {
  describe(`what is sent to Laravel's database on ${name}`, { skip, timeout: 120_000 }, () => {
    let laravel: Laravel;
    before(async () => {
      laravel = await start();
      for (const table of tables) await laravel.query(table);
      await laravel.query(
        `CREATE TABLE users (id bigint, email varchar(200) PRIMARY KEY, password varchar(255))${characters}`,
      );
      const hash = await hashPassword(ADA.password);
      await laravel.query(`INSERT INTO users VALUES (${ADA.id}, '${ADA.username}', '${hash}')`);
    });
    after(() => laravel?.stop());

    async function started(t: { after: (job: () => Promise<void>) => void }): Promise<TestService> {
      const service = await startService({
        passportKey: issuedVectors.app_key,
        passportDatabase: laravel.url,
        passportUsers: true,
        passportRollbackUntil: new Date(Date.UTC(2026, 0, 31)).toISOString(),
      });
      t.after(() => service.close());
      return service;
    }

    test("a username is never a part of a statement, whatever the server's mode", async (t) => {
      const hash = Buffer.from(await hashPassword("mine")).toString("hex");
      const attack = `x' UNION SELECT 1 AS id, 0x78 AS email, 0x${hash} AS password #`;
      const inImport = "x' OR 1 = 1 #";
      for (const mode of [undefined, ...modes]) {
        if (mode !== undefined) await laravel.query(`SET GLOBAL sql_mode = '${mode}'`);
        const service = await started(t);
        const client = await service.client();
        const ask = (username: string, password: string) =>
          service.token({ grant_type: "password", ...client.credentials, username, password });
        const { status, body } = await ask(attack, "mine");
        assert.deepEqual([status, body["error"]], [400, "invalid_grant"], mode);
        const { accessToken } = tokensOf(await ask(ADA.username, ADA.password));
        assert.equal((await service.verified(accessToken)).claims.sub, ADA.id);

        const source = await openSource(laravel.url);
        t.after(() => source.close());
        assert.deepEqual(await source.query("SELECT id FROM users WHERE email = ?", [inImport]), [], mode);
        const [row] = await source.query("SELECT id FROM users WHERE email = ?", [ADA.username]);
        assert.equal(row?.["id"], ADA.id);
      }
    });

    test("a username that the column cannot hold is an unknown one", async (t) => {
      const service = await started(t);
      const { credentials } = await service.client();
      for (const username of ["\u{1F600}@example.com", "a\0b@example.com"]) {
        const asked = { grant_type: "password", ...credentials, username, password: "mine" };
        const { status, body } = await service.token(asked);
        assert.deepEqual([status, body["error"]], [400, "invalid_grant"], username);
      }
    });

    test("no value of a statement is in the log, whatever fails", async (t) => {
      const service = await started(t);
      const client = await service.client({ profile: "passport" }, { id: "1" });
      const secrets = { username: "typed-password", password: "hunter2" };
      const ask = () => service.token({ grant_type: "password", ...client.credentials, ...secrets });
      assert.equal((await ask()).status, 400);
      await laravel.query("ALTER TABLE users RENAME TO gone");
      assert.equal((await ask()).status, 503);
      await laravel.query("ALTER TABLE gone RENAME TO users");

      // Only PostgreSQL's error of it has the row.
      await laravel.query("ALTER TABLE oauth_access_tokens ADD COLUMN tenant integer NOT NULL");
      const unwritten = await service.grant(client, { subject: "7123456" }).catch((error: unknown) => error);
      await laravel.query("ALTER TABLE oauth_access_tokens DROP COLUMN tenant");
      assert.match(String(unwritten), /laravel_not_written/);

      const failed = service.log.filter(({ cause }) => String(cause).startsWith("laravel_"));
      assert.ok(failed.length > 0);
      const { message } = (failed[0] ?? {})["err"] as { message: string };
      assert.match(message, /users.*, in: SELECT \* FROM users WHERE email = \? LIMIT 1$/);
      const said = JSON.stringify(failed) + inspected(unwritten);
      for (const value of [...Object.values(secrets), "7123456"]) assert.ok(!said.includes(value), value);
    });
  });
}

/** All that a program could print of an error and of those behind it. */
function inspected(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  const { message, stack, cause } = error;
  return [message, stack, JSON.stringify(error), cause === undefined ? "" : inspected(cause)].join("\n");
}
