import { mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { drawChart } from "./chart.ts";
import { renderComparison } from "./comparison.ts";
import { measureGrowth, measureStart } from "./growth.ts";
import { measureLimits } from "./limits.ts";
import { measureRefreshes } from "./measurement.ts";
import type { RefreshResult } from "./refreshes.ts";
import { readOptions } from "./options.ts";
import type { Options } from "./options.ts";
import { judge, render } from "./report.ts";
import type { Results } from "./report.ts";
import { comparePeers } from "./peers.ts";
import { judgeComparison } from "./promises.ts";
import { createDatabase, serve } from "./targets/regrant.ts";

/** statfs(2): file systems that keep files in memory, where a durable commit costs nothing. */
const IN_MEMORY = new Set([0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */]);

async function run(options: Options): Promise<number> {
  const folder = temporaryFolder("bench", diskFolder());
  return options.peers ? compareAll(folder, options) : measureAlone(folder, options);
}

async function measureAlone(folder: string, options: Options): Promise<number> {
  const results = await measureAll(folder, options);
  const targets = judge(results);
  keep(options, { ...results, targets });
  process.stdout.write(render(results, targets));
  return targets.every(({ met }) => met) ? 0 : 1;
}

async function compareAll(folder: string, options: Options): Promise<number> {
  const run = { startedAt: new Date().toISOString(), machine: describeMachine(), options: shown(options) };
  const results = { ...run, ...(await comparePeers(folder, options, progress)) };
  const promises = judgeComparison(results);
  keep(options, { ...results, promises });
  writeFileSync(options.json.replace(/(\.json)?$/, ".svg"), drawChart(results.targets));
  process.stdout.write(renderComparison(results, promises));
  return promises.every(({ met }) => met) ? 0 : 1;
}

function keep({ json }: Options, results: object): void {
  mkdirSync(dirname(json), { recursive: true });
  writeFileSync(json, `${JSON.stringify(results, rounded, 1)}\n`);
}

/** Six digits are more than any figure is worth. */
function rounded(_name: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}

/** What a reader of the raw figures needs to know of the options. */
function shown({
  json: _json,
  profile: _profile,
  peers: _peers,
  targets: _targets,
  ...options
}: Options): object {
  return options;
}

async function measureAll(folder: string, options: Options): Promise<Results> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  progress("limits: no-op servers, durable updates");
  const limits = await measureLimits(folder, options);
  progress("growth: 20 refreshes of each of 2,000 grants");
  const { database, ...growth } = await measureGrowth(folder, options);
  progress("start and idle memory");
  const start = await measureStart(database);
  const refreshes: RefreshResult[] = [];
  for (const algorithm of options.algorithms) {
    progress(`${algorithm}: warm-up, then ${options.windows} windows of ${options.seconds} s`);
    const database = await createDatabase(join(folder, algorithm), { algorithm, grants: options.lineages });
    const server = await serve(database, options);
    refreshes.push(await measureRefreshes(server, { algorithm }, options));
    await server.stop();
  }
  return { startedAt, machine, options: shown(options), refreshes, limits, growth, start };
}

/** Folder for temporary files that are on a disk. */
function diskFolder(): string {
  const folders = [tmpdir(), "/var/tmp", import.meta.dirname];
  return folders.find((folder) => !isInMemory(folder)) ?? import.meta.dirname;
}

function isInMemory(folder: string): boolean {
  try {
    return IN_MEMORY.has(statfsSync(folder).type);
  } catch {
    return true; // There is no such folder.
  }
}

function describeMachine(): Results["machine"] {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    "memory, GiB": Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release().split("-")[0]} ${process.arch}`,
    "Node.js": process.versions.node,
    SQLite: process.versions.sqlite ?? "unknown",
    OpenSSL: process.versions.openssl,
    "load average before": Number(loadavg()[0]?.toFixed(2)),
  };
}

function progress(text: string): void {
  process.stderr.write(`${text} …\n`);
}

/** The command line, or undefined where there is nothing to run. */
function optionsOrHelp(): Options | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    if (!("help" in options)) return options;
    process.stdout.write(options.help);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
  return undefined;
}

const options = optionsOrHelp();
if (options !== undefined) {
  // Not only the exit code: a worker that still runs would keep this process alive.
  process.exit(
    await run(options).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      return 2;
    }),
  );
}
