import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { installPeers } from "./install-peers.ts";
import { measureLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import type { Options } from "./options.ts";
import type { DatabaseContent, Postgres } from "./postgres.ts";
import { startPostgres } from "./postgres.ts";
import { race, retry } from "./probes.ts";
import type { Race, Retry } from "./probes.ts";
import { Measurement } from "./measurement.ts";
import type { RefreshResult } from "./refreshes.ts";
import type { Statements } from "./statements.ts";
import { listTargets } from "./targets/list.ts";
import type { Target } from "./targets/list.ts";
import type { RunningServer } from "./targets/regrant.ts";

/** What one target did; `database` of the refreshes is there where the target stores in PostgreSQL. */
export interface TargetResult extends RefreshResult {
  name: string;
  /** Of a peer. */
  version?: string | undefined;
  isPeer: boolean;
  /** Sent to PostgreSQL, per refresh. */
  statements?: Statements;
  /** Per refresh, warm-up included; a negative one says that rows were removed meanwhile. */
  rowsAdded?: number;
  /** Share of the updates that touched no index (heap-only tuples). */
  hotShare?: number;
  races: Race[];
  retry: Retry;
}

export interface Comparison {
  postgres: string;
  limits: Limits;
  targets: TargetResult[];
}

const RACES = 5;
const SPARE = RACES + 1;
/** PostgreSQL's processes report what they counted after a second at the latest. */
const STATISTICS_DELAY = 1500;

/**
 * Measures the targets, each on a new database of the same PostgreSQL. All of them are served during the whole run and
 * take turns, window by window, so that whatever else the machine does meets them alike.
 */
export async function comparePeers(
  folder: string,
  options: Options,
  progress: (text: string) => void,
): Promise<Comparison> {
  const targets = listTargets(options);
  if (targets.some(({ isPackage }) => isPackage)) installPeers(import.meta.dirname, progress);
  progress("starting PostgreSQL");
  const postgres = await startPostgres(folder);
  progress("limits: no-op servers, durable updates");
  const limits = await measureLimits(folder, options, postgres);
  const started: Started[] = [];
  for (const target of targets) {
    progress(`${target.name}: ${options.lineages} grants`);
    started.push(await start(target, { folder, postgres }, options));
  }
  await postgres.checkpoint();
  for (const { target, measurement } of started) {
    progress(`${target.name}: warm-up`);
    await measurement.warmUp(target.warmUps);
  }
  for (let round = 1; round <= options.windows; round++) {
    progress(`round ${round} of ${options.windows}, each target's windows in turn`);
    for (const { measurement } of started) await measurement.round();
  }
  const results: TargetResult[] = [];
  for (const one of started) {
    progress(`${one.target.name}: statements, races, a used token`);
    results.push(await finish(one, postgres));
  }
  await postgres.stop();
  return { postgres: postgres.version, limits, targets: results };
}

/** A target that is served, with what was found out before its first refresh. */
interface Started {
  target: Target;
  server: RunningServer;
  measurement: Measurement;
  /** Refresh tokens that the load does not use. */
  spare: readonly string[];
  /** URL of its database, and what is in it before the first refresh; undefined: it is not on PostgreSQL. */
  database: { url: string; before: DatabaseContent } | undefined;
}

async function start(
  target: Target,
  { folder, postgres }: { folder: string; postgres: Postgres },
  options: Options,
): Promise<Started> {
  const url = target.onPostgres ? await postgres.newDatabase(target.id) : undefined;
  const server = await target.start({
    folder: join(folder, target.id),
    database: url ?? "",
    grants: options.lineages + SPARE,
    profile: options.profile,
  });
  const database = url === undefined ? undefined : { url, before: await settledContent(postgres, url) };
  const { tokens } = server.plan;
  const loaded = { ...server, plan: { ...server.plan, tokens: tokens.slice(0, options.lineages) } };
  const stored = target.onPostgres ? { postgres } : {};
  const measurement = new Measurement(loaded, { algorithm: target.algorithm, ...stored }, options);
  return { target, server, measurement, spare: tokens.slice(options.lineages), database };
}

async function finish(
  { target, server, measurement, spare, database }: Started,
  postgres: Postgres,
): Promise<TargetResult> {
  const { name, isPeer } = target;
  const counted = database === undefined ? {} : await count(measurement, database.url, postgres);
  const result = await measurement.finish();
  const grown =
    database === undefined
      ? {}
      : growth(database.before, await settledContent(postgres, database.url), result);
  const met = await probe(server, spare);
  await server.stop();
  return { name, version: server.version, isPeer, ...result, ...counted, ...grown, ...met };
}

async function count(measurement: Measurement, database: string, postgres: Postgres) {
  let requests = 0;
  const sent = await postgres.statements(database, async () => {
    ({ requests } = await measurement.loadBeside(1));
  });
  const statements = Object.entries(sent).map(([kind, calls]) => [kind, calls / requests]);
  return { statements: Object.fromEntries(statements) as Statements };
}

async function settledContent(postgres: Postgres, database: string): Promise<DatabaseContent> {
  await pause(STATISTICS_DELAY);
  return postgres.content(database);
}

function growth(before: DatabaseContent, after: DatabaseContent, { answered }: RefreshResult) {
  const updates = after.updates - before.updates;
  return {
    rowsAdded: (after.rows - before.rows) / answered,
    ...(updates > 0 ? { hotShare: (after.hotUpdates - before.hotUpdates) / updates } : {}),
  };
}

async function probe({ plan }: RunningServer, spare: readonly string[]) {
  const [retried = "", ...raced] = spare;
  const races: Race[] = [];
  for (const token of raced) races.push(await race(plan, token));
  return { races, retry: await retry(plan, retried) };
}
