import type { Client } from "pg";
import type { MacKey } from "../packages/server/src/keys/key-ring.ts";
import { sealRefreshToken } from "../packages/server/src/tokens/refresh-token.ts";
import type { Worker } from "./child.ts";
import { drawGrants, tokenOf } from "./fill.ts";
import type { Filling } from "./fill.ts";
import type { LoadPlan, Window, WindowResult } from "./load-plan.ts";
import type { Postgres } from "./postgres.ts";
import { median } from "./statistics.ts";
import { databaseCpu, walBetween, walEnd } from "./table-size.ts";
import type { Wal } from "./table-size.ts";
import type { RunningServer } from "./targets/regrant.ts";

/** CPU of the database in µs and WAL in bytes, for each refresh. */
type MeasuredWindow = WindowResult & { databaseCpu: number; wal: Wal };

/** Medians of the windows; CPU in µs for each refresh. */
export interface Refreshes {
  perSecond: number;
  p50: number;
  p99: number;
  serverCpu: number;
  databaseCpu: number;
  /** Bytes for each refresh: the records; the full pages of the first window and of the last. */
  walRecords: number;
  fullPages: [first: number, last: number];
  /** What other programs of the machine took, in cores. */
  others: number;
  errors: number;
  firstErrors: string[];
  windows: MeasuredWindow[];
}

/** A filled table that is served, and what its grants were refreshed to. */
export interface ServedTable {
  postgres: Postgres;
  control: Client;
  filling: Filling;
  macKey: MacKey;
  server: RunningServer;
  load: Worker;
  /** By number, of those that were refreshed. */
  generations: Map<number, number>;
}

const IN_FLIGHT = 32;
const HOT_LINEAGES = 256;
const WINDOWS = 5;
/** In the first seconds V8 compiles. */
const WARM_UP_WINDOWS = 4;
/** Of one window; the smallest table has just more living grants. */
const REFRESHES = 8000;

/**
 * Refreshes all over each table, and of a few of its grants. The tables take turns, window by window, so that whatever
 * else the machine does meets them alike.
 */
export async function measureInTurn<Table extends ServedTable>(tables: readonly Table[]) {
  const measured = tables.map((table) => {
    const hotGrants = drawGrants(HOT_LINEAGES, table.filling);
    return { table, hotGrants, random: [] as MeasuredWindow[], hot: [] as MeasuredWindow[] };
  });
  for (const { table, hotGrants } of measured) {
    for (let window = 0; window < WARM_UP_WINDOWS; window++) await refresh(table, hotGrants);
  }
  await tables[0]?.postgres.checkpoint();
  for (let window = 0; window < WINDOWS; window++) {
    for (const { table, random } of measured) {
      random.push(await refresh(table, drawGrants(REFRESHES, table.filling)));
    }
  }
  // The first one after others' pages were fetched has its own to fetch.
  for (const { table, hotGrants } of measured) await refresh(table, hotGrants);
  for (let window = 0; window < WINDOWS; window++) {
    for (const { table, hotGrants, hot } of measured) hot.push(await refresh(table, hotGrants));
  }
  return measured.map(({ table, random, hot }) => ({
    table,
    random: summarize(random),
    hot: summarize(hot),
  }));
}

/** A window over these grants; each is refreshed equally often. */
async function refresh(table: ServedTable, drawn: readonly number[]): Promise<MeasuredWindow> {
  const { postgres, control, filling, macKey, server, load, generations } = table;
  const tokens = drawn.map((number) => {
    const generation = generations.get(number) ?? 0;
    return sealRefreshToken({ ...tokenOf(number, filling), generation }, macKey);
  });
  await load.ask({ ...server.plan, tokens, inFlight: IN_FLIGHT } satisfies LoadPlan);
  const times = Math.ceil(REFRESHES / drawn.length);
  const requests = times * drawn.length;
  const from = await walEnd(control);
  const [result, cpu] = await databaseCpu(postgres, () =>
    load.ask<WindowResult>({ requests } satisfies Window),
  );
  const wal = await walBetween(control, from, await walEnd(control));
  for (const number of drawn) generations.set(number, (generations.get(number) ?? 0) + times);
  return {
    ...result,
    databaseCpu: cpu / requests,
    wal: { records: wal.records / requests, fullPages: wal.fullPages / requests },
  };
}

function summarize(windows: readonly MeasuredWindow[]): Refreshes {
  const of = (figure: (window: MeasuredWindow) => number) => median(windows.map(figure));
  return {
    perSecond: of(({ requests, seconds }) => requests / seconds),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    serverCpu: of(({ serverCpu, requests }) => serverCpu / requests),
    databaseCpu: of((window) => window.databaseCpu),
    walRecords: of(({ wal }) => wal.records),
    fullPages: [windows[0]?.wal.fullPages ?? Number.NaN, windows.at(-1)?.wal.fullPages ?? Number.NaN],
    others: of((window) => {
      const own = window.serverCpu + window.loadCpu + window.databaseCpu * window.requests;
      return (window.machineCpu - own) / 1e6 / window.seconds;
    }),
    errors: windows.reduce((sum, { errors }) => sum + errors, 0),
    firstErrors: windows.flatMap(({ firstErrors }) => firstErrors).slice(0, 5),
    windows: [...windows],
  };
}
