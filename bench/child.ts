import { fork, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { endWithProcess, stopProgram } from "../test/program.ts";

/** A program of this benchmark in its own process, which answers one message with one message. */
export interface Worker {
  readonly pid: number;
  /** @throws Error if it fails or ends instead of answering */
  ask<Answer>(message: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a module of this folder as a worker; `serveMessages` is its other end. */
export function startWorker(module: string, args: readonly string[] = []): Worker {
  const child = fork(`${import.meta.dirname}/${module}`, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return {
    pid: remember(child, module),
    ask<Answer>(message: unknown) {
      return new Promise<Answer>((resolve, reject) => {
        const ended = () => reject(new Error(`${module} ended before it answered`));
        child.once("exit", ended);
        child.once("message", (answer: { value: Answer } | { failure: string }) => {
          child.off("exit", ended);
          if ("value" in answer) resolve(answer.value);
          else reject(new Error(`${module}: ${answer.failure}`));
        });
        child.send(message as object);
      });
    },
    stop: () => stopProgram(child),
  };
}

/** In a worker: answers each message with what `answer` makes of it. */
export function serveMessages(answer: (message: never) => unknown): void {
  process.on("message", (message) => {
    Promise.resolve(message as never)
      .then(answer)
      .then(
        (value) => process.send?.({ value }),
        (error: unknown) => process.send?.({ failure: error instanceof Error ? error.stack : String(error) }),
      )
      .catch(() => process.exit(1));
  });
}

export interface Server {
  readonly pid: number;
  /** What it has written to standard output. */
  printed(): string;
  /** Why it ended, once it has. */
  ended(): string | undefined;
  /** Asks it to finish (SIGTERM) and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a server in the folder `cwd`, by default with this Node.js; its standard error goes to the file `log`. */
export function startServer(
  args: readonly string[],
  {
    cwd,
    env,
    log,
    program = process.execPath,
    end,
  }: { cwd: string; env: NodeJS.ProcessEnv; log: string; program?: string; end?: NodeJS.Signals },
): Server {
  const output = openSync(log, "a");
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", output] });
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  return {
    pid: remember(child, args.join(" "), end),
    printed: () => printed,
    ended() {
      if (child.exitCode === null && child.signalCode === null) return undefined;
      return `it ended with ${child.exitCode ?? child.signalCode}; its log:\n${readFileSync(log, "utf8").slice(-2000)}`;
    },
    stop: () => stopProgram(child),
  };
}

/** @param end the signal that ends it with this process; by default SIGKILL, which a script does not pass on */
function remember(child: ChildProcess, name: string, end?: NodeJS.Signals): number {
  endWithProcess(child, end);
  if (child.pid === undefined) throw new Error(`${name} could not be started`);
  return child.pid;
}
