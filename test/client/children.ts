import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { on } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createTokenClient } from "@regrant/client";
import { fileStore } from "@regrant/client/node";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer, HostileServerOptions } from "@regrant/client/testing";
import { endWithProcess, stopProgram } from "../program.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { Report, Settings, Task } from "./child.ts";

const PROGRAM = join(import.meta.dirname, "child.ts");

/** A session that processes share: the server that issued its first tokens, and the folder that stores them. */
export class SharedSession {
  readonly server: HostileServer;
  readonly #settings: Settings;
  readonly #running = new Set<ChildProcess>();

  private constructor(server: HostileServer, settings: Settings) {
    this.server = server;
    this.#settings = settings;
  }

  /** Logs in. After the test the server, the folder and all processes are removed. */
  static async begin(
    t: TestContext,
    options: HostileServerOptions & Pick<Settings, "timeoutMs">,
  ): Promise<SharedSession> {
    const server = await hostileServer(options);
    const directory = temporaryFolder("client");
    const { issuer, tokenEndpoint, resource } = server;
    const { timeoutMs } = options;
    const session = new SharedSession(server, { directory, issuer, tokenEndpoint, resource, timeoutMs });
    t.after(async () => {
      await Promise.all([...session.#running].map((child) => stopProgram(child, "SIGKILL")));
      await server.close();
      await rm(directory, { recursive: true });
    });
    const store = fileStore({ directory });
    await createTokenClient({ tokenEndpoint, clientId: "test", key: "session", store }).set(server.login());
    return session;
  }

  /** Starts a process and waits until it accepts tasks. */
  async start(more: Partial<Settings> = {}): Promise<Child> {
    const settings = JSON.stringify({ ...this.#settings, ...more });
    const process = fork(PROGRAM, [settings], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    endWithProcess(process);
    this.#running.add(process);
    process.once("exit", () => this.#running.delete(process));
    const child = new Child(process);
    await child.next();
    return child;
  }
}

/** One of the processes. */
export class Child {
  readonly #process: ChildProcess;
  readonly #reports: AsyncIterator<[Report]>;

  constructor(process: ChildProcess) {
    this.#process = process;
    this.#reports = on(process, "message", { close: ["exit"] }) as AsyncIterator<[Report]>;
  }

  send(task: Task): void {
    this.#process.send(task);
  }

  /** Its next report; undefined: it has exited. */
  async next(): Promise<Report | undefined> {
    const { done, value } = await this.#reports.next();
    return done === true ? undefined : value[0];
  }

  /** Sends it a task and waits for the report. */
  async run(task: Task): Promise<Report | undefined> {
    this.send(task);
    return this.next();
  }

  /** `kill -9` */
  kill(): Promise<void> {
    return stopProgram(this.#process, "SIGKILL");
  }
}
