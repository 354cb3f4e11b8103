import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ComparisonResults } from "../bench/comparison.ts";
import type { TargetResult } from "../bench/peers.ts";
import type { Target as Promised } from "../bench/report.ts";
import { markdownTable } from "./markdown.ts";

const ROOT = join(import.meta.dirname, "..");
const RUN = "bench/results/comparison.json";
/** Of Laravel Passport, which is measured apart (docs/decisions/0095-passports-refresh.md). */
const PASSPORT = { serverCpu: 187_000, retry: "refused" };

type Run = ComparisonResults & { promises: Promised[]; options: { seconds: number; windows: number } };

/** A page with what the published run of the benchmark found, between its marks `<!-- bench: NAME -->` and `<!-- /bench -->`. */
export async function fillFromBenchmark(path: string): Promise<string> {
  const page = await readFile(join(ROOT, path), "utf8");
  const run = JSON.parse(await readFile(join(ROOT, RUN), "utf8")) as Run;
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
  promises: renderPromises,
};

/** README's comparison: the questions are rows. */
function renderSummary(run: Run): string {
  const names = {
    "Regrant, PostgreSQL, RS256": "Regrant",
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
    row("sessions alive after it ²", survivorsText),
  ];
  return markdownTable(["", ...Object.values(names), "Passport"], rows);
}

function renderMachine({ machine, startedAt, postgres, options, targets }: Run): string {
  const day = new Date(startedAt).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  const versions = targets.flatMap(({ name, version }) =>
    version && !name.includes(",") ? `${name} ${version.replace(/^v/, "")}` : [],
  );
  return [
    `${day}: ${machine["cores"]} cores of a ${machine["processor"]}, ${machine["memory, GiB"]} GiB, PostgreSQL ${postgres},`,
    `Node.js ${machine["Node.js"]}, ${options.windows} windows of ${options.seconds} s; ${versions.join(", ")}.`,
    `[Raw figures](${relative(RUN)}), [chart](${relative(RUN.replace(/json$/, "svg"))}).`,
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
  return markdownTable([...head, ...low], rows);
}

function renderStatements({ targets }: Run): string {
  const head = ["", "SELECT", "INSERT", "UPDATE", "DELETE", "rows added", "memory MB"];
  const meetings = ["tokens of 8 racing", "sessions alive after it", "a retry after a lost response"];
  const rows = targets.map((target) => {
    const { name, statements, rowsAdded, memory } = target;
    const sent = (["SELECT", "INSERT", "UPDATE", "DELETE"] as const).map((kind) => {
      const count = statements?.[kind];
      return count === undefined ? "–" : String(Number(count.toFixed(2)));
    });
    const met = [successorsText(target), survivorsText(target), retryText(target)];
    return [name, ...sent, whole(rowsAdded), whole(memory / 1e6), ...met];
  });
  return markdownTable([...head, ...meetings], rows);
}

function renderLimits({ limits, targets }: Run): string {
  const { barePerSecond, barePool } = targets[0] ?? { barePerSecond: Number.NaN, barePool: Number.NaN };
  const rows = [
    ["RS256 signatures, thread pool", whole(barePerSecond), whole(barePool)],
    ["no-op `node:http` server", whole(limits.noopHttp.requestsPerSecond), whole(limits.noopHttp.cpu)],
    ["no-op Hono server", whole(limits.noopHono.requestsPerSecond), whole(limits.noopHono.cpu)],
    ...limits.updates.map(({ how, updatesPerSecond, cpu }) => [
      `durable updates, ${how}`,
      whole(updatesPerSecond),
      whole(cpu),
    ]),
  ];
  return markdownTable(["limits of this machine", "a second", "CPU µs each"], rows);
}

function renderPromises({ promises }: Run): string {
  const rows = promises.map(({ what, limit, found, met }) => [
    what,
    limit,
    met ? found : `**${found}: missed**`,
  ]);
  return markdownTable(["target", "limit", "found"], rows);
}

function targetOf({ targets }: Run, name: string): TargetResult {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`${RUN} has no target ${name}`);
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

/** From docs/. */
function relative(path: string): string {
  return `../${path}`;
}
