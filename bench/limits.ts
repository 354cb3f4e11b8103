import { join } from "node:path";
import { startWorker } from "./child.ts";
import type { UpdateResult, UpdateWindow } from "./durable-updates.ts";
import type { LoadPlan, Window, WindowResult } from "./load-plan.ts";
import type { NoopServer } from "./noop.ts";
import type { Options } from "./options.ts";
import type { PostgresUpdateWindow } from "./postgres-updates.ts";
import type { Postgres } from "./postgres.ts";

/** What this machine can do at best; µs of CPU. */
export interface Limits {
  noopHttp: { requestsPerSecond: number; cpu: number };
  noopHono: { requestsPerSecond: number; cpu: number };
  /** Durable updates of one row each; `how` says how they share commits. CPU of the database. */
  updates: { how: string; updatesPerSecond: number; cpu: number }[];
}

/** @param postgres measured instead of SQLite */
export async function measureLimits(folder: string, options: Options, postgres?: Postgres): Promise<Limits> {
  const seconds = Math.max(1, options.seconds / 2);
  return {
    noopHttp: await measureNoop("node:http", seconds, options),
    noopHono: await measureNoop("hono", seconds, options),
    updates: await (postgres === undefined
      ? updateSqlite(folder, seconds)
      : updatePostgres(postgres, seconds)),
  };
}

async function updateSqlite(folder: string, seconds: number): Promise<Limits["updates"]> {
  const updates = [];
  for (const batch of [1, 32]) {
    const worker = startWorker("durable-updates.ts");
    const path = join(folder, `updates-${batch}.db`);
    const result = await worker.ask<UpdateResult>({ path, batch, seconds } satisfies UpdateWindow);
    await worker.stop();
    const updatesPerSecond = result.updates / result.seconds;
    const how = `SQLite, ${batch} a commit`;
    updates.push({ how, updatesPerSecond, cpu: result.cpu / result.updates });
  }
  return updates;
}

async function updatePostgres(postgres: Postgres, seconds: number): Promise<Limits["updates"]> {
  const updates = [];
  for (const [connections, batch] of [
    [16, 1],
    [1, 64],
  ] as const) {
    const worker = startWorker("postgres-updates.ts");
    const url = await postgres.newDatabase(`updates-${batch}`);
    const before = await postgres.usage();
    const window = { url, batch, connections, seconds } satisfies PostgresUpdateWindow;
    const result = await worker.ask<UpdateResult>(window);
    const { cpu } = await postgres.usage();
    await worker.stop();
    const how = `PostgreSQL, ${batch} a commit, ${connections === 1 ? "one connection" : `${connections} connections`}`;
    const updatesPerSecond = result.updates / result.seconds;
    updates.push({ how, updatesPerSecond, cpu: (cpu - before.cpu) / result.updates });
  }
  return updates;
}

async function measureNoop(name: NoopServer, seconds: number, { inFlight, lineages }: Options) {
  const server = startWorker("noop.ts");
  const load = startWorker("load.ts");
  const port = await server.ask<number>(name);
  const form = { client_id: "0".repeat(36), client_secret: "0".repeat(40) };
  const tokens = Array.from({ length: lineages }, () => "0".repeat(76));
  const url = `http://127.0.0.1:${port}/oauth/token`;
  await load.ask({ url, form, tokens, inFlight, pids: [server.pid], jwksUrl: null } satisfies LoadPlan);
  await load.ask<WindowResult>({ seconds: 1.5 } satisfies Window);
  const result = await load.ask<WindowResult>({ seconds } satisfies Window);
  await Promise.all([load.stop(), server.stop()]);
  if (result.errors > 0) throw new Error(`the no-op server refused: ${result.firstErrors.join("; ")}`);
  return { requestsPerSecond: result.requests / result.seconds, cpu: result.serverCpu / result.requests };
}
