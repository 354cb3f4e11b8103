/** Programs that tests and benchmarks start; each ends with this process at the latest. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { atProcessEnd } from "./process-end.ts";

/** How long a program may take to start, and to stop, ms. */
export const PATIENCE = 30_000;

export interface ProgramOptions {
  /** What the program prints, on either stream, when it is ready. */
  ready: RegExp;
  /** The signal that ends it with this process. Default: SIGKILL; not for a server whose workers survive that. */
  end?: NodeJS.Signals;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

/**
 * Starts a program without standard input, and waits until it is ready.
 *
 * @throws Error with what it printed last, when it cannot be run, ends, or is not ready in time
 */
export async function startProgram(
  path: string,
  args: readonly string[],
  { ready, end, ...options }: ProgramOptions,
): Promise<ChildProcess> {
  const child = spawn(path, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  endWithProcess(child, end);
  let output = "";
  const { promise, resolve, reject } = Promise.withResolvers<ChildProcess>();
  const fail = (why: string) =>
    reject(new Error(`${basename(path)} did not start: ${why}\n${output}`.trim()));
  const late = setTimeout(() => {
    child.kill("SIGKILL");
    fail(`not ready after ${PATIENCE} ms`);
  }, PATIENCE);
  child.once("error", (error) => fail(error.message));
  child.once("close", (code, signal) => fail(`it ended with ${code ?? signal}`));
  for (const stream of [child.stdout, child.stderr]) {
    // Read on afterwards too, so that it never fills up.
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4000);
      if (ready.test(output)) resolve(child);
    });
  }
  return promise.finally(() => clearTimeout(late));
}

/**
 * Asks a program to stop and waits until it has; one that has ended is left alone.
 *
 * @param patience ms
 * @throws AbortError after that time
 */
export async function stopProgram(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGTERM",
  patience: number = PATIENCE,
): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit", { signal: AbortSignal.timeout(patience) });
  child.kill(signal);
  await ended;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Sends a child process a signal when this one ends. */
export function endWithProcess(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): void {
  const withdraw = atProcessEnd(() => child.kill(signal));
  child.once("exit", withdraw);
}
