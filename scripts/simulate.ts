import { parseArgs } from "node:util";
import { simulationTables } from "./simulation-tables.ts";

// Sessions of clients and thieves against the real decision table: docs/refresh.md has the tables.

const HELP = `Usage: npm run --silent simulate -- [--seed N] [--sessions N] [--days N]

Simulates sessions of many kinds of clients, and of thieves, against the real decision table, with six retry windows.
The tables go to stdout, in Markdown; progress goes to stderr. The defaults take some minutes of one core, and
--sessions 30 a tenth of that.

  --seed N      the same seed gives the same tables (default: 1)
  --sessions N  sessions of each kind, for each retry window (default: 300)
  --days N      how long a session lasts, 7 to 364 (default: 30)`;

/** From the fewest in which each kind of session does what it is made for, to the last before its absolute lifetime ends. */
const DAYS = [7, 364] as const;

const OPTIONS = {
  seed: { type: "string", default: "1" },
  sessions: { type: "string", default: "300" },
  days: { type: "string", default: "30" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws Error with the sentence to print */
function integer(name: string, value: string, [least, most]: readonly [number, number]): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`--${name} must be an integer from ${least} to ${most}`);
}

function run(): void {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const seed = integer("seed", values.seed, [0, 2 ** 31 - 1]);
  const sessions = integer("sessions", values.sessions, [1, 1_000_000]);
  const days = integer("days", values.days, DAYS);
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
