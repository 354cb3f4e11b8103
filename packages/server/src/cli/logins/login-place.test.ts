import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import type { TestContext } from "node:test";
import { BINARY, finish } from "../testing.ts";
import type { Finished } from "../testing.ts";
import { CLIENT, Home, ThirdPartyServer } from "./testing.ts";

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());
afterEach(() => (server.beforeResponse = () => {}));

const ARGS = ["--client-id", CLIENT.id, "--grant", "refresh_token", "--secrets-stdin"];

/** Logs in with a refresh token, which works once. */
function useToken(home: Home, token: string, env: Record<string, string> = {}): Promise<Finished> {
  const args = ["login", "--token-endpoint", server.tokenEndpoint, ...ARGS];
  return home.run(args, { input: `${CLIENT.secret}\n${token}\n`, env });
}

const isRoot = process.getuid?.() === 0;

/** How a place is spoilt, and how it is mended. */
const SPOILT: Record<
  string,
  (home: Home, path: (name: string) => string, context: TestContext) => (() => void) | undefined
> = {
  "a file in place of the folder of logins": (_home, path) => {
    writeFileSync(path("logins"), "");
    return () => rmSync(path("logins"));
  },
  "a file in place of the folder of tokens": (_home, path) => {
    writeFileSync(path("tokens"), "");
    return () => rmSync(path("tokens"));
  },
  "a file in place of the folder of locks": (_home, path) => {
    writeFileSync(path("locks"), "");
    return () => rmSync(path("locks"));
  },
  "a file in place of the login's tokens": (_home, path) => {
    mkdirSync(path("tokens"));
    writeFileSync(path("tokens/default"), "");
    return () => rmSync(path("tokens/default"));
  },
  "a file in place of the login's lock": (_home, path) => {
    mkdirSync(path("locks"));
    writeFileSync(path("locks/default.lock"), "");
    return () => rmSync(path("locks/default.lock"));
  },
  "a symbolic link in place of the login's tokens": (home, path) => {
    mkdirSync(path("tokens"));
    mkdirSync(join(home.folder, "elsewhere"));
    symlinkSync(join(home.folder, "elsewhere"), path("tokens/default"));
    return () => rmSync(path("tokens/default"));
  },
  "links in a loop": (_home, path) => {
    symlinkSync(path("tokens"), path("tokens"));
    return () => rmSync(path("tokens"));
  },
  "a folder of the kernel": (_home, path) => {
    if (process.platform !== "linux") return undefined;
    symlinkSync("/proc/self", path("tokens"));
    return () => rmSync(path("tokens"));
  },
  "tokens that others may read": (_home, path) => {
    mkdirSync(path("tokens/default"), { recursive: true });
    writeFileSync(path("tokens/default/at-0"), "", { mode: 0o600 });
    chmodSync(path("tokens/default"), 0o755);
    return () => chmodSync(path("tokens/default"), 0o700);
  },
  "tokens of another user": (_home, path) => {
    if (!isRoot) return undefined;
    mkdirSync(path("tokens/default"), { recursive: true, mode: 0o700 });
    writeFileSync(path("tokens/default/at-0"), "", { mode: 0o600 });
    chownSync(path("tokens/default"), 65_534, 65_534);
    return () => chownSync(path("tokens/default"), 0, 0);
  },
  "a full disk": (home, _path, context) => mountFull(home.home, context),
};

/** Mounts a file system that is full; undefined where this user may not. */
function mountFull(folder: string, context: TestContext): (() => void) | undefined {
  if (process.platform !== "linux" || !isRoot) return undefined;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k,mode=700", "none", folder], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  context.after(() => execFileSync("umount", ["-l", folder]));
  // A small file has room, tokens have not.
  writeFileSync(join(folder, "filler"), "x".repeat(96 * 1024));
  return () => rmSync(join(folder, "filler"));
}

for (const [what, spoil] of Object.entries(SPOILT)) {
  test(`${what}: the refresh token is not sent, and works when that is mended`, async (context) => {
    const home = new Home();
    mkdirSync(home.home, { mode: 0o700 });
    const mend = spoil(home, (name) => join(home.home, name), context);
    if (mend === undefined) return context.skip("this user cannot make it");
    const token = server.issue();
    const before = server.received.length;
    const { code, stdout, stderr } = await useToken(home, token);
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, /^regrant: .+\n {2}hint: .+\n$/);
    assert.ok(!stderr.includes(token) && !stderr.includes("internal error"), stderr);
    assert.equal(server.received.length, before, "nothing was sent");
    mend();
    const mended = await useToken(home, token);
    assert.equal(mended.code, 0, mended.stderr);
    assert.match(await home.token(), /^access-/);
  });
}

/** Runs Node.js as this user, bound by the modes of files even as root; empty: not possible here. */
const UNDER_MODES = (() => {
  if (process.getuid?.() !== 0) return [process.execPath];
  const bound = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"];
  return spawnSync(bound[0] ?? "", [...bound.slice(1), "true"]).status === 0
    ? [...bound, process.execPath]
    : [];
})();

for (const name of [".", "logins", "tokens", "tokens/default", "locks", "locks/default.lock"]) {
  test(`the folder ${name} is read-only: the refresh token is not sent, and works when that is mended`, async (context) => {
    if (UNDER_MODES.length === 0) return context.skip("the modes of files do not bind this user");
    const home = new Home();
    for (const part of ["", "logins", "tokens", "tokens/default", "locks", "locks/default.lock"]) {
      // An empty folder of the tokens or of the lock is not one that this program made.
      if (part !== "" && name !== part && /[.]|default/.test(part)) continue;
      if (name === "." && part !== "") continue;
      mkdirSync(join(home.home, part), { recursive: true, mode: 0o700 });
      if (/default/.test(part)) writeFileSync(join(home.home, part, "at-0"), "", { mode: 0o600 });
    }
    chmodSync(join(home.home, name), 0o500);
    const [program = "", ...prefix] = UNDER_MODES;
    const run = (token: string) => {
      const args = [...prefix, BINARY, "login", "--token-endpoint", server.tokenEndpoint, ...ARGS];
      const env = { PATH: process.env["PATH"], REGRANT_HOME: home.home };
      const child = spawn(program, args, { env, cwd: "/" });
      child.stdin.end(`${CLIENT.secret}\n${token}\n`);
      return finish(child);
    };
    const token = server.issue();
    const before = server.received.length;
    const { code, stderr } = await run(token);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /permission denied/i);
    assert.equal(server.received.length, before, "nothing was sent");
    chmodSync(join(home.home, name), 0o700);
    const mended = await run(token);
    assert.equal(mended.code, 0, mended.stderr);
  });
}

/** What a login prints, and the file that it names. */
function keptToken({ code, stdout, stderr }: Finished): string {
  assert.deepEqual([code, stdout], [2, ""], stderr);
  const [, path = ""] =
    /hint: the new refresh token is in (\S+): correct this, log in with it/.exec(stderr) ?? [];
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const token = readFileSync(path, "utf8").trim();
  assert.ok(!stderr.includes(token), "it is in no log");
  return token;
}

for (const folder of ["tokens", "logins"]) {
  test(`if ${folder} cannot be stored after all, the new refresh token is kept in a file that is named`, async () => {
    const home = new Home();
    const place = join(home.home, folder);
    server.beforeResponse = () => {
      renameSync(place, join(home.home, "moved"));
      writeFileSync(place, "");
    };
    const successor = keptToken(await useToken(home, server.issue()));
    server.beforeResponse = () => {};
    rmSync(place);
    assert.equal((await home.run(["token"])).code, 1, "no login without tokens is left");
    assert.equal((await useToken(home, successor)).code, 0);
  });
}

test("if the whole home cannot be written any more, it is kept in the system's folder for temporary files", async () => {
  const home = new Home();
  const temporary = join(home.folder, "temporary");
  mkdirSync(temporary);
  server.beforeResponse = () => {
    rmSync(home.home, { recursive: true });
    writeFileSync(home.home, "");
  };
  keptToken(await useToken(home, server.issue(), { TMPDIR: temporary, TEMP: temporary }));
  assert.equal(readdirSync(temporary).length, 1);
});

test("a write that fails for a moment is tried again", async () => {
  const home = new Home();
  server.beforeResponse = () => {
    renameSync(join(home.home, "tokens"), join(home.home, "moved"));
    writeFileSync(join(home.home, "tokens"), "");
    setTimeout(() => {
      rmSync(join(home.home, "tokens"));
      renameSync(join(home.home, "moved"), join(home.home, "tokens"));
    }, 800);
  };
  const { code, stderr } = await useToken(home, server.issue());
  assert.equal(code, 0, stderr);
  assert.match(await home.token(), /^access-/);
});

test("a password's tokens that cannot be stored are not kept elsewhere: the password gets others", async () => {
  const home = new Home();
  server.beforeResponse = () => {
    rmSync(join(home.home, "tokens"), { recursive: true });
    writeFileSync(join(home.home, "tokens"), "");
  };
  await assert.rejects(
    home.login(server, "password"),
    /the tokens were not stored: correct this and log in again/,
  );
  assert.deepEqual(readdirSync(home.home).toSorted(), ["locks", "logins", "tokens"]);
});

test("a signal while the server responds ends the login when its tokens are stored", async () => {
  const home = new Home();
  const { promise: processed, resolve } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  server.beforeResponse = () => {
    resolve();
    return released;
  };
  const args = ["login", "--token-endpoint", server.tokenEndpoint, ...ARGS];
  const { child, finished } = home.start(args);
  child.stdin?.end(`${CLIENT.secret}\n${server.issue()}\n`);
  await processed;
  child.stderr?.once("data", () => release());
  child.kill("SIGINT");
  const { stderr } = await finished;
  assert.equal(child.signalCode, process.platform === "win32" ? null : "SIGINT");
  assert.match(stderr, /^Finishing first/);
  server.beforeResponse = () => {};
  assert.match(await home.token(), /^access-/);
});
