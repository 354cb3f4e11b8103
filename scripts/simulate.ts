import { parseArgs } from "node:util";
import { simulationTables } from "./simulation-tables.ts";

// Sessions of clients and thieves against the real decision table: docs/refresh.md has the tables.

const HELP = `Usage: npm run --silent simulate -- [--seed N] [--sessions N] [--days N]

Simulates sessions of many kinds of clients, and of thieves, against the real decision table, with six retry windows.
The tables go to stdout, in Markdown; progress goes to stderr.

  --seed N      the same seed gives the same tables (default: 1)
  --sessions N  sessions of each kind, for each retry window (default: 300)
  --days N      how long a session lasts, at least 7 (default: 30)`;

/** The fewest days in which each kind of session does what it is made for. */
const FEWEST_DAYS = 7;

const OPTIONS = {
  seed: { type: "string", default: "1" },
  sessions: { type: "string", default: "300" },
  days: { type: "string", default: "30" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws Error with the sentence to print */
function integer(name: string, value: string, least: number): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`--${name} must be an integer, at least ${least}`);
}

function run(): void {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const seed = integer("seed", values.seed, 0);
  const sessions = integer("sessions", values.sessions, 1);
  const days = integer("days", values.days, FEWEST_DAYS);
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const tables = simulationTables({ seed, sessions, days }, (title) =>
    console.error(`${seconds()} s: ${title}`),
  );
  console.log(`\`npm run simulate -- --seed ${seed} --sessions ${sessions} --days ${days}\`\n\n${tables}`);
  console.error(`${seconds()} s in all`);
}

try {
  run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
