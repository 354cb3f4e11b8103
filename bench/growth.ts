import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { residentMemory } from "./accounting.ts";
import { startWorker } from "./child.ts";
import type { LoadPlan, Window, WindowResult } from "./load-plan.ts";
import type { Options } from "./options.ts";
import { median } from "./statistics.ts";
import { createDatabase, serve } from "./targets/regrant.ts";
import type { Database } from "./targets/regrant.ts";

export interface Growth {
  grants: number;
  refreshes: number;
  errors: number;
  firstErrors: string[];
  rowsBefore: number;
  rowsAfter: number;
  bytesBefore: number;
  bytesAfter: number;
}

export interface Start {
  /** From the start of the process to the first answer, ms: the median. */
  time: number;
  times: number[];
  /** Bytes, 5 s after the first answer. */
  memory: number;
}

const GROWN_GRANTS = 2000;
const GROWN_REFRESHES = 20;
const STARTS = 3;
const IDLE = 5;

/** Refreshes each of many grants equally often, and weighs the database before and after. */
export async function measureGrowth(
  folder: string,
  { inFlight }: Options,
): Promise<Growth & { database: Database }> {
  // The store does the same under every algorithm; this one takes the least time.
  const database = await createDatabase(join(folder, "growth"), { algorithm: "EdDSA", grants: GROWN_GRANTS });
  const server = await serve(database);
  const load = startWorker("load.ts");
  await load.ask({ ...server.plan, inFlight } satisfies LoadPlan);
  const before = weigh(database.path);
  const rounds: WindowResult[] = [];
  for (let round = 0; round < GROWN_REFRESHES; round++) {
    rounds.push(await load.ask<WindowResult>({ requests: GROWN_GRANTS } satisfies Window));
  }
  await load.stop();
  const after = weigh(database.path);
  await server.stop();
  return {
    database,
    grants: GROWN_GRANTS,
    refreshes: rounds.reduce((sum, { requests }) => sum + requests, 0),
    errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
    firstErrors: rounds.flatMap(({ firstErrors }) => firstErrors).slice(0, 5),
    rowsBefore: before.rows,
    rowsAfter: after.rows,
    bytesBefore: before.bytes,
    bytesAfter: after.bytes,
  };
}

/** Rows of all tables, and the file's size after a checkpoint. */
function weigh(path: string): { rows: number; bytes: number } {
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    const [busy] = Object.values(database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() ?? {});
    if (busy !== 0) throw new Error("the database could not be checkpointed");
    const number = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0]);
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const rows = tables.reduce((sum, { name }) => sum + number(`SELECT count(*) FROM "${String(name)}"`), 0);
    return { rows, bytes: number("PRAGMA page_count") * number("PRAGMA page_size") };
  } finally {
    database.close();
  }
}

/** Starts the server on a database that is in use, and leaves it alone for a while. */
export async function measureStart(database: Database): Promise<Start> {
  const times: number[] = [];
  let memory = Number.NaN;
  for (let start = 1; start <= STARTS; start++) {
    const server = await serve(database);
    times.push(server.startTime);
    if (start === STARTS) {
      await pause(IDLE * 1000);
      memory = residentMemory(server.pid);
    }
    await server.stop();
  }
  return { time: median(times), times, memory };
}
