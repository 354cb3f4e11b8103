import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BINARY, finish } from "../testing.ts";
import type { Finished } from "../testing.ts";
import { ThirdPartyServer, Home } from "./testing.ts";

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());

/** Runs a shell command in a minimal environment; `regrant` is the program. */
function shell(line: string, env: Record<string, string>): Promise<Finished> {
  const { PATH = "" } = process.env;
  const child = spawn("sh", ["-c", `regrant() { "$NODE" "$BINARY" "$@"; }; ${line}`], {
    env: { PATH, NODE: process.execPath, BINARY, ...env },
  });
  child.stdin.end();
  return finish(child);
}

const posix = { skip: process.platform === "win32" && "the shell of POSIX" };
const linux = { skip: process.platform !== "linux" && "the devices of Linux" };

test(
  "a closed standard output, an unread pipe and a full device end it without a stack trace",
  linux,
  async () => {
    const home = new Home();
    await home.login(server, "password");
    const env = { REGRANT_HOME: home.home };
    const closed = await shell("regrant token >&-", env);
    assert.deepEqual([closed.code, closed.stderr], [0, ""]);
    const unread = await shell("regrant token | true", env);
    assert.deepEqual([unread.code, unread.stderr], [0, ""]);
    const full = await shell("regrant token > /dev/full", env);
    assert.deepEqual([full.code, full.stderr], [1, "regrant: cannot write standard output: ENOSPC\n"]);
  },
);

test("cron's environment is enough: no terminal, no standard input, only HOME", posix, async () => {
  const home = new Home();
  mkdirSync(join(home.folder, ".config"));
  const env = { HOME: home.folder };
  const about = `--token-endpoint ${server.tokenEndpoint} --client-id 7 --grant client_credentials`;
  const login = `echo "a client's s3cret" | regrant login ${about} --secrets-stdin`;
  assert.equal((await shell(login, env)).code, 0);
  const { code, stdout, stderr } = await shell("regrant token < /dev/null", env);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^access-\d+\n$/);
  assert.deepEqual(readdirSync(join(home.folder, ".config/regrant")), ["locks", "logins", "tokens"]);
});

test("a directory that cannot be used is reported, with a hint how to choose another", async () => {
  const home = new Home();
  writeFileSync(join(home.folder, "file"), "");
  const env = { REGRANT_HOME: join(home.folder, "file") };
  const args = [
    "login",
    "--token-endpoint",
    server.tokenEndpoint,
    "--client-id",
    "7",
    "--grant",
    "client_credentials",
  ];
  for (const command of [["token"], [...args, "--secrets-stdin"]]) {
    const { code, stderr } = await home.run(command, { env, input: "a client's s3cret" });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /cannot read \S+: part of its path is not a directory\n {2}hint: set REGRANT_HOME to use another directory\n$/,
    );
  }
});

const unprivileged = {
  skip: (process.platform === "win32" || process.getuid?.() === 0) && "this user may write everywhere",
};

test(
  "from a read-only home a valid token is printed, and no new one is requested",
  unprivileged,
  async () => {
    const home = new Home();
    await home.login(server, "password");
    const token = await home.token();
    const folders = readdirSync(home.home, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const { parentPath, name } of folders) chmodSync(join(parentPath, name), 0o500);
    try {
      assert.equal(await home.token(), token);
      const before = server.received.length;
      const { code, stdout, stderr } = await home.run(["token", "--force"]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^regrant: cannot access the tokens of default: .*EACCES/);
      assert.equal(server.received.length, before);
    } finally {
      for (const { parentPath, name } of folders) chmodSync(join(parentPath, name), 0o700);
    }
  },
);
