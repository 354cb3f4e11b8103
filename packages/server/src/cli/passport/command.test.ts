import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import {
  clientRows,
  madeTokens,
  passportTables,
  recordedTokens,
  sessionRows,
} from "../../passport/import/testing.ts";
import type { PassportPayload } from "../../passport/payload.ts";
import { issuedVectors } from "../../passport/vectors/vectors.ts";
import type { IssuedStack } from "../../passport/vectors/vectors.ts";
import { CommandLine } from "../testing.ts";
import { Progress } from "./progress.ts";

const STACK = issuedVectors.stacks.find(({ stack }) => stack === "passport-10.4.2") as IssuedStack;
const KEY = { REGRANT_PASSPORT_KEY: issuedVectors.app_key };
/** s: the vectors' tokens end one day, those of the tests do not. */
const IN_A_YEAR = Math.floor(Date.now() / 1000) + 31_536_000;

describe("regrant import passport", () => {
  const cli = new CommandLine();
  const file = join(cli.folder, "database.sqlite");
  // As Laravel's own connection does, it waits for whoever reads.
  const laravel = new DatabaseSync(file, { timeout: 10_000 });
  const from = ["import", "passport", "--from", `sqlite:${file}`];

  before(async () => {
    for (const table of passportTables("sqlite", 10)) laravel.exec(table);
    for (const row of clientRows(STACK, 10)) laravel.exec(row);
    const made = await madeTokens(recordedTokens(STACK), 1200, 1);
    const payloads = made.map(({ payload }) => ({ ...payload, expiresAt: IN_A_YEAR }));
    for (const row of sessionRows(payloads)) laravel.exec(row);
  });

  test("tells what it would do, does it once, and says that a second time changes nothing", async () => {
    const dry = await cli.run([...from, "--dry-run"], { env: KEY });
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, /Passport 9 to 12\. Dry run/);
    assert.match(dry.stdout, /sessions +1,200 {2}read\n +1,200 {2}imported\n/);
    assert.deepEqual(await cli.json(["client", "list"]), []);

    const first = await cli.run([...from, "--json"], { env: KEY });
    const report = JSON.parse(first.stdout) as { sessions: object; clients: object };
    assert.deepEqual(report.sessions, { read: 1200, imported: 1200, present: 0, released: 0, skipped: {} });
    assert.deepEqual(report.clients, { read: 6, created: 6, disabled: 1, present: 0, refused: 0 });

    const second = await cli.run(from, { env: KEY });
    assert.match(second.stdout, /1,200 {2}already here[^]*Nothing changed: everything is already here\./);
    const ids = (await cli.json(["client", "list"])).map((client) => client["client_id"]);
    assert.deepEqual(ids, ["1", "2", "3", "4", "5", "6"]);
  });

  test("goes on after the session that it is told", async () => {
    const rows = laravel.prepare("SELECT id FROM oauth_refresh_tokens ORDER BY id").all();
    const after = String(rows[699]?.["id"]).slice(0, 16);
    const { stdout } = await cli.run([...from, "--after", after, "--dry-run", "--json"], { env: KEY });
    const { sessions } = JSON.parse(stdout) as { sessions: { read: number } };
    // A shortened id is less than the whole one.
    assert.equal(sessions.read, 501);
  });

  test("takes the key over that Passport signs with, once", async () => {
    const keyFile = join(cli.folder, "oauth-private.key");
    writeFileSync(keyFile, issuedVectors.private_key);
    const args = [...from, "--key-file", keyFile, "--json"];
    const reports = [await cli.run(args, { env: KEY }), await cli.run(args, { env: KEY })];
    const keys = reports.map(
      ({ stdout }) => (JSON.parse(stdout) as { key: { kid: string; added: boolean } }).key,
    );
    assert.deepEqual(
      keys.map(({ added }) => added),
      [true, false],
    );
    // Its clients were imported without it, and another key may have signed for them since.
    const dry = await cli.run([...from, "--key-file", keyFile, "--dry-run"], { env: KEY });
    assert.match(dry.stdout, /signing key \S+ already here/);
    const { signing } = await cli.one(["keys", "list"]);
    assert.ok((signing as { kid: string }[]).some(({ kid }) => kid === keys[0]?.kid));
  });

  test("with --live goes on until it is stopped, and tells each time that something changed", async (t) => {
    const live = cli.start([...from, "--live", "--interval", "0", "--json"], KEY);
    t.after(() => live.child.kill("SIGKILL"));
    await live.said("\n");
    laravel.exec(
      "UPDATE oauth_refresh_tokens SET revoked = TRUE WHERE id = (SELECT max(id) FROM oauth_refresh_tokens)",
    );
    const said = await live.said('"released":1');
    assert.match(said, /"changed":true/);
    live.child.kill("SIGTERM");
    assert.equal((await live.finished).code, 0);
  });

  test("names no password in what it says of a database that it cannot read", async () => {
    const url = "mysql://laravel:hunter2@127.0.0.1:1/laravel?password=hunter2";
    const byFlag = await cli.run(["import", "passport", "--from", url], { env: KEY });
    const byStdin = await cli.run(["import", "passport", "--from", "-"], { env: KEY, input: `${url}\n` });
    const bySetting = await cli.run(["import", "passport"], {
      env: { ...KEY, REGRANT_PASSPORT_DATABASE: url },
    });
    for (const { code, stdout, stderr } of [byFlag, byStdin, bySetting]) {
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(
        stderr,
        /^regrant: cannot read mysql:\/\/127\.0\.0\.1:1\/laravel: no answer from the server/,
      );
      assert.doesNotMatch(stderr, /hunter2/);
    }
  });

  test("says what is missing: the key, the database, the tables", async () => {
    const noKey = await cli.run(from);
    assert.deepEqual([noKey.code, /REGRANT_PASSPORT_KEY/.test(noKey.stderr)], [2, true]);
    const noDatabase = await cli.run(["import", "passport"], { env: KEY });
    assert.deepEqual([noDatabase.code, /REGRANT_PASSPORT_DATABASE/.test(noDatabase.stderr)], [2, true]);
    const other = join(cli.folder, "other.sqlite");
    new DatabaseSync(other).exec("CREATE TABLE users (id integer)");
    const noTables = await cli.run(["import", "passport", "--from", `sqlite:${other}`], { env: KEY });
    assert.equal(noTables.code, 1);
    assert.match(noTables.stderr, /other\.sqlite: it has no table oauth_clients/);
    const absent = await cli.run(["import", "passport", "--from", "sqlite:absent.sqlite"], { env: KEY });
    assert.match(absent.stderr, /cannot read sqlite:absent\.sqlite: file not found/);
  });
});

test("an import that is killed is begun again, and takes over the rest, and nothing twice", async () => {
  const cli = new CommandLine();
  const file = join(cli.folder, "database.sqlite");
  const laravel = new DatabaseSync(file);
  for (const sql of [...passportTables("sqlite", 10), ...clientRows(STACK, 10)]) laravel.exec(sql);
  for (const sql of sessionRows(Array.from({ length: SESSIONS }, payload))) laravel.exec(sql);
  const from = ["import", "passport", "--from", `sqlite:${file}`, "--json"];
  assert.equal((await cli.run(["keys", "list"])).code, 0);

  const { child, finished } = cli.start(from, KEY);
  const imported = grantsIn(join(cli.folder, "regrant.db"));
  while (imported() === 0 && child.exitCode === null) await pause(1);
  child.kill("SIGKILL");
  await finished;
  const before = imported();
  assert.ok(before > 0 && before < SESSIONS, `${before} of ${SESSIONS} were imported over by then`);

  const again = JSON.parse((await cli.run(from, { env: KEY })).stdout) as { sessions: object };
  const counted = { read: SESSIONS, imported: SESSIONS - before, present: before, released: 0, skipped: {} };
  assert.deepEqual(again.sessions, counted);
  assert.equal(imported(), SESSIONS);
});

/** More than a process takes over before it is seen to have begun. */
const SESSIONS = 8000;

function payload(): PassportPayload {
  const [tokenId, accessTokenId] = [randomBytes(40).toString("hex"), randomBytes(40).toString("hex")];
  return { clientId: "2", tokenId, accessTokenId, scopes: [], subject: "7", expiresAt: IN_A_YEAR, own: null };
}

/** Counts the grants that are committed in a database of Regrant's. */
function grantsIn(path: string): () => number {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  const count = database.prepare("SELECT count(*) AS grants FROM grants");
  return () => Number(count.get()?.["grants"]);
}

test("progress is a bar on a terminal, a line now and then elsewhere", () => {
  for (const isTTY of [true, false]) {
    let now = 0;
    const written: string[] = [];
    const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
    const progress = new Progress(stream, () => now);
    for (now = 0; now <= 20_000; now += 50) progress.show(now * 100, "80000000ff");
    progress.end();
    const expected = isTTY
      ? "\r[###############               ] 50 %  "
      : "50 %  1,000,000 sessions  100,000/s\n";
    assert.ok(written.some((text) => text.startsWith(expected)));
    assert.equal(written.length, isTTY ? 201 : 2);
  }
});
