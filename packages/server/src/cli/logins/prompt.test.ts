import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { BINARY } from "../testing.ts";
import { CLIENT, ThirdPartyServer, Home, USER } from "./testing.ts";

/** `script` of util-linux provides a terminal. */
const skip =
  process.platform === "linux" && spawnSync("script", ["--version"]).status === 0
    ? false
    : "script of util-linux is not installed";

/** Time limit for an expected text, ms. */
const PATIENCE = 30_000;

/** A terminal session. */
class Terminal {
  readonly #child: ChildProcess;
  #shown = "";
  #seen = 0;

  /** Runs a shell command in it. */
  constructor(commandLine: string, env: Record<string, string>) {
    this.#child = spawn("script", ["-qfec", commandLine, "/dev/null"], {
      // `sh -c` reads no file of anybody's settings.
      env: { ...process.env, SHELL: "/bin/sh", ...env },
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#shown += text));
  }

  /** Waits for `prompt`, then types. */
  async type(prompt: string, keys: string): Promise<void> {
    await this.see(prompt);
    this.#child.stdin?.write(keys);
  }

  /** Waits for a text, after the previous one. */
  async see(text: string): Promise<void> {
    const { stdout } = this.#child;
    while (!this.#shown.includes(text, this.#seen)) {
      assert.ok(stdout);
      const signal = AbortSignal.timeout(PATIENCE);
      const more = Promise.race([once(stdout, "data", { signal }), once(stdout, "end", { signal })]);
      const [part] = (await more) as unknown[];
      assert.ok(part !== undefined, `${text} did not come: ${this.#shown}`);
    }
    this.#seen = this.#shown.indexOf(text, this.#seen) + text.length;
  }

  /** The whole output. */
  async end(): Promise<string> {
    if (this.#child.exitCode === null) await once(this.#child, "close");
    return this.#shown;
  }
}

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());

function login(home: Home, then: string): Terminal {
  const about = `--token-endpoint ${server.tokenEndpoint} --client-id ${CLIENT.id} --client-auth post`;
  const command = `"$NODE" "$BINARY" login ${about} --grant password --username ${USER.name}`;
  return new Terminal(`${command}; ${then}`, { NODE: process.execPath, BINARY, REGRANT_HOME: home.home });
}

test("at a terminal the secrets are prompted for without echo", { skip }, async () => {
  const home = new Home();
  const terminal = login(home, "echo ended $?; stty -a");
  await terminal.type("Client secret: ", `${CLIENT.secret}\r`);
  await terminal.type("Password: ", `${USER.password}\r`);
  await terminal.see("ended 0");
  const shown = await terminal.end();
  assert.match(shown, /Logged in: npx regrant token --account default/);
  assert.equal(shown.includes(CLIENT.secret) || shown.includes(USER.password.trim()), false);
  assert.match(shown, /[\s;]echo[\s;]/);
  assert.match(await home.token(), /^access-/);
});

for (const [name, keys] of [
  ["Ctrl-C", "half a pass\u0003"],
  ["Ctrl-D", "\u0004"],
] as const) {
  test(
    `${name} at a prompt cancels the login, changes nothing and leaves the echo on`,
    { skip },
    async () => {
      const home = new Home();
      const terminal = login(home, "echo ended $?; stty -a");
      await terminal.type("Client secret: ", `${CLIENT.secret}\r`);
      await terminal.type("Password: ", keys);
      await terminal.see("nothing was changed");
      await terminal.see("ended 1");
      const shown = await terminal.end();
      assert.match(shown, /[\s;]echo[\s;]/);
      assert.equal(shown.includes("half a pass"), false);
      assert.equal((await home.run(["logins"])).stdout, "");
    },
  );
}
