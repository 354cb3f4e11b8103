import assert from "node:assert/strict";
import { createPublicKey, randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { jwtVerify } from "jose";
import {
  clientRows,
  madeTokens,
  passportTables,
  recordedTokens,
  sessionRows,
} from "../../passport/import/testing.ts";
import { issuedVectors } from "../../passport/vectors/vectors.ts";
import type { IssuedStack } from "../../passport/vectors/vectors.ts";
import { TestServer } from "../../store/contract/postgres-server.ts";
import { CommandLine } from "../testing.ts";

const STACK = issuedVectors.stacks.find(({ stack }) => stack === "passport-10.4.2") as IssuedStack;
/** s */
const IN_A_YEAR = Math.floor(Date.now() / 1000) + 31_536_000;

/** A deployment of Passport in a file, its key, and a command line whose database does not exist yet. */
async function deployment() {
  const cli = new CommandLine();
  const [database, keyFile] = [join(cli.folder, "laravel.sqlite"), join(cli.folder, "oauth-private.key")];
  const laravel = new DatabaseSync(database);
  const tokens = await madeTokens(recordedTokens(STACK), 5, 1);
  const sessions = sessionRows(tokens.map(({ payload }) => ({ ...payload, expiresAt: IN_A_YEAR })));
  for (const sql of [...passportTables("sqlite", 10), ...clientRows(STACK, 10), ...sessions])
    laravel.exec(sql);
  laravel.close();
  writeFileSync(keyFile, issuedVectors.private_key);
  const args = ["import", "passport", "--from", `sqlite:${database}`, "--key-file", keyFile];
  return { cli, args };
}

const KEY = { REGRANT_PASSPORT_KEY: issuedVectors.app_key, REGRANT_SIGNING_ALGORITHM: undefined };

/** All rows of an SQLite file, as text. */
function rowsIn(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  const rows = tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${String(name)}"`).all()]);
  const { user_version: version } = database.prepare("PRAGMA user_version").get() ?? {};
  database.close();
  return JSON.stringify([version, rows]);
}

/** The database's first client and token: from now on a key has signed. */
async function issueToken(cli: CommandLine, env: Record<string, string | undefined> = {}): Promise<void> {
  const created = await cli.run(["client", "create", "--name", "Shop", "--json"], { env });
  const { client_id } = JSON.parse(created.stdout) as { client_id: string };
  const { code, stderr } = await cli.run(["grant", "issue", "--client", client_id, "--subject", "7"], {
    env,
  });
  assert.equal(code, 0, stderr);
}

test("a dry run creates no database: not its file, its key, or its folder", async () => {
  const { cli, args } = await deployment();
  const before = readdirSync(cli.folder);
  const { code, stdout, stderr } = await cli.run([...args, "--dry-run"], { env: KEY });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(
    stdout,
    /Dry run: nothing is written\.[^]*5 {2}imported[^]*signing key \S+ would sign at once/,
  );
  assert.deepEqual(readdirSync(cli.folder), before);
});

test("a dry run changes no row of a database that has rows, and says when the key would sign", async () => {
  const { cli, args } = await deployment();
  await issueToken(cli);
  const path = join(cli.folder, "regrant.db");
  const before = rowsIn(path);
  const { code, stdout, stderr } = await cli.run([...args, "--dry-run"], { env: KEY });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /would sign\s+from\s+\S+\s+\(in\s+5\s+min\s+\d*\s*s?\):\s+send\s+no\s+traffic/);
  assert.equal(rowsIn(path), before);
});

test("a dry run does not bring an older schema up to date", async () => {
  const { cli, args } = await deployment();
  await issueToken(cli);
  const path = join(cli.folder, "regrant.db");
  new DatabaseSync(path).exec("PRAGMA user_version = 3");
  const before = rowsIn(path);
  const { code, stderr } = await cli.run([...args, "--dry-run"], { env: KEY });
  assert.equal(code, 1);
  assert.match(stderr, /schema is version 3, this program has \d+\. Starting the service/);
  assert.equal(rowsIn(path), before);
});

test(
  "a dry run writes nothing to PostgreSQL, with and without tables",
  { timeout: 120_000 },
  async (t: TestContext) => {
    const server = await TestServer.start();
    t.after(() => server.stop());
    const database = await server.newDatabase();
    const { cli, args } = await deployment();
    const env = {
      ...KEY,
      REGRANT_DATABASE: database,
      REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
    };
    await server.query(database, "DROP SCHEMA public CASCADE");
    await server.query(database, "CREATE SCHEMA public");
    const tables = () =>
      server.query(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
    const first = await cli.run([...args, "--dry-run"], { env });
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    assert.match(first.stdout, /5 {2}imported[^]*would sign at once/);
    assert.deepEqual(await tables(), []);
    await issueToken(cli, env);
    const counts = () =>
      server.query(
        database,
        `SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS writes FROM pg_stat_user_tables ORDER BY 1`,
      );
    const events = () => server.query(database, "SELECT count(*) AS events FROM events");
    const before = [await counts(), await events()];
    const second = await cli.run([...args, "--dry-run"], { env });
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual([await counts(), await events()], before);
  },
);

test("the key that a new database was imported with signs its first token", async () => {
  const { cli, args } = await deployment();
  const { code, stdout, stderr } = await cli.run(args, { env: KEY });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /signing key \S+ published; it signs at once/);
  const issued = await cli.run(["grant", "issue", "--client", "1", "--subject", "7", "--json"], { env: KEY });
  const { access_token } = JSON.parse(issued.stdout) as { access_token: string };
  const { payload } = await jwtVerify(access_token, createPublicKey(issuedVectors.public_key));
  assert.equal(payload.sub, "7");
  const { signing, mac } = await cli.one(["keys", "list"]);
  assert.deepEqual(
    [signing, mac].map((keys) => (keys as { state: string }[]).map(({ state }) => state)),
    [["signs"], ["seals"]],
  );
});
