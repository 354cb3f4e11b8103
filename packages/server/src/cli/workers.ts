import cluster from "node:cluster";
import type { Worker } from "node:cluster";
import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import { databaseText } from "../config/database-address.ts";
import type { Config } from "../config/resolve-config.ts";
import { serveWorkersMetrics } from "./metrics-listener.ts";
import { nextSignal } from "./signals.ts";

/** A worker that ends sooner after its start ended "at once", ms. */
const SHORT_LIFE = 10_000;
/** So many such ends in a row, with no worker left that serves, end the service. */
const SHORT_LIVES = 5;
/** Before a worker is replaced, ms; doubled with every short life. */
const FIRST_PAUSE = 100;
const GREATEST_PAUSE = 5000;

/** What a worker tells the primary process once it serves. */
interface Ready {
  listening: string;
}

export function workerCountOf({ workers }: Config): number {
  return workers === "auto" ? availableParallelism() : workers;
}

/** Called by a worker: it serves. */
export function tellReady(address: string): void {
  process.send?.({ listening: address } satisfies Ready);
}

/**
 * Serves by `count` processes that share one port, until a signal says to stop: each worker then drains. This process
 * takes the connections and hands them out in turn; it opens no store. Ends the process, with 0 after a stop in order.
 */
export async function serveByWorkers(config: Config, count: number, log: Logger): Promise<never> {
  const workers = new Workers(count, log);
  const signal = nextSignal((exitCode) => {
    workers.kill("SIGKILL");
    process.exit(exitCode);
  });
  void stopAt(signal, workers, log);
  if (config.metrics) await serveWorkersMetrics(config.metrics);
  workers.start();
  void tellListening(workers, { workers: count, database: databaseText(config.database) }, log);
  const exitCode = await workers.over;
  log.info("stopped");
  process.exit(exitCode);
}

async function stopAt(signal: Promise<NodeJS.Signals>, workers: Workers, log: Logger): Promise<void> {
  const name = await signal;
  log.info({ signal: name }, "stopping: the workers' requests in flight may finish");
  workers.stop(name);
}

async function tellListening(workers: Workers, fields: Record<string, unknown>, log: Logger): Promise<void> {
  const address = await workers.listening;
  console.log(`Regrant listens on ${address}`);
  log.info({ address, ...fields }, "listening");
}

/** Keeps `count` workers running. */
class Workers {
  readonly #count: number;
  readonly #log: Logger;
  readonly #listening = Promise.withResolvers<string>();
  readonly #over = Promise.withResolvers<number>();
  /** By id: when each was started, ms of a clock that is never set. */
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

  /** The exit code, once there is no worker any more and there will be none. */
  get over(): Promise<number> {
    return this.#over.promise;
  }

  /** Starts one; the others when it serves: what is wrong is told once, and tables and keys are made by one. */
  start(): void {
    this.#fork();
  }

  stop(signal: NodeJS.Signals): void {
    this.#stopping = true;
    this.kill(signal);
    if (this.#started.size === 0) this.#over.resolve(this.#exitCode);
  }

  kill(signal: NodeJS.Signals): void {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal);
  }

  #fork(): void {
    if (this.#stopping) return;
    this.#started.set(cluster.fork().id, performance.now());
  }

  #serves({ id }: Worker, address: string): void {
    this.#serving.add(id);
    if (!this.#everServed) for (let other = 1; other < this.#count; other += 1) this.#fork();
    this.#everServed = true;
    if (this.#serving.size === this.#count) this.#listening.resolve(address);
  }

  #ended({ id, process: { pid } }: Worker, code: number | null, signal: string | null): void {
    const lived = performance.now() - (this.#started.get(id) ?? 0);
    this.#started.delete(id);
    const served = this.#serving.delete(id);
    if (this.#stopping) {
      // One that had not begun to serve may not have known yet how to stop.
      if (served && code !== 0) this.#exitCode = 1;
      if (this.#started.size === 0) this.#over.resolve(this.#exitCode);
    } else if (!this.#everServed) {
      // It has told why.
      this.#over.resolve(code === null || code === 0 ? 1 : code);
    } else {
      this.#replace({ worker: id, pid, code, signal }, lived);
    }
  }

  #replace(ended: Record<string, unknown>, lived: number): void {
    this.#shortLives = lived < SHORT_LIFE ? this.#shortLives + 1 : 0;
    if (this.#shortLives >= SHORT_LIVES && this.#serving.size === 0) {
      this.#log.error(
        ended,
        "a worker ended; so did the last ones, each at once, and none is left that serves",
      );
      this.#exitCode = 1;
      this.stop("SIGTERM");
      return;
    }
    const pause = Math.min(GREATEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, this.#shortLives - 1));
    this.#log.warn({ ...ended, pause }, "a worker ended; another takes its place");
    setTimeout(() => this.#fork(), pause);
  }
}
