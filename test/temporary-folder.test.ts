import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./ports.ts";
import { endWithProcess, hasEnded, startProgram, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const PRELUDE = `
  import { writeFileSync } from "node:fs";
  import { join } from "node:path";
  import { startProgram } from ${JSON.stringify(join(import.meta.dirname, "program.ts"))};
  import { temporaryFolder } from ${JSON.stringify(join(import.meta.dirname, "temporary-folder.ts"))};
  const folder = temporaryFolder("child");
  writeFileSync(join(folder, "file"), "");
`;
/** Starts a server on the port that it is given, and goes on until it is ended. */
const GOES_ON = `
  const server = 'require("node:http").createServer().listen(process.env.PORT, "127.0.0.1", () => console.log("up"))';
  await startProgram(process.execPath, ["-e", server], { ready: /up/ });
  console.log("up");
`;

/** Runs a program whose temporary folders are made in `parent`. */
function start(parent: string, program: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", PRELUDE + program], {
    env: { ...process.env, TMPDIR: parent, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  endWithProcess(child);
  return child;
}

/** Waits until the program is in its course, and ends it. */
async function end(child: ReturnType<typeof start>, signal: NodeJS.Signals): Promise<void> {
  await once(child.stdout, "data");
  await stopProgram(child, signal);
}

const posix = { skip: process.platform === "win32" && "the signals of POSIX" };

for (const [how, program] of [
  ["returns", ""],
  ["throws", "throw new Error('as it may')"],
  ["exits", "process.exit(3)"],
] as const) {
  test(`a folder is removed when its process ${how}`, async () => {
    const parent = temporaryFolder();
    const child = start(parent, program);
    await once(child, "close");
    assert.deepEqual(readdirSync(parent), []);
  });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal} leaves neither the folder nor a program that was started`, posix, async () => {
    const parent = temporaryFolder();
    const port = await freePort();
    await end(start(parent, GOES_ON, { PORT: String(port) }), signal);
    assert.deepEqual(readdirSync(parent), []);
    await refused(port);
  });
}

test("what SIGKILL left is removed by the next process, and nothing of others", posix, async () => {
  const parent = temporaryFolder();
  const others = [`regrant-test-${process.pid}-abcdef`, "regrant-test-abcdef", "regrant.db", "other"];
  for (const name of others) mkdirSync(join(parent, name));
  await end(start(parent, "setInterval(() => {}, 1e6); console.log('up');"), "SIGKILL");
  assert.equal(readdirSync(parent).length, others.length + 1);

  await once(start(parent, ""), "close");
  assert.deepEqual(readdirSync(parent).toSorted(), others.toSorted());
});

test("a program that cannot be run, or ends before it is ready, is told with the reason", async () => {
  await assert.rejects(startProgram("/nowhere/server", [], { ready: /up/ }), {
    message: "server did not start: spawn /nowhere/server ENOENT",
  });
  const args = ["-e", "console.error('no such setting'); process.exit(4)"];
  await assert.rejects(startProgram(process.execPath, args, { ready: /up/ }), {
    message: /^node did not start: it ended with 4\nno such setting$/,
  });
});

test("a program that was started has no standard input", async () => {
  const args = ["-e", "process.stdin.on('end', () => console.log('up')).resume()"];
  const child = await startProgram(process.execPath, args, { ready: /up/ });
  if (!hasEnded(child)) await once(child, "exit");
});

test("tests and benchmarks make no temporary folder but here", () => {
  const root = join(import.meta.dirname, "..");
  const sources = globSync(["packages/*/src/**/*.ts", "{test,bench,examples}/**/*.ts"], {
    cwd: root,
    exclude: (name) => name.includes("node_modules"),
  });
  const making = sources.filter((file) => /\bmkdtemp(Sync)?\(/.test(readFileSync(join(root, file), "utf8")));
  // What the packages themselves make is renamed into place, or is theirs to remove.
  const ofPackages = ["packages/client/src/node/file-keys.ts", "packages/client/src/node/register.ts"];
  assert.deepEqual(making.toSorted(), [...ofPackages, "test/temporary-folder.ts"]);
});

/** Waits until nothing listens there: the system ends a process after its parent. */
async function refused(port: number): Promise<void> {
  const connects = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("connect", () => socket.destroy()).on("error", () => resolve(false));
    });
  for (let tries = 0; await connects(); tries += 1) {
    assert.ok(tries < 200, "the program listens still");
    await pause(20);
  }
}
