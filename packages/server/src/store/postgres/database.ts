import type { Client } from "pg";
import { AsyncLocalStorage } from "node:async_hooks";
import { currentSource } from "../../request-source.ts";
import type { RequestSource } from "../../request-source.ts";
import type { Row } from "../row.ts";
import type { PoolLoad, TraceBatch, TracedBatch } from "../store.ts";
import { placeOf } from "./address.ts";
import type { DatabaseAddress } from "./address.ts";
import { queryAll } from "./connect.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { isConflict, isStalePlan } from "./errors.ts";
import type { Sessions } from "./sessions.ts";

/** A statement that every connection prepares once, under its name, unless its session is lent. */
export interface Statement {
  name: string;
  text: string;
}

/** Runs statements on one connection; rows are objects by column name. */
export interface Query {
  /** Runs one statement. A text without a name is planned each time. */
  (statement: Statement | string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs several statements without parameters in one transaction of their own. */
  several(...statements: readonly string[]): Promise<Row[][]>;
}

/**
 * What a writing operation gets: its statements, its instant (ms), the source of the request that asked for it, and a
 * place for what must wait for the commit.
 */
export interface Transaction {
  readonly query: Query;
  /** The store's clock, read once: ask after the rows that decide are locked, so that it is later than theirs. */
  now(): Promise<number>;
  readonly source: RequestSource | undefined;
  afterCommit(effect: () => void): void;
}

/** How the database is used; see `StoreOptions`. */
interface DatabaseOptions {
  /** A clock that a test injects. */
  now: (() => number) | undefined;
  onBatch: (members: number, seconds: number) => void;
  traceBatch: TraceBatch | undefined;
  /** How long an operation waits for a lock or a connection before it rejects with StoreBusyError, ms. */
  timeout: number;
  /** The largest number of connections, beside the one for batches. */
  connections: number;
}

/**
 * The clock of the database in SQL: ms. It is read at the statement, not at the start of the transaction as `now()` is:
 * a transaction that waited for a lock must not write an instant that is older than the row's. Parameter `n` is a
 * test's instant, else null.
 */
export function clock(n: number): string {
  return `coalesce($${n}::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)`;
}

const NOW: Statement = { name: "now", text: `SELECT ${clock(1)} AS now` };

/** Attempts of what met a deadlock or a stale plan, the first included: more than there are connections with such plans. */
const ATTEMPTS = 6;

/** Statements and transactions over a few connections. */
export class Database {
  /** Runs a transaction within its trace; undefined: there are no traces. */
  readonly trace: (<T>(batch: Omit<TracedBatch, "database">, work: () => T) => T) | undefined;
  readonly #options: DatabaseOptions;
  readonly #sessions: Sessions;
  readonly #connections: ConnectionPool;
  /** The rotations' own: a batch never waits behind another statement. */
  readonly #batches: ConnectionPool;
  #order: Promise<unknown> = Promise.resolve();

  constructor(address: DatabaseAddress, options: DatabaseOptions) {
    const { timeout, connections, traceBatch } = options;
    this.#options = options;
    this.#sessions = address.sessions;
    this.#connections = new ConnectionPool(address, { max: connections, timeout });
    this.#batches = new ConnectionPool(address, { max: 1, timeout });
    const database = { system: "postgresql", ...placeOf(address) } as const;
    this.trace = traceBatch && ((batch, work) => traceBatch({ ...batch, database }, work));
  }

  /** The value of `clock`'s parameter. */
  get injectedNow(): number | null {
    return this.#options.now?.() ?? null;
  }

  /** The connections of both pools; the one that listens for notifications is not among them. */
  pools(): PoolLoad[] {
    return [
      { name: "batches", ...this.#batches.load() },
      { name: "statements", ...this.#connections.load() },
    ];
  }

  /**
   * Runs statements without a transaction of their own; each commits by itself. After a migration by a newer program `work`
   * may run again.
   */
  async read<T>(work: (query: Query) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#connections.use((client) => work(this.#queryOf(client)));
      } catch (error) {
        if (!isStalePlan(error) || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  /** Runs one statement on the connection that is kept for batches; rows are arrays, the driver's cheapest form. */
  batch(statement: Statement, values: readonly unknown[], members: number): Promise<unknown[][]> {
    return this.#batches.use(async (client) => {
      const started = performance.now();
      const asked = { ...askedOf(statement, this.#sessions), values: [...values], rowMode: "array" as const };
      const { rows } = await client.query<unknown[]>(asked);
      this.#options.onBatch(members, (performance.now() - started) / 1000);
      return rows;
    });
  }

  /**
   * Runs `work` in a transaction of its own; after a deadlock, a serialization failure or a migration again, in 6 attempts at
   * most.
   * So `work` must have no effect outside the database but by `afterCommit`.
   */
  async write<T>(work: (transaction: Transaction) => Promise<T>, members = 1): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#connections.use((client) => this.#transaction(client, work, members));
      } catch (error) {
        if (!(isConflict(error) || isStalePlan(error)) || attempt >= ATTEMPTS) throw error;
        // With jitter, so that two transactions that met do not meet again.
        await new Promise((resolve) => setTimeout(resolve, attempt * 10 * Math.random()));
      }
    }
  }

  /**
   * As `write`, after every earlier call of this process has ended: for administration, and where the order of events
   * matters.
   */
  writeInOrder<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const written = this.#order.then(() => this.write(work));
    this.#order = written.catch(() => {});
    return written;
  }

  /** The store's clock at this moment, ms; `Transaction.now` is the same for a whole transaction. */
  async readClock(query: Query): Promise<number> {
    const injected = this.injectedNow;
    if (injected !== null) return injected;
    return (await query(NOW, [null]))[0]?.["now"] as number;
  }

  /** Closes the connections, once nothing is under way. */
  async close(): Promise<void> {
    await Promise.all([this.#connections.close(), this.#batches.close()]);
  }

  #transaction<T>(
    client: Client,
    work: (transaction: Transaction) => Promise<T>,
    members: number,
  ): Promise<T> {
    const run = () => this.#transact(client, work, members);
    if (this.trace === undefined) return run();
    const callers = [AsyncLocalStorage.snapshot()];
    return this.trace({ summary: "TRANSACTION", members, callers }, run);
  }

  async #transact<T>(
    client: Client,
    work: (transaction: Transaction) => Promise<T>,
    members: number,
  ): Promise<T> {
    const started = performance.now();
    const query = this.#queryOf(client);
    const effects: (() => void)[] = [];
    let now: Promise<number> | undefined;
    const transaction: Transaction = {
      query,
      now: () => (now ??= this.readClock(query)),
      source: currentSource(),
      afterCommit: (effect) => void effects.push(effect),
    };
    await begin(client, this.#sessions, this.#options.timeout);
    let value: T;
    try {
      value = await work(transaction);
      await client.query("COMMIT");
    } catch (error) {
      // A connection that cannot even do this is not lent again.
      await client.query("ROLLBACK").catch(() => {});
      throw error;
    }
    for (const effect of effects) effect();
    this.#options.onBatch(members, (performance.now() - started) / 1000);
    return value;
  }

  #queryOf(client: Client): Query {
    const sessions = this.#sessions;
    const one = async (statement: Statement | string, values: readonly unknown[] = []) =>
      (await client.query<Row>({ ...askedOf(statement, sessions), values: [...values] })).rows;
    const several = async (...statements: readonly string[]) => {
      const begin = sessions.begin(this.#options.timeout);
      return (await queryAll(client, [...begin, ...statements])).slice(begin.length);
    };
    return Object.assign(one, { several });
  }
}

/** Opens a transaction, in one round trip. @param timeout of its statements and locks, ms; 0: none */
export async function begin(client: Client, sessions: Sessions, timeout: number): Promise<void> {
  await queryAll(client, ["BEGIN", ...sessions.begin(timeout)]);
}

/** A named statement is prepared once and its plan kept, where the session is kept too. */
function askedOf(statement: Statement | string, { persist }: Sessions): { name?: string; text: string } {
  if (typeof statement === "string") return { text: statement };
  return persist ? statement : { text: statement.text };
}
