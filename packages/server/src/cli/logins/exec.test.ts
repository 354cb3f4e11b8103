import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ThirdPartyServer, Home } from "./testing.ts";

let server: ThirdPartyServer;
const home = new Home();
before(async () => {
  server = await ThirdPartyServer.start();
  await home.login(server, "password");
});
after(() => server.close());

const node = (script: string) => ["--", process.execPath, "-e", script];

test("--exec puts the token into the command's environment, under the requested name, and nowhere else", async () => {
  const script = "console.log(JSON.stringify([process.env, process.argv.slice(1)]))";
  const run = async (...flags: string[]) => {
    const { code, stdout, stderr } = await home.run([
      "token",
      "--exec",
      ...flags,
      ...node(script),
      "a b",
      "--json",
    ]);
    assert.deepEqual([code, stderr], [0, ""]);
    return JSON.parse(stdout) as [Record<string, string>, string[]];
  };
  const token = (await home.token()).trim();
  const [env, argv] = await run();
  assert.deepEqual(argv, ["a b", "--json"]);
  assert.deepEqual(
    Object.entries(env).filter(([, value]) => value.includes(token)),
    [["REGRANT_ACCESS_TOKEN", token]],
  );
  const [other] = await run("--env", "API_TOKEN");
  assert.deepEqual([other["API_TOKEN"], other["REGRANT_ACCESS_TOKEN"]], [token, undefined]);
});

test("--exec reads and writes the command's own streams and ends with its exit code", async () => {
  const script = "process.stdin.on('data', (text) => process.stderr.write(text)); process.exitCode = 7";
  const { code, stdout, stderr } = await home.run(["token", "--exec", ...node(script)], { input: "hello" });
  assert.deepEqual([code, stdout, stderr], [7, "", "hello"]);
});

test("--exec reports a missing command, 127, and one that cannot be run, 126", async () => {
  const missing = await home.run(["token", "--exec", "--", "no-such-command"]);
  assert.deepEqual([missing.code, missing.stderr], [127, "regrant: command not found: no-such-command\n"]);
  const folder = await home.run(["token", "--exec", "--", home.folder]);
  assert.equal(folder.code, 126);
  assert.match(folder.stderr, /cannot execute \S+\n {2}hint: check that it is an executable file/);
});

test("--exec does not run the command without a token", async () => {
  const { code, stdout } = await home.run(["token", "--account", "missing", "--exec", "--", "echo", "ran"]);
  assert.deepEqual([code, stdout], [1, ""]);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"] as const) {
  test(
    `--exec passes ${signal} on, and ends as the command ends`,
    { skip: process.platform === "win32" },
    async () => {
      const script = `process.on("${signal}", () => { console.log("got it"); process.exit(3) });
      setInterval(() => {}, 1000); console.log("ready")`;
      const handling = home.start(["token", "--exec", ...node(script)]);
      await handling.said("ready");
      handling.child.kill(signal);
      const { code, stdout } = await handling.finished;
      assert.deepEqual([code, stdout], [3, "ready\ngot it\n"]);
    },
  );
}

test(
  "if a signal ends the command, regrant ends by the same signal",
  { skip: process.platform === "win32" },
  async () => {
    const running = home.start([
      "token",
      "--exec",
      ...node("setInterval(() => {}, 1000); console.log('ready')"),
    ]);
    await running.said("ready");
    running.child.kill("SIGTERM");
    await running.finished;
    assert.deepEqual([running.child.exitCode, running.child.signalCode], [null, "SIGTERM"]);
  },
);
