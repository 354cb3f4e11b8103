import assert from "node:assert/strict";
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { on } from "node:events";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer } from "@regrant/client/testing";
import { endWithProcess, stopProgram } from "../program.ts";
import type { FunctionMessage, FunctionSettings } from "./function.ts";
import { packedProject } from "./project.ts";

const INVOCATIONS = 5;
/** From an invocation's end to the freeze, ms. */
const GRACE = 70;
/** How long it is frozen: the token becomes due, and a request that is under way is lost, ms. */
const FREEZE = 1100;
/** Timeout of a token request, ms. */
const TIMEOUT = 1000;

const skip = process.platform === "win32" && "Windows cannot freeze a process";

suite("AWS Lambda", { timeout: 60_000, concurrency: true, skip }, () => {
  for (const [how, waitUntil] of [
    ["by default", false],
    ["with waitUntil", true],
  ] as const) {
    test(`AWS Lambda: a process that is frozen after each reply loses no session ${how}`, async (t) => {
      // Strict: a refresh token that was used twice ends the session.
      const server = await hostileServer({ accessTtl: 3, latency: 300 });
      t.after(() => server.close());
      const platform = await Platform.start(t, server, waitUntil);
      const replies: string[] = [];
      for (let n = 0; n < INVOCATIONS; n += 1) replies.push(await platform.invoke());
      t.diagnostic(`${server.refreshes.length} refreshes in ${INVOCATIONS} invocations`);
      assert.deepEqual(
        replies.map((reply) => (reply.startsWith("access-") ? "token" : reply)),
        Array(INVOCATIONS).fill("token"),
      );
      assert.equal(server.families[0]?.active, true);
      assert.ok(server.refreshes.length >= 2, "the token became due");
    });
  }
});

/** Runs one function, and freezes it between its invocations. */
class Platform {
  readonly #process: ChildProcess;
  readonly #messages: AsyncIterator<[FunctionMessage]>;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#messages = on(process, "message", { close: ["exit"] }) as AsyncIterator<[FunctionMessage]>;
  }

  static async start(t: TestContext, server: HostileServer, waitUntil: boolean): Promise<Platform> {
    const program = join(await packedProject(), "function.ts");
    await copyFile(join(import.meta.dirname, "function.ts"), program);
    const { tokenEndpoint } = server;
    const settings: FunctionSettings = {
      tokenEndpoint,
      login: server.login(),
      timeoutMs: TIMEOUT,
      waitUntil,
    };
    const child = fork(program, [JSON.stringify(settings)], {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    endWithProcess(child);
    t.after(() => stopProgram(child, "SIGKILL"));
    const platform = new Platform(child);
    await platform.#next();
    await platform.#freeze();
    return platform;
  }

  /** @returns what the function replied */
  async invoke(): Promise<string> {
    this.#process.kill("SIGCONT");
    this.#process.send("event");
    const message = await this.#next();
    assert.deepEqual(await this.#next(), { done: true });
    await this.#freeze();
    return "reply" in message ? message.reply : "";
  }

  async #freeze(): Promise<void> {
    await delay(GRACE);
    this.#process.kill("SIGSTOP");
    await delay(FREEZE);
  }

  async #next(): Promise<FunctionMessage> {
    const { done, value } = await this.#messages.next();
    assert.notEqual(done, true, "the function has exited");
    return (value as [FunctionMessage])[0];
  }
}
