import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { othersShareBesideDatabase } from "../bench/comparison.ts";
import type { ComparisonResults } from "../bench/comparison.ts";
import type { TargetResult } from "../bench/peers.ts";
import { meanOf } from "../bench/report.ts";
import type { Results as Alone, Target as Promised } from "../bench/report.ts";
import { markdownTable } from "./markdown.ts";

const ROOT = join(import.meta.dirname, "..");
/** The published runs: with the peers, and of Regrant alone. */
const COMPARISON = "bench/results/comparison.json";
const ALONE = "bench/results/sqlite.json";
const OURS = "Regrant, PostgreSQL, RS256";
/** Measured apart (docs/passport.md). */
const PASSPORT = { serverCpu: 187_000, retry: "refused" };

type Run = ComparisonResults & {
  promises: Promised[];
  options: { seconds: number; windows: number };
  alone: Alone;
  /** Where its links begin. */
  page: string;
};

/** A page with what the published runs found, between its marks `<!-- bench: SECTION -->` and `<!-- /bench -->`. */
export async function fillFromBenchmark(path: string): Promise<string> {
  const page = await readFile(join(ROOT, path), "utf8");
  const run = { ...((await read(COMPARISON)) as object), alone: await read(ALONE), page: path } as Run;
  return page.replaceAll(/(<!-- bench: ([\w-]+) -->\n)[^]*?(<!-- \/bench -->)/g, (_, begin, name, end) => {
    const render = SECTIONS[name as keyof typeof SECTIONS];
    if (render === undefined) throw new Error(`${path}: no section of the benchmark is named ${name}`);
    return `${begin}\n${render(run)}\n\n${end}`;
  });
}

const SECTIONS = {
  summary: renderSummary,
  machine: renderMachine,
  refreshes: renderRefreshes,
  statements: renderStatements,
  limits: renderLimits,
  start: renderStart,
};

async function read(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(ROOT, path), "utf8"));
}

/** README's comparison: the questions are rows. */
function renderSummary(run: Run): string {
  const names = {
    [OURS]: "Regrant",
    "@jmondi/oauth2-server": "@jmondi/oauth2-server",
    "oidc-provider": "oidc-provider",
    Hydra: "Hydra",
    Keycloak: "Keycloak",
  };
  const shown = Object.keys(names).map((name) => targetOf(run, name));
  const row = (what: string, of: (target: TargetResult) => string, passport = "–") => [
    what,
    ...shown.map(of),
    passport,
  ];
  const rate = shown[0]?.openLoop.rate ?? 0;
  const rows = [
    row("refreshes a second", ({ refreshesPerSecond }) => whole(refreshesPerSecond)),
    row("server CPU of a refresh, µs", ({ serverCpu }) => whole(serverCpu), `${whole(PASSPORT.serverCpu)} ¹`),
    row("database CPU of a refresh, µs", ({ database }) => whole(database?.cpu)),
    row("one after another, median, ms", ({ oneByOne }) => latency(oneByOne.p50)),
    row(`${rate} a second, 99th percentile, ms`, ({ openLoop }) => latency(openLoop.p99)),
    row("rows that a refresh adds", ({ rowsAdded }) => whole(rowsAdded)),
    row("a retry after a lost response", retryText, PASSPORT.retry),
    row("refresh tokens for 8 racing requests", successorsText),
    row("sessions active after it ²", survivorsText),
  ];
  return markdownTable(["", ...Object.values(names), "Passport"], rows, true);
}

function renderMachine({ machine, startedAt, postgres, options, targets, page }: Run): string {
  const dated = { day: "numeric", month: "long", year: "numeric" } as const;
  const versions = targets.flatMap(({ name, version }) =>
    version === undefined || name.includes(",") ? [] : `${name} ${version.replace(/^v/, "")}`,
  );
  const link = (path: string) => relative(dirname(page), path);
  return [
    `${new Date(startedAt).toLocaleDateString("en-GB", dated)}, ${machine["cores"]} cores (${machine["processor"]}),`,
    `${machine["memory, GiB"]} GiB, PostgreSQL ${postgres}, Node.js ${machine["Node.js"]}; ${options.windows} windows of`,
    `${options.seconds} s; other programs took ${othersText(targets)} % of one core.`,
    `[Raw figures](${link(COMPARISON)}), [chart](${link(COMPARISON.replace(/json$/, "svg"))}).`,
    `${versions.join(", ")}.`,
  ].join("\n");
}

/** The share of others that the quietest and the busiest target met. */
function othersText(targets: readonly TargetResult[]): string {
  const shares = targets.map((target) => Math.round(meanOf(target, othersShareBesideDatabase(target)) * 100));
  return `${Math.min(...shares)} to ${Math.max(...shares)}`;
}

/** What `npm run bench` without peers finds beside the refreshes. */
function renderStart({ alone: { start, growth } }: Run): string {
  return [
    `Regrant answers ${whole(start.time)} ms after its start from sources and uses ${whole(start.memory / 1e6)} MB when idle.`,
    `${whole(growth.refreshes)} refreshes added ${growth.rowsAfter - growth.rowsBefore} rows, and grew its SQLite file by`,
    `${((growth.bytesAfter / growth.bytesBefore - 1) * 100).toFixed(1)} %.`,
  ].join("\n");
}

function renderRefreshes({ targets }: Run): string {
  const [{ openLoop: { rate } } = { openLoop: { rate: 0 } }] = targets;
  const head = [
    "",
    "refresh/s",
    "p50 / p99 ms",
    "server CPU µs",
    "signatures",
    "database CPU µs",
    "WAL bytes",
  ];
  const low = ["one after another, p50 / p99 ms", `${rate} a second, p50 / p99 ms`];
  const rows = targets.map((target) => {
    const { refreshesPerSecond, serverCpu, ratio, database, oneByOne, openLoop } = target;
    const both = ({ p50, p99 }: { p50: number; p99: number }) => `${latency(p50)} / ${latency(p99)}`;
    const costs = [whole(serverCpu), ratio.toFixed(1), whole(database?.cpu), whole(database?.records)];
    return [target.name, whole(refreshesPerSecond), both(target), ...costs, both(oneByOne), both(openLoop)];
  });
  return markdownTable([...head, ...low], rows, true);
}

/** Regrant's configurations differ in nothing here but memory: one of them, and the peers. */
function renderStatements({ targets }: Run): string {
  const head = ["", "SELECT", "INSERT", "UPDATE", "DELETE", "rows added", "memory MB"];
  const meetings = ["tokens of 8 racing", "sessions active after it", "a retry after a lost response"];
  const rows = targets
    .filter(({ name, isPeer }) => isPeer || name === OURS)
    .map((target) => {
      const { name, statements, rowsAdded, memory } = target;
      const sent = (["SELECT", "INSERT", "UPDATE", "DELETE"] as const).map((kind) =>
        String(Number(statements?.[kind].toFixed(2))),
      );
      const met = [successorsText(target), survivorsText(target), retryText(target)];
      return [name, ...sent, whole(rowsAdded), whole(memory / 1e6), ...met];
    });
  return markdownTable([...head, ...meetings], rows, true);
}

function renderLimits({ limits, targets, promises }: Run): string {
  const { barePool } = targetOf({ targets }, OURS);
  const updates = limits.updates.map(
    ({ how, updatesPerSecond }) => `${whole(updatesPerSecond)} durable updates a second (${how})`,
  );
  const missed = promises.filter(({ met }) => !met);
  return [
    `In the same run an RS256 signature took ${whole(barePool)} µs, a no-op Hono server ${whole(limits.noopHono.cpu)} µs a request,`,
    `and the machine did ${updates.join(" and ")}.`,
    `Of the project's ${promises.length} targets for such a run ${missed.length === 0 ? "none is" : `${missed.length} are`} missed.`,
    ...missed.map(({ what, limit, found }) => `- ${what}: ${found}, target ${limit}`),
  ].join("\n");
}

function targetOf({ targets }: Pick<Run, "targets">, name: string): TargetResult {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`${COMPARISON} has no target ${name}`);
  return target;
}

function retryText({ retry: { status, sameSuccessor, sessionLives } }: TargetResult): string {
  if (status === 200) return sameSuccessor ? "the same tokens" : "other tokens";
  return `refused, session ${sessionLives ? "lives" : "ended"}`;
}

function successorsText({ races }: TargetResult): string {
  const counts = races.map(({ successors }) => successors);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least}–${most}`;
}

function survivorsText({ races }: TargetResult): string {
  return `${races.filter(({ sessionLives }) => sessionLives).length} of ${races.length}`;
}

function whole(value: number | undefined): string {
  return value === undefined ? "–" : Math.round(value).toLocaleString("en");
}

/** ms: three digits are more than such a figure is worth. */
function latency(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
