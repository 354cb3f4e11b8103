import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { judgeGrowth, renderGrowth } from "./growth-table.ts";
import { measureInTurn } from "./growth-refreshes.ts";
import { finishSize, prepareSize } from "./growth-size.ts";
import type { PreparedSize, SizeResult } from "./growth-size.ts";
import { SETTINGS, startPostgres } from "./postgres.ts";

const HELP = `Usage: npm run bench:growth -- [options]

Fills one table of grants in a PostgreSQL that it starts, and measures what its size does to a refresh. Needs the disk
for it: 1 KiB for each grant of the largest size is ample. Exit code 1: a refresh was refused, or costs more
in the largest table than it may.

  --sizes LIST   numbers of grants, at least 10000 each (10000,1000000,10000000)
  --folder DIR   where the database is made, on a real disk (the system's temporary folder)
  --json FILE    where the raw figures go (bench/results/growth.json)
  --help         this text
`;

const SMALLEST = 10_000;
const LARGEST = 100_000_000;

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,1000000,10000000" },
    folder: { type: "string", default: tmpdir() },
    json: { type: "string", default: join(import.meta.dirname, "results", "growth.json") },
    help: { type: "boolean", default: false },
  },
});

function readSizes(text: string): number[] {
  const sizes = text.split(",").map(Number);
  const possible = (size: number) => Number.isInteger(size) && size >= SMALLEST && size <= LARGEST;
  if (sizes.every(possible)) return sizes;
  throw new TypeError(`--sizes must be whole numbers from ${SMALLEST} to ${LARGEST}`);
}

async function run(sizes: readonly number[]): Promise<number> {
  const folder = temporaryFolder("growth", values.folder);
  const postgres = await startPostgres(folder);
  const run = {
    startedAt: new Date().toISOString(),
    machine: {
      processor: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      "memory, GiB": Math.round(totalmem() / 2 ** 30),
      "Node.js": process.versions.node,
      PostgreSQL: postgres.version,
      "load average before": Number(loadavg()[0]?.toFixed(2)),
    },
    settings: SETTINGS,
  };
  const prepared: PreparedSize[] = [];
  for (const grants of sizes) {
    prepared.push(await prepareSize(folder, postgres, grants, (text) => tell(`${grants} grants: ${text}`)));
  }
  tell("refreshes, the tables in turn");
  const results: SizeResult[] = [];
  for (const { table, random, hot } of await measureInTurn(prepared)) {
    tell(`${table.grants} grants: sweep`);
    results.push(await finishSize(table, { random, hot }));
  }
  await postgres.stop();
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify({ ...run, sizes: results }, null, 2)}\n`);
  const targets = judgeGrowth(results);
  process.stdout.write(renderGrowth(results, targets));
  const answered = results.every(({ random, hot }) => random.errors + hot.errors === 0);
  return answered && targets.every(({ met }) => met) ? 0 : 1;
}

function tell(text: string): void {
  process.stderr.write(`${text} …\n`);
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  // Not only the exit code: a worker that still runs would keep this process alive.
  process.exit(
    await run(readSizes(values.sizes)).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      return 2;
    }),
  );
}
