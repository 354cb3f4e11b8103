import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { measureCalls } from "./administration-calls.ts";
import type { CallTimes } from "./administration-calls.ts";
import { startSqlite, startPostgresql } from "./administration-stores.ts";
import { sizesOf } from "./administration-rows.ts";
import { table, thousands } from "./table.ts";

const HELP = `Usage: npm run bench:administration -- [options]

Fills a store of each engine with grants, accounts, clients and events, and measures the listings, searches and
statistics of administration. Needs 1.2 KB of disk for each grant and engine. Exit code 1: a call took longer than
200 ms in its 99th percentile, or was refused.

  --grants N       how many grants (100000); with a tenth of accounts and half of events
  --engines LIST   sqlite, postgresql (both)
  --folder DIR     where the stores are made and stay, to be measured again (a temporary folder)
  --calls N        calls of each kind (50)
  --json FILE      where the raw figures go (bench/results/administration.json)
  --help           this text
`;

/** What a call may take, ms. */
const LIMIT = 200;

const ENGINES = { sqlite: startSqlite, postgresql: startPostgresql };
type Engine = keyof typeof ENGINES;

const { values } = parseArgs({
  options: {
    grants: { type: "string", default: "100000" },
    engines: { type: "string", default: "sqlite,postgresql" },
    folder: { type: "string" },
    calls: { type: "string", default: "50" },
    json: { type: "string", default: join(import.meta.dirname, "results", "administration.json") },
    help: { type: "boolean", default: false },
  },
});

/** The instant of the rows of a folder: a store that is measured again keeps its own. */
function instantOf(folder: string): number {
  const file = join(folder, "filled-at");
  if (!existsSync(file)) writeFileSync(file, String(Date.now()));
  return Number(readFileSync(file, "utf8"));
}

async function run(): Promise<number> {
  const folder = values.folder ?? temporaryFolder("administration");
  mkdirSync(folder, { recursive: true });
  const sizes = sizesOf(Number(values.grants), instantOf(folder));
  const results: Record<string, CallTimes[]> = {};
  for (const engine of values.engines.split(",") as Engine[]) {
    const started = await ENGINES[engine](join(folder, engine), sizes, tell);
    tell(`${engine}: the calls`);
    results[engine] = await measureCalls(started.admin, sizes, Number(values.calls));
    await started.stop();
  }
  const machine = {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    "memory, GiB": Math.round(totalmem() / 2 ** 30),
    "Node.js": process.versions.node,
    "load average": Number(loadavg()[0]?.toFixed(2)),
  };
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify({ sizes, machine, results }, null, 2)}\n`);
  for (const [engine, calls] of Object.entries(results)) process.stdout.write(render(engine, calls));
  return Object.values(results).every((calls) => calls.every(({ p99 }) => p99 <= LIMIT)) ? 0 : 1;
}

function render(engine: string, calls: readonly CallTimes[]): string {
  const ms = (value: number) => value.toFixed(1);
  const rows = calls.map(({ name, first, p50, p99, max, items, pages }) => [
    name,
    ...[first, p50, p99, max].map(ms),
    thousands(items),
    thousands(pages),
  ]);
  const head = [`${engine}, ms`, "first", "p50", "p99", "max", "items", "pages to an item"];
  return `\n${table([head, ...rows])}\n`;
}

function tell(text: string): void {
  process.stderr.write(`${text} …\n`);
}

if (values.help) process.stdout.write(HELP);
else process.exitCode = await run();
