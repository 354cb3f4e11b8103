import type { Client } from "pg";
import { StoreBusyError } from "../store.ts";
import type { PoolLoad } from "../store.ts";
import type { DatabaseAddress } from "./address.ts";
import { abandon, connectToPrimary, disconnect } from "./connect.ts";
import { isDemoted, isStalePlan } from "./errors.ts";

/** Limits of a pool. */
interface ConnectionOptions {
  /** The largest number of connections. */
  max: number;
  /** How long a statement may take, or wait for a lock, and how long a connection is waited for, ms. */
  timeout: number;
}

/** A connection that nothing used for so long is closed, ms. */
const IDLE_TIMEOUT = 60_000;
/** After a round in which no server was reached: the pause before the next, ms, doubled up to the greatest. */
const FIRST_PAUSE = 50;
const GREATEST_PAUSE = 1000;

/**
 * Connections to the primary among several servers, opened when they are needed. A lost connection rejects what it was
 * doing and is replaced at the next use; each new connection asks again which server is the primary.
 */
export class ConnectionPool {
  readonly #address: DatabaseAddress;
  readonly #options: ConnectionOptions;
  readonly #idle: { client: Client; expiry: NodeJS.Timeout }[] = [];
  readonly #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  readonly #usable = new Set<Client>();
  #count = 0;
  #isClosed = false;
  #primary = 0;
  #pause = 0;
  #failure: { error: unknown; until: number } | undefined;

  constructor(address: DatabaseAddress, options: ConnectionOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** Its connections at this moment. */
  load(): Omit<PoolLoad, "name"> {
    const idle = this.#idle.length;
    return { used: this.#count - idle, idle, pending: this.#waiting.length, max: this.#options.max };
  }

  /**
   * Lends a connection to `work`. One that broke, or that is left within a transaction, is not lent again.
   *
   * @param patience how long `work` may take before its connection is broken off, ms. The server ends a statement at
   *   its own timeout; one that says nothing for twice as long is gone.
   * @throws StoreBusyError if no connection is free in time; else what connecting or `work` throws
   */
  async use<T>(
    work: (client: Client) => Promise<T>,
    patience: number | undefined = 2 * this.#options.timeout,
  ): Promise<T> {
    const client = await this.#acquire();
    const watchdog = setTimeout(() => abandon(client), patience);
    try {
      return await work(client);
    } catch (error) {
      if (isDemoted(error) || isStalePlan(error)) {
        this.#usable.delete(client);
        void this.#discardIdle();
      }
      throw error;
    } finally {
      clearTimeout(watchdog);
      this.#release(client);
    }
  }

  /** Closes the connections that are not lent; the others are closed when they are given back. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#discardIdle();
  }

  async #acquire(): Promise<Client> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        clearTimeout(idle.expiry);
        if (this.#usable.has(idle.client)) return idle.client;
        void this.#discard(idle.client);
        continue;
      }
      if (this.#count < this.#options.max) return this.#open();
      await this.#turn();
    }
  }

  /** Waits until another use is over. */
  async #turn(): Promise<void> {
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn);
    const late = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(turn), 1);
      turn.reject(new StoreBusyError("every connection to the database is busy"));
    }, this.#options.timeout);
    await turn.promise.finally(() => clearTimeout(late));
  }

  #release(client: Client): void {
    if (!this.#isClosed && this.#usable.has(client) && client.getTransactionStatus() === "I") {
      const expiry = setTimeout(() => {
        const at = this.#idle.findIndex((idle) => idle.client === client);
        if (at >= 0) this.#idle.splice(at, 1);
        void this.#discard(client);
      }, IDLE_TIMEOUT).unref();
      this.#idle.push({ client, expiry });
    } else {
      void this.#discard(client);
    }
    this.#waiting.shift()?.resolve();
  }

  async #discardIdle(): Promise<void> {
    const idle = this.#idle.splice(0);
    for (const { expiry } of idle) clearTimeout(expiry);
    await Promise.all(idle.map(({ client }) => this.#discard(client)));
  }

  async #discard(client: Client): Promise<void> {
    this.#usable.delete(client);
    this.#count -= 1;
    await disconnect(client);
  }

  async #open(): Promise<Client> {
    // No server was reached a moment ago: fail at once instead of trying again.
    if (this.#failure !== undefined && performance.now() < this.#failure.until) throw this.#failure.error;
    this.#count += 1;
    try {
      const client = await this.#connect();
      this.#failure = undefined;
      this.#pause = 0;
      return client;
    } catch (error) {
      this.#count -= 1;
      this.#pause = Math.min(GREATEST_PAUSE, Math.max(FIRST_PAUSE, 2 * this.#pause));
      this.#failure = { error, until: performance.now() + this.#pause * (0.5 + Math.random() / 2) };
      this.#waiting.shift()?.resolve();
      throw error;
    }
  }

  async #connect(): Promise<Client> {
    const { client, server } = await connectToPrimary(this.#address, this.#primary, this.#options.timeout);
    this.#primary = server;
    this.#usable.add(client);
    client.once("end", () => this.#usable.delete(client));
    client.on("error", () => this.#usable.delete(client));
    return client;
  }
}
