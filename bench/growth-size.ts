import { join } from "node:path";
import { Client } from "pg";
import { KeyRing } from "../packages/server/src/keys/key-ring.ts";
import type { MacKey } from "../packages/server/src/keys/key-ring.ts";
import { masterKey } from "../packages/server/src/keys/master-key.ts";
import { openPostgresStore } from "../packages/server/src/store/postgres/engine.ts";
import { sealRefreshToken } from "../packages/server/src/tokens/refresh-token.ts";
import { startWorker } from "./child.ts";
import type { Worker } from "./child.ts";
import { drawGrants, fillGrants, tokenOf } from "./fill.ts";
import type { FillTimes, Filling } from "./fill.ts";
import type { LoadPlan, Window, WindowResult } from "./load.ts";
import type { Postgres } from "./postgres.ts";
import { median } from "./statistics.ts";
import { databaseCpu, hotShare, walBetween, walEnd, weighGrants } from "./table-size.ts";
import type { Wal, Weight } from "./table-size.ts";
import { createDatabase, serve } from "./targets/regrant.ts";
import type { Database, RunningServer } from "./targets/regrant.ts";

export interface SizeResult {
  grants: number;
  fill: FillTimes;
  weight: Weight;
  /** From the start of the process to the first answer, ms. */
  start: number;
  /** Each refresh meets a grant drawn from the whole table, from a checkpoint on. */
  random: Refreshes;
  /** 256 of the grants, again and again. */
  hot: Refreshes;
  hotUpdates: number;
  sweep: Sweep;
}

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
  windows: (WindowResult & { databaseCpu: number; wal: Wal })[];
}

export interface Sweep {
  examined: number;
  removed: number;
  seconds: number;
  /** µs for each grant that was examined. */
  databaseCpu: number;
}

interface Bench {
  postgres: Postgres;
  control: Client;
  filling: Filling;
  macKey: MacKey;
  /** By number, those that were refreshed. */
  generations: Map<number, number>;
}

const IN_FLIGHT = 32;
const HOT_LINEAGES = 256;
const WINDOWS = 5;
/** Of one window; the smallest table has just more living grants. */
const REFRESHES = 8000;
const STARTS = 3;
/** The grants that the service examines in one slice of a sweep, and how long the sweep is watched, ms. */
const SWEEP_SLICE = 1000;
const SWEEP_TIME = 20_000;

/** Fills a new database with so many grants, and measures what they change. */
export async function measureSize(
  folder: string,
  postgres: Postgres,
  grants: number,
  progress: (text: string) => void,
): Promise<SizeResult> {
  const url = await postgres.newDatabase(`growth_${grants}`);
  const database = await createDatabase(join(folder, `growth-${grants}`), {
    algorithm: "EdDSA",
    grants: 1,
    postgres: url,
  });
  // Dead grants are to be there when the sweeper is measured.
  database.env["REGRANT_SWEEP_INTERVAL"] = "0";
  const filling = { clientId: database.form["client_id"] ?? "", grants, now: Date.now() };
  const control = new Client({ connectionString: url });
  await control.connect();
  await control.query("CREATE EXTENSION pg_walinspect");
  progress("fill");
  const fill = await fillGrants(control, filling);
  const weight = await weighGrants(control, grants);
  progress(`start, then refreshes (the fill took ${Math.round(fill.copy + fill.indexes)} s)`);
  const start = await timeToStart(database);
  const macKey = await macKeyOf(database);
  const bench = { postgres, control, filling, macKey, generations: new Map<number, number>() };
  const server = await serve(database);
  const load = startWorker("load.ts");
  const { random, hot } = await measureBoth(bench, server, load);
  await Promise.all([load.stop(), server.stop()]);
  const hotUpdates = await hotShare(control);
  progress("sweep");
  const sweep = await measureSweep(postgres, url);
  await control.end();
  return { grants, fill, weight, start, random, hot, hotUpdates, sweep };
}

async function timeToStart(database: Database): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const server = await serve(database);
    times.push(server.startTime);
    await server.stop();
  }
  return median(times);
}

/** The key under which the server itself seals. */
async function macKeyOf({ env }: Database): Promise<MacKey> {
  const store = await openPostgresStore(env["REGRANT_DATABASE"] ?? "");
  try {
    const bytes = Buffer.from(env["REGRANT_MASTER_KEY"] ?? "", "base64url");
    const keys = new KeyRing(store.keys, [masterKey(bytes)]);
    await keys.load();
    return keys.macKeyAt(store.now());
  } finally {
    await store.close();
  }
}

async function measureBoth(bench: Bench, server: RunningServer, load: Worker) {
  const hotGrants = drawGrants(HOT_LINEAGES, bench.filling);
  // Until the compilers of V8 have nothing left to improve.
  await refresh(bench, server, load, hotGrants, 2);
  await bench.postgres.checkpoint();
  const random: Refreshes["windows"] = [];
  for (let window = 0; window < WINDOWS; window++) {
    const drawn = drawGrants(REFRESHES, bench.filling);
    random.push(...(await refresh(bench, server, load, drawn, 1)));
  }
  const [, ...hot] = await refresh(bench, server, load, hotGrants, WINDOWS + 1);
  return { random: summarize(random), hot: summarize(hot) };
}

/** Windows over the same grants; each grant is refreshed equally often. */
async function refresh(
  bench: Bench,
  { plan }: RunningServer,
  load: Worker,
  drawn: readonly number[],
  windows: number,
): Promise<Refreshes["windows"]> {
  const { postgres, control, filling, macKey, generations } = bench;
  const tokens = drawn.map((number) => {
    const generation = generations.get(number) ?? 0;
    return sealRefreshToken({ ...tokenOf(number, filling), generation }, macKey);
  });
  await load.ask({ ...plan, tokens, inFlight: IN_FLIGHT } satisfies LoadPlan);
  const times = Math.ceil(REFRESHES / drawn.length);
  const requests = times * drawn.length;
  const results: Refreshes["windows"] = [];
  for (let window = 0; window < windows; window++) {
    const from = await walEnd(control);
    const [result, cpu] = await databaseCpu(postgres, () =>
      load.ask<WindowResult>({ requests } satisfies Window),
    );
    const wal = await walBetween(control, from, await walEnd(control));
    for (const number of drawn) generations.set(number, (generations.get(number) ?? 0) + times);
    results.push({
      ...result,
      databaseCpu: cpu / requests,
      wal: { records: wal.records / requests, fullPages: wal.fullPages / requests },
    });
  }
  return results;
}

function summarize(windows: Refreshes["windows"]): Refreshes {
  const of = (figure: (window: Refreshes["windows"][number]) => number) => median(windows.map(figure));
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
    windows,
  };
}

/** The sweeper of the service, slice after slice, until it is through or its time is up. */
async function measureSweep(postgres: Postgres, url: string): Promise<Sweep> {
  const store = await openPostgresStore(url);
  const started = performance.now();
  const [{ slices, removed }, cpu] = await databaseCpu(postgres, async () => {
    const swept = { slices: 0, removed: 0 };
    for (let done = false; !done && performance.now() - started < SWEEP_TIME;) {
      const slice = await store.sweep({ limit: SWEEP_SLICE, eventRetention: 365 * 24 * 3600 });
      swept.removed += slice.removed;
      ({ done } = slice);
      if (!done) swept.slices++;
    }
    return swept;
  });
  const seconds = (performance.now() - started) / 1000;
  await store.close();
  const examined = slices * SWEEP_SLICE;
  return { examined, removed, seconds, databaseCpu: cpu / examined };
}
