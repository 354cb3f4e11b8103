import { join } from "node:path";
import { Client } from "pg";
import { KeyRing } from "../packages/server/src/keys/key-ring.ts";
import type { MacKey } from "../packages/server/src/keys/key-ring.ts";
import { masterKey } from "../packages/server/src/keys/master-key.ts";
import { openPostgresStore } from "../packages/server/src/store/postgres/engine.ts";
import { startWorker } from "./child.ts";
import { fillGrants } from "./fill.ts";
import type { FillTimes } from "./fill.ts";
import type { Refreshes, ServedTable } from "./growth-refreshes.ts";
import type { Postgres } from "./postgres.ts";
import { median } from "./statistics.ts";
import { databaseCpu, hotShare, weighGrants } from "./table-size.ts";
import type { Weight } from "./table-size.ts";
import { createDatabase, serve } from "./targets/regrant.ts";
import type { Database } from "./targets/regrant.ts";

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

export interface Sweep {
  examined: number;
  removed: number;
  seconds: number;
  /** µs for each grant that was examined. */
  databaseCpu: number;
}

const STARTS = 3;
/** The grants that the service examines in one slice of a sweep, and how long the sweep is watched, ms. */
const SWEEP_SLICE = 1000;
const SWEEP_TIME = 20_000;

/** A table that is ready to be measured. */
export interface PreparedSize extends ServedTable {
  grants: number;
  url: string;
  fill: FillTimes;
  weight: Weight;
  start: number;
}

/** Fills a new database with so many grants, and serves it. */
export async function prepareSize(
  folder: string,
  postgres: Postgres,
  grants: number,
  progress: (text: string) => void,
): Promise<PreparedSize> {
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
  progress(`start (the fill took ${Math.round(fill.copy + fill.indexes)} s)`);
  const start = await timeToStart(database);
  const macKey = await macKeyOf(database);
  const server = await serve(database);
  const load = startWorker("load.ts");
  const served = { postgres, control, filling, macKey, server, load, generations: new Map<number, number>() };
  return { ...served, grants, url, fill, weight, start };
}

/** The rest, when its refreshes have been measured; stops what served it. */
export async function finishSize(
  { postgres, control, server, load, grants, url, fill, weight, start }: PreparedSize,
  refreshes: Pick<SizeResult, "random" | "hot">,
): Promise<SizeResult> {
  await Promise.all([load.stop(), server.stop()]);
  const hotUpdates = await hotShare(control);
  const sweep = await measureSweep(postgres, url);
  await control.end();
  return { grants, fill, weight, start, ...refreshes, hotUpdates, sweep };
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
