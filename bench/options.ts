import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ALGORITHMS } from "./signatures.ts";
import type { Algorithm } from "./signatures.ts";

export interface Options {
  /** Length of one measured window, s; each figure is the median of `windows`. */
  seconds: number;
  windows: number;
  /** Load before the first window, s. Meanwhile V8 compiles: 6 % of a refresh's CPU after 8 s, 2 % after 25 s. */
  warmUp: number;
  inFlight: number;
  lineages: number;
  algorithms: readonly Algorithm[];
  /** Measure the peers too, all on one PostgreSQL, instead of Regrant on SQLite alone. */
  peers: boolean;
  /** Names of the targets of such a run; undefined: all. */
  targets: readonly string[] | undefined;
  /** Refreshes a second of the open loop. */
  rate: number;
  /** Where the raw figures go. */
  json: string;
  /** Folder for CPU profiles of the measured servers; undefined: none are made. */
  profile: string | undefined;
}

const HELP = `Usage: npm run bench -- [options]

Measures Regrant on SQLite, and what this machine can do at best, in one run. Progress goes to standard error, the
tables to standard output. Exit code 1: a target was missed, or a refresh was refused; 2: it could not be measured.

  --seconds N        length of a window of the closed loop (3); one request after another takes half of it, the open
                     loop twice as long
  --windows N        windows of each kind (5); figures are medians of them
  --warm-up N        seconds of load before the first window (20)
  --in-flight N      requests under way at any time (32)
  --lineages N       grants that are refreshed, each always with its newest token (256)
  --algorithms LIST  of RS256,ES256,EdDSA (all)
  --peers            measure on one PostgreSQL (started for it) Regrant and its peers, instead of Regrant on SQLite;
                     the first time, it installs the peers from the npm registry into bench/
  --targets LIST     with --peers: only these, or those whose names contain one of these (all; hydra and keycloak
                     where the environment's HYDRA_BIN and KEYCLOAK_HOME name them: bench/install-servers.ts)
  --rate R           refreshes a second of the open loop (100)
  --json FILE        where the raw figures go (bench/results/latest.json)
  --profile FOLDER   write a CPU profile of each measured server there; the figures then include the profiler
  --help             this text
`;

const OPTIONS = {
  seconds: { type: "string", default: "3" },
  windows: { type: "string", default: "5" },
  "warm-up": { type: "string", default: "20" },
  "in-flight": { type: "string", default: "32" },
  lineages: { type: "string", default: "256" },
  algorithms: { type: "string", default: ALGORITHMS.join(",") },
  peers: { type: "boolean", default: false },
  targets: { type: "string" },
  rate: { type: "string", default: "100" },
  json: { type: "string", default: join(import.meta.dirname, "results", "latest.json") },
  profile: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/**
 * The options of the command line.
 *
 * @returns what to print instead, where help was asked for
 * @throws {TypeError} an option is unknown or has an impossible value
 */
export function readOptions(args: readonly string[]): Options | { help: string } {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return { help: HELP };
  const inFlight = wholeNumber("--in-flight", values["in-flight"], 1024);
  const lineages = wholeNumber("--lineages", values.lineages, 1_000_000);
  if (lineages < inFlight) {
    throw new TypeError("--lineages must not be less than --in-flight: a lineage has one request under way");
  }
  return {
    seconds: wholeNumber("--seconds", values.seconds, 3600),
    windows: wholeNumber("--windows", values.windows, 100),
    warmUp: wholeNumber("--warm-up", values["warm-up"], 3600),
    inFlight,
    lineages,
    algorithms: values.algorithms.split(",").map(readAlgorithm),
    peers: values.peers,
    targets: values.targets?.split(",").map((name) => name.trim().toLowerCase()),
    rate: wholeNumber("--rate", values.rate, 1_000_000),
    json: values.json,
    // The server's working directory is another one.
    profile: values.profile === undefined ? undefined : resolve(values.profile),
  };
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new TypeError(`${name} must be a whole number from 1 to ${max}`);
  }
  return value;
}

function readAlgorithm(name: string): Algorithm {
  const algorithm = ALGORITHMS.find((known) => known.toLowerCase() === name.trim().toLowerCase());
  if (algorithm === undefined)
    throw new TypeError(`--algorithms knows ${ALGORITHMS.join(", ")}, not ${name}`);
  return algorithm;
}
