import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { before, suite, test } from "node:test";
import { CliError, printError, toListenError } from "./cli-error.ts";
import { CommandLine } from "./testing.ts";
import type { Finished } from "./testing.ts";

const regrant = new CommandLine();

before(async () => {
  // A database with keys in it.
  const client = await regrant.one(["client", "create", "--name", "Shop"]);
  await regrant.one(["grant", "issue", "--client", String(client["client_id"]), "--subject", "s"]);
});

/** One line and at most one hint: no stack. */
function isTold(
  { code, stdout, stderr }: Finished,
  expectedCode: number,
  message: RegExp,
  hint?: RegExp,
): void {
  assert.deepEqual([code, stdout], [expectedCode, ""], stderr);
  const [first = "", second, ...rest] = stderr.trimEnd().split("\n");
  assert.match(first, message);
  if (hint === undefined) assert.equal(second, undefined);
  else assert.match(String(second), hint);
  assert.deepEqual(rest, []);
}

// Each of them only starts processes, which is what takes the time.
suite("faults", { concurrency: 3 }, () => {
  test("a port in use is named, with the flag that chooses another", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const finished = await regrant.run(["serve", "--port", String(port)]);
    other.close();
    isTold(
      finished,
      1,
      new RegExp(`^regrant: cannot bind 127\\.0\\.0\\.1:${port}: address already in use$`),
      /hint: .*--port$/,
    );
  });

  test("a database that cannot be used says why, and where another one is chosen", async () => {
    const file = join(regrant.folder, "no-database");
    writeFileSync(file, "a text, and longer than the header of a database would be: ".repeat(40));
    const below = await regrant.run(["serve", "--port", "0", "--database", `sqlite:${file}/regrant.db`]);
    isTold(
      below,
      1,
      /^regrant: cannot use the database .*: part of its path is not a directory$/,
      /hint: --database/,
    );
    const noDatabase = await regrant.run(["client", "list", "--database", `sqlite:${file}`]);
    isTold(
      noDatabase,
      1,
      /^regrant: cannot use the database .*: not an SQLite database$/,
      /hint: --database/,
    );
  });

  test("a database that another process holds for too long is worth another try: 75", async () => {
    const other = new CommandLine();
    const database = new DatabaseSync(join(other.folder, "regrant.db"));
    database.exec("BEGIN EXCLUSIVE");
    const finished = await other.run(["client", "list"]);
    database.close();
    isTold(finished, 75, /^regrant: the database did not answer in time, /, /hint: try again$/);
  });

  test("a newer schema, another master key and a lost key file stop the start with a sentence", async () => {
    const other = new CommandLine();
    const path = join(other.folder, "regrant.db");
    copyFileSync(join(regrant.folder, "regrant.db"), path);
    isTold(
      await other.run(["serve", "--port", "0"]),
      1,
      /^regrant: the master key .*regrant\.db\.key is missing/,
    );
    const key = Buffer.alloc(32, 7).toString("base64url");
    const foreign = await other.run(["serve", "--port", "0"], { env: { REGRANT_MASTER_KEY: key } });
    isTold(
      foreign,
      1,
      /^regrant: the signing key .* is wrapped under another master key\. .*REGRANT_MASTER_KEY/,
    );
    assert.equal(foreign.stderr.includes(key), false);

    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99; UPDATE meta SET value = 99 WHERE key = 'usable_from'");
    database.close();
    isTold(
      await other.run(["serve", "--port", "0"]),
      1,
      /^regrant: the database's schema is version 99, .*newer Regrant/,
    );
  });

  test("a faulty configuration lists every fault, without a value, and exits with 2", async () => {
    const env = { REGRANT_MASTER_KEY: "hunter2", REGRANT_PROT: "1" };
    const { code, stderr } = await regrant.run(["serve", "--port", "99999"], { env });
    assert.equal(code, 2);
    assert.match(stderr, /^regrant: the configuration has 3 errors:\n/);
    assert.match(stderr, /--port: must be a whole number/);
    assert.match(stderr, /REGRANT_PROT: is not a setting; did you mean "REGRANT_PORT"\?/);
    assert.match(stderr, /REGRANT_MASTER_KEY: must be 32 random bytes/);
    assert.equal(stderr.includes("hunter2"), false);
  });

  test("wrong usage exits with 2: an unknown command, a missing or an impossible flag", async () => {
    const unknown = await regrant.run(["clinet", "list"]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /^regrant: unknown command 'clinet'\n\(Did you mean client\?\)\n {2}hint: /);
    const tooMany = await regrant.run(["account", "create", "--username", "ada", "hunter2"]);
    isTold(
      tooMany,
      2,
      /^regrant: too many arguments for 'create'\. Expected 0 arguments but got 1\.$/,
      /hint: /,
    );
    const missing = await regrant.run(["client", "create"]);
    isTold(missing, 2, /^regrant: required option '--name <name>' not specified$/, /hint: add --help/);
    const impossible = await regrant.run(["client", "create", "--name", "x", "--retry-window", "soon"]);
    isTold(impossible, 2, /'soon' is invalid\. It must be a whole number\.$/, /hint: add --help/);
    const neither = await regrant.run(["stream", "create", "--client", "7d0c"]);
    isTold(neither, 2, /^regrant: nothing to create$/, /hint: pass --push or --poll/);
  });

  test("config shows what is in force, where it comes from, and no secret", async () => {
    const key = Buffer.alloc(32, 7).toString("base64url");
    mkdirSync(join(regrant.folder, "elsewhere"));
    writeFileSync(join(regrant.folder, "elsewhere", "regrant.config.json"), '{ "accessTtl": 900 }');
    const file = "elsewhere/regrant.config.json";
    const args = ["config", "--config", file, "--port", "9000", "--json"];
    const { code, stdout } = await regrant.run(args, { env: { REGRANT_MASTER_KEY: key } });
    assert.equal(code, 0);
    assert.equal(stdout.includes(key), false);
    const shown = JSON.parse(stdout) as { file: string; settings: Record<string, unknown>[] };
    assert.equal(shown.file, file);
    const of = (name: string) => {
      const found = shown.settings.find(({ setting }) => setting === name);
      return [found?.["value"], found?.["source"]];
    };
    assert.deepEqual(of("port"), [9000, "flag"]);
    assert.deepEqual(of("accessTtl"), [900, "file"]);
    assert.deepEqual(of("masterKey"), ["(set)", "environment"]);
    assert.deepEqual(of("host"), ["127.0.0.1", "default"]);
  });
});

test("an address that cannot be bound says why", () => {
  const at = (code: string) => {
    const error = toListenError(
      Object.assign(new Error(), { code }),
      { host: "192.0.2.9", port: 1 },
      "--port",
    );
    return error instanceof CliError ? error.message : error;
  };
  assert.equal(at("EACCES"), "cannot bind port 1: permission denied");
  assert.equal(at("EADDRNOTAVAIL"), "cannot bind 192.0.2.9: address not available");
  assert.ok(at("EIO") instanceof Error);
});

test("an unexpected error comes with its stack and where to report it", (t) => {
  const printed = t.mock.method(console, "error", () => {});
  assert.equal(printError(new TypeError("a bug")), 1);
  const [first, second] = printed.mock.calls.map((call) => String(call.arguments));
  assert.match(first ?? "", /^regrant: internal error\nTypeError: a bug\n {4}at /);
  assert.match(second ?? "", /^ {2}hint: please report it to the maintainers/);
});

test("with --json, wrong usage is one line of JSON on stderr too", async () => {
  const { code, stdout, stderr } = await new CommandLine().run(["client", "create", "--json"]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.deepEqual(JSON.parse(stderr), {
    error: "required option '--name <name>' not specified",
    hint: "add --help to see what the command takes",
  });
});
