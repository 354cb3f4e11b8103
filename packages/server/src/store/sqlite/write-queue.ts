import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { currentSource } from "../../request-source.ts";
import type { RequestSource } from "../../request-source.ts";
import { CommitPace } from "../commit-pace.ts";
import { StoreBusyError } from "../store.ts";
import type { Caller, TraceBatch, TracedBatch } from "../store.ts";

/**
 * What a member of a batch gets: the batch's instant (ms), the source of the request that asked for it, and a place for
 * what must wait for the commit. A member runs synchronously: SQLite has one transaction at a time on a connection.
 */
export interface Transaction {
  readonly now: number;
  readonly source: RequestSource | undefined;
  afterCommit(effect: () => void): void;
}

interface Member {
  work: (transaction: Transaction) => unknown;
  source: RequestSource | undefined;
  /** Only where batches are traced. */
  caller: Caller | undefined;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
  deadline: number;
}

/** What a write queue takes from the engine's options. */
interface WriteQueueOptions {
  now: () => number;
  onBatch: (members: number, seconds: number) => void;
  traceBatch: TraceBatch | undefined;
  /** Of the database, in traces. */
  name: string;
  /** How long a write waits for another process's lock, ms. */
  busyTimeout: number;
}

/**
 * Coalesces writes: all that one turn of the event loop asked for, or what gathered in the wait after the last commit,
 * runs in one `BEGIN IMMEDIATE` with one durable commit. Another process's lock is waited for asynchronously.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #members: Member[] = [];
  #scheduled = false;
  #refusals = 0;
  readonly #pace = new CommitPace();
  /** How long the batch that gathers waits for company, ms. */
  #wait = 0;

  constructor(database: DatabaseSync, options: WriteQueueOptions) {
    this.#database = database;
    this.#options = options;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
  }

  /** Writes that wait. */
  get length(): number {
    return this.#members.length;
  }

  /**
   * Runs `work` in a transaction that may hold others' work too. If one member's work throws, the batch is rolled back
   * and each member runs again alone: only its own changes are lost, and `work` must bear running twice.
   *
   * @throws StoreBusyError at the deadline, while another process holds the lock; else what `work` throws
   */
  write<T>(work: (transaction: Transaction) => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const caller = this.#options.traceBatch && AsyncLocalStorage.snapshot();
    const deadline = performance.now() + this.#options.busyTimeout;
    const called = caller ? asCaller(caller, work) : work;
    this.#members.push({ work: called, source: currentSource(), caller, resolve, reject, deadline });
    if (!this.#scheduled) {
      this.#scheduled = true;
      this.#wait = this.#pace.wait(performance.now());
      if (this.#wait > 0) setTimeout(this.#flush, this.#wait);
      else setImmediate(this.#flush);
    }
    return promise;
  }

  /**
   * Runs a read, again after a pause while another process holds the whole file (it is opening or closing it). A read
   * sees what is committed, and no part of a batch.
   *
   * @throws StoreBusyError at the deadline
   */
  async read<T>(work: () => T): Promise<T> {
    const deadline = performance.now() + this.#options.busyTimeout;
    for (let attempt = 1; ; attempt++) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (performance.now() > deadline) throw new StoreBusyError("database is locked", { cause: error });
        await new Promise((resolve) => setTimeout(resolve, pause(attempt)));
      }
    }
  }

  readonly #flush = (): void => {
    if (this.#members.length === 0) return;
    const started = performance.now();
    try {
      this.#begin.run();
    } catch (error) {
      this.#waitForLock(error);
      return;
    }
    const members = this.#members;
    this.#members = [];
    this.#scheduled = false;
    this.#refusals = 0;
    const { traceBatch } = this.#options;
    if (traceBatch === undefined) this.#runAll(members);
    else traceBatch(this.#describe(members), () => this.#runAll(members));
    const ended = performance.now();
    this.#pace.committed(ended, members.length, this.#wait);
    this.#options.onBatch(members.length, (ended - started) / 1000);
  };

  #describe(members: readonly Member[]): TracedBatch {
    const callers = members.flatMap(({ caller }) => caller ?? []);
    const database = { system: "sqlite", name: this.#options.name } as const;
    return { database, summary: "TRANSACTION", members: members.length, callers };
  }

  /** One transaction for all members; if one fails, one for each, so that the others succeed. */
  #runAll(members: readonly Member[]): void {
    const effects: (() => void)[] = [];
    const values: unknown[] = [];
    const transaction = {
      now: this.#options.now(),
      source: undefined as RequestSource | undefined,
      afterCommit: (effect: () => void) => void effects.push(effect),
    };
    try {
      for (const member of members) {
        transaction.source = member.source;
        values.push(member.work(transaction));
      }
      this.#commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      if (members.length === 1) members[0]?.reject(error);
      else for (const member of members) this.#runAlone(member);
      return;
    }
    for (const [i, member] of members.entries()) member.resolve(values[i] as never);
    for (const effect of effects) effect();
  }

  #runAlone(member: Member): void {
    try {
      this.#begin.run();
    } catch (error) {
      // Another process took the lock between the rollback and now.
      this.#members.push(member);
      this.#waitForLock(error);
      return;
    }
    this.#runAll([member]);
  }

  /** The lock is another process's: the members stay queued until it is free or their time is over. */
  #waitForLock(error: unknown): void {
    const busy = isBusy(error);
    const time = performance.now();
    const members = this.#members;
    this.#members = [];
    for (const member of members) {
      if (!busy) member.reject(error);
      else if (member.deadline > time) this.#members.push(member);
      else member.reject(new StoreBusyError("database is locked", { cause: error }));
    }
    this.#scheduled = this.#members.length > 0;
    if (this.#scheduled) setTimeout(this.#flush, pause(++this.#refusals));
  }
}

/** The same work in its caller's context, so that the log line of its event belongs to the caller's trace. */
function asCaller<T>(caller: Caller, work: (transaction: Transaction) => T): (transaction: Transaction) => T {
  return (transaction) => {
    const afterCommit = (effect: () => void) => transaction.afterCommit(AsyncResource.bind(effect));
    return caller(work, { ...transaction, afterCommit });
  };
}

/** ms: short at first, with jitter, so that processes that wait for one lock do not march in step. */
function pause(attempt: number): number {
  return Math.min(20, attempt) * (0.5 + Math.random());
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY is 5; extended codes keep it in the low byte.
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 5;
}
