import { setTimeout as delay } from "node:timers/promises";
import type { PoolLoad } from "../store/store.ts";
import type { LaravelConnection } from "./laravel-connection.ts";

const MAX_CONNECTIONS = 4;
/** Uses that may wait for a connection: about what four serve in 5 s over a slow network. */
const MAX_WAITING = 512;
/** Time for a whole use, the wait for a connection included, ms: a request waits for it. */
const USE_TIMEOUT = 5000;
/** A connection that was not used for so long is replaced, ms: a firewall may have dropped it. */
const IDLE_TIMEOUT = 60_000;
/** How long the end of a connection may take, ms. */
const END_TIMEOUT = 1000;

/** Laravel's database did not respond in time. What it did is not known. */
class LaravelTimeoutError extends Error {
  override readonly name = "LaravelTimeoutError";

  constructor() {
    super(`Laravel's database did not respond within ${USE_TIMEOUT} ms`);
  }
}

/** Too many uses wait for a connection to Laravel's database: this one did not. */
export class LaravelQueueFullError extends Error {
  override readonly name = "LaravelQueueFullError";

  constructor() {
    super(`${MAX_WAITING} uses of Laravel's database are waiting`);
  }
}

/** Connections to Laravel's database, opened when they are needed. No use of one exceeds its limit. */
export class LaravelPool {
  readonly #open: () => Promise<LaravelConnection>;
  readonly #idle: { connection: LaravelConnection; since: number }[] = [];
  readonly #waiting: (() => void)[] = [];
  #lent = 0;
  #isClosed = false;

  constructor(open: () => Promise<LaravelConnection>) {
    this.#open = open;
  }

  /** Its connections at this moment. */
  load(): PoolLoad {
    const [used, idle, pending] = [this.#lent, this.#idle.length, this.#waiting.length];
    return { name: "laravel", used, idle, pending, max: MAX_CONNECTIONS };
  }

  /**
   * Lends a connection to `work`. One that is late, or on which `work` failed, is broken off, which rolls back what it
   * began.
   *
   * @throws LaravelTimeoutError after 5 s; LaravelQueueFullError; what connecting or `work` throws
   */
  async use<T>(work: (connection: LaravelConnection) => Promise<T>): Promise<T> {
    const deadline = performance.now() + USE_TIMEOUT;
    await this.#turn(deadline);
    try {
      const idle = this.#takeIdle();
      if (idle !== undefined) return await this.#lend(idle, work, deadline);
      const connectFirst = async (connection: LaravelConnection) => {
        await connection.connect();
        return work(connection);
      };
      return await this.#lend(await this.#open(), connectFirst, deadline);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#lent -= 1;
      else next();
    }
  }

  /** Closes the connections that are not lent, and waits a second at most; the others are closed after their use. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const idle = this.#idle.splice(0);
    await Promise.all(idle.map(({ connection }) => end(connection)));
  }

  /** Waits while the greatest number of connections is lent. */
  async #turn(deadline: number): Promise<void> {
    if (this.#lent < MAX_CONNECTIONS) {
      this.#lent += 1;
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) throw new LaravelQueueFullError();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const late = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
      reject(new LaravelTimeoutError());
    }, timeUntil(deadline));
    await promise.finally(() => clearTimeout(late));
  }

  #takeIdle(): LaravelConnection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      const { connection, since } = idle;
      if (!connection.isLost() && performance.now() - since < IDLE_TIMEOUT) return connection;
      connection.destroy();
    }
    return undefined;
  }

  async #lend<T>(
    connection: LaravelConnection,
    work: (connection: LaravelConnection) => Promise<T>,
    deadline: number,
  ): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    // A driver may not notice that its connection was broken off, such as in the middle of a TLS handshake.
    const watchdog = setTimeout(() => {
      reject(new LaravelTimeoutError());
      connection.destroy();
    }, timeUntil(deadline));
    let isUsable = false;
    try {
      const result = await Promise.race([work(connection), late]);
      isUsable = !this.#isClosed;
      return result;
    } finally {
      clearTimeout(watchdog);
      if (isUsable) this.#idle.push({ connection, since: performance.now() });
      else connection.destroy();
    }
  }
}

/** @returns ms */
function timeUntil(deadline: number): number {
  return Math.max(0, deadline - performance.now());
}

/** Ends a connection in an orderly way, but does not wait long: a server that hangs does not respond. */
async function end(connection: LaravelConnection): Promise<void> {
  const ended = connection.end().catch(() => {});
  await Promise.race([ended, delay(END_TIMEOUT, undefined, { ref: false })]);
  connection.destroy();
}
