import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { currentSource } from "../../request-source.ts";
import { CommitPace } from "../commit-pace.ts";
import type { Caller, GrantStore, RotationResult, TracedBatch } from "../store.ts";
import type { Database } from "./database.ts";
import { isUnavailable } from "./errors.ts";
import type { EventWriter } from "./events.ts";
import { rotateAlone } from "./rotate-alone.ts";
import type { Presentation } from "./rotate-alone.ts";
import { isOrdinary, rotateBatch } from "./rotate-batch.ts";

/** Rotations of one statement at most: its time must stay far below what a request may wait. */
const GREATEST_BATCH = 256;

interface Member extends Presentation {
  /** Only where batches are traced. */
  caller: Caller | undefined;
  resolve: (result: RotationResult) => void;
  reject: (error: unknown) => void;
}

/**
 * The port's `rotate`. One batch is in flight; requests that arrive meanwhile, and in the wait after it, are the next
 * one. A batch has each grant once; for all other tokens `decide` is asked, grant by grant, beside the batches that
 * follow.
 */
export function rotator(database: Database, events: EventWriter): GrantStore["rotate"] {
  const { trace } = database;
  let waiting: Member[] = [];
  let running = false;
  const pace = new CommitPace();

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const waited = pace.wait(performance.now());
      if (waited > 0) await pause(waited);
      const members = waiting.slice(0, GREATEST_BATCH);
      waiting = waiting.slice(GREATEST_BATCH);
      await runBatch(members);
      pace.committed(performance.now(), members.length, waited);
    }
    running = false;
  }

  async function runBatch(members: readonly Member[]): Promise<void> {
    const { batch, others } = divide(members);
    if (batch.length > 0) {
      try {
        const presented = batch.map((member) => member.presented);
        const results = await (trace === undefined
          ? rotateBatch(database, presented)
          : trace(describe(batch), () => rotateBatch(database, presented)));
        for (const [i, member] of batch.entries()) {
          const result = results[i];
          if (result === undefined) others.push(member);
          else member.resolve(result);
        }
      } catch (error) {
        // The batch of a lost connection may have been committed: then the clients' retries get the successors.
        if (isUnavailable(error)) for (const member of batch) member.reject(error);
        // Otherwise, such as after a deadlock, nothing was committed, and each token is decided by itself.
        else others.push(...batch);
      }
    }
    for (const group of groups(others)) void runAlone(group);
  }

  async function runAlone(group: readonly Member[]): Promise<void> {
    try {
      const caller = group[0]?.caller;
      const results = await (caller === undefined
        ? rotateAlone(database, events, group)
        : caller(rotateAlone, database, events, group));
      for (const [i, member] of group.entries()) member.resolve(results[i] as RotationResult);
    } catch (error) {
      for (const member of group) member.reject(error);
    }
  }

  return (presented) => {
    const { promise, resolve, reject } = Promise.withResolvers<RotationResult>();
    const caller = trace && AsyncLocalStorage.snapshot();
    waiting.push({ presented, source: currentSource(), caller, resolve, reject });
    if (!running) {
      running = true;
      // The requests of this turn of the event loop share the first batch.
      setImmediate(() => void run());
    }
    return promise;
  };
}

/** What traces say of a batch. */
function describe(batch: readonly Member[]): Omit<TracedBatch, "database"> {
  const callers = batch.flatMap(({ caller }) => caller ?? []);
  return { summary: "UPDATE grants", members: batch.length, callers };
}

/**
 * Divides what came into a batch and others. The batch: ordinary refreshes, each grant and each proof once, the first that
 * came.
 */
function divide(members: readonly Member[]): { batch: Member[]; others: Member[] } {
  const grants = new Set<string>();
  const proofs = new Set<string>();
  const batch: Member[] = [];
  const others: Member[] = [];
  for (const member of members) {
    const { presented } = member;
    const proof = presented.proof?.digest.toString("hex");
    const isRepeated = grants.has(presented.grantId) || (proof !== undefined && proofs.has(proof));
    const alone = isRepeated || !isOrdinary(presented);
    grants.add(presented.grantId);
    if (proof !== undefined) proofs.add(proof);
    (alone ? others : batch).push(member);
  }
  return { batch, others };
}

/** The others by grant, each in the order it came, so that retries of one token see its rotation. */
function groups(members: readonly Member[]): Member[][] {
  return [...Map.groupBy(members, ({ presented }) => presented.grantId).values()];
}
