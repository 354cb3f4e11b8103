import cluster from "node:cluster";
import type { Worker } from "node:cluster";
import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import { databaseText } from "../config/database-address.ts";
import type { Config } from "../config/resolve-config.ts";
import { serveWorkersMetrics } from "./metrics-listener.ts";
import { nextSignal } from "./signals.ts";

/** A worker that exits sooner after its start counts as failed at once, ms. */
const SHORT_LIFE = 10_000;
/** After so many failures in a row, and with no worker serving, the service exits. */
const SHORT_LIVES = 5;
/** Pause before a worker is replaced, ms; doubled with every failure. */
const FIRST_PAUSE = 100;
// Longest pause, ms.
const GREATEST_PAUSE = 5000;

/** What a worker sends to the primary process once it serves. */
interface Ready {
  listening: string;
}

/** The number of worker processes; `auto` is one per core that this process may use. */
export function workerCountOf({ workers }: Config): number {
  return workers === "auto" ? availableParallelism() : workers;
}

/**
 * Called by a worker once it serves.
 *
 * @param address the URL on which it listens
 */
export function reportReady(address: string): void {
  process.send?.({ listening: address } satisfies Ready);
}

/**
 * Serves with `count` processes that share one port, until a signal; then each worker drains. This process accepts
 * the connections and distributes them in turn. It opens no store. It exits with 0 after an orderly stop.
 */
export async function serveByWorkers(config: Config, count: number, log: Logger): Promise<never> {
  const workers = new Workers(count, log);
  // A second signal does not wait for the workers.
  const signal = nextSignal((exitCode) => {
    workers.kill("SIGKILL");
    process.exit(exitCode);
  });
  void stopAt(signal, workers, log);
  if (config.metrics) await serveWorkersMetrics(config.metrics);
  workers.start();
  void reportListening(workers, { workers: count, database: databaseText(config.database) }, log);
  const exitCode = await workers.over;
  log.info("stopped");
  process.exit(exitCode);
}

/** Passes the first signal on to the workers. */
async function stopAt(signal: Promise<NodeJS.Signals>, workers: Workers, log: Logger): Promise<void> {
  const name = await signal;
  log.info({ signal: name }, "stopping: the workers' requests in flight may finish");
  workers.stop(name);
}

/** Prints the address once every worker serves, as one process would. */
async function reportListening(
  workers: Workers,
  fields: Record<string, unknown>,
  log: Logger,
): Promise<void> {
  const address = await workers.listening;
  console.log(`Regrant listens on ${address}`);
  log.info({ address, ...fields }, "listening");
}

/** Keeps `count` workers running, and replaces those that exit. */
class Workers {
  readonly #count: number;
  readonly #log: Logger;
  readonly #listening = Promise.withResolvers<string>();
  readonly #over = Promise.withResolvers<number>();
  /** By id: when each was started, ms of a monotonic clock. */
  readonly #started = new Map<number, number>();
  readonly #serving = new Set<number>();
  #everServed = false;
  #shortLives = 0;
  #stopping = false;
  #exitCode = 0;

  constructor(count: number, log: Logger) {
    this.#count = count;
    this.#log = log;
    cluster.on("message", (worker, message: Partial<Ready>) => {
      if (typeof message.listening === "string") this.#serves(worker, message.listening);
    });
    cluster.on("exit", (worker, code, signal) => this.#ended(worker, code, signal));
  }

  /** The address, once every worker serves. */
  get listening(): Promise<string> {
    return this.#listening.promise;
  }

  /** The exit code, once the last worker has exited and none will be started. */
  get over(): Promise<number> {
    return this.#over.promise;
  }

  /**
   * Starts the first worker. The others follow when it serves, so that an error is printed once, and one process
   * creates tables and keys.
   */
  start(): void {
    this.#fork();
  }

  /** Lets the workers drain and starts no others. */
  stop(signal: NodeJS.Signals): void {
    this.#stopping = true;
    this.kill(signal);
    if (this.#started.size === 0) this.#over.resolve(this.#exitCode);
  }

  /** Sends a signal to every worker. */
  kill(signal: NodeJS.Signals): void {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal);
  }

  #fork(): void {
    if (this.#stopping) return;
    this.#started.set(cluster.fork().id, performance.now());
  }

  /** A worker serves: start the others after the first, and report once all do. */
  #serves({ id }: Worker, address: string): void {
    this.#serving.add(id);
    if (!this.#everServed) for (let other = 1; other < this.#count; other += 1) this.#fork();
    this.#everServed = true;
    if (this.#serving.size === this.#count) this.#listening.resolve(address);
  }

  /** A worker has exited: during a stop, before any served, or in service. */
  #ended({ id, process: { pid } }: Worker, code: number | null, signal: string | null): void {
    const lived = performance.now() - (this.#started.get(id) ?? 0);
    this.#started.delete(id);
    const served = this.#serving.delete(id);
    if (this.#stopping) {
      // A worker that did not serve yet may not have installed its signal handler, so its code does not count.
      if (served && code !== 0) this.#exitCode = 1;
      if (this.#started.size === 0) this.#over.resolve(this.#exitCode);
    } else if (!this.#everServed) {
      // The first worker failed and has printed why; the service exits with its code.
      this.#over.resolve(code === null || code === 0 ? 1 : code);
    } else {
      this.#replace({ worker: id, pid, code, signal }, lived);
    }
  }

  /** Starts another worker after a pause, or gives up if they keep failing. */
  #replace(ended: Record<string, unknown>, lived: number): void {
    this.#shortLives = lived < SHORT_LIFE ? this.#shortLives + 1 : 0;
    if (this.#shortLives >= SHORT_LIVES && this.#serving.size === 0) {
      this.#log.error(
        ended,
        "a worker exited, as did the last ones right after their start, and no worker is serving",
      );
      this.#exitCode = 1;
      this.stop("SIGTERM");
      return;
    }
    const pause = Math.min(GREATEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, this.#shortLives - 1));
    this.#log.warn({ ...ended, pause }, "a worker exited; starting another");
    setTimeout(() => this.#fork(), pause);
  }
}
