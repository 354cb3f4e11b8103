import type { WindowResult } from "./load-plan.ts";
import type { Algorithm, SignatureResult } from "./signatures.ts";
import { median } from "./statistics.ts";
import type { Wal } from "./table-size.ts";

/** Refreshes under one signing algorithm. Times in µs of CPU; figures are medians over the windows. */
export interface RefreshResult extends Latencies {
  algorithm: Algorithm;
  refreshesPerSecond: number;
  serverCpu: number;
  /** Where the database is a server: its CPU time, and the WAL that it wrote, bytes; each per refresh. */
  database?: DatabaseUsage;
  /** A request at a time, each sent when the one before it was answered. */
  oneByOne: Latencies;
  /** So many requests a second, whatever becomes of them; latencies from when each was due. */
  openLoop: Latencies & { rate: number };
  /** Of one bare signature, on the event loop and in the thread pool. */
  bareSync: number;
  barePool: number;
  /** Signatures a second of one process, in the thread pool. */
  barePerSecond: number;
  /** Of one bare RS256 signature in the thread pool, between the same windows: how fast this machine is just now. */
  reference: number;
  /**
   * Server CPU per refresh by the CPU of one bare signature just before; the thread pool's for RS256, which signs
   * there. The median of the windows' own ratios.
   */
  ratio: number;
  /** Resident, of all processes of the server, bytes. */
  memory: number;
  errors: number;
  firstErrors: string[];
  verified: number;
  /** All refreshes, those of the warm-up too. */
  answered: number;
  rounds: Round[];
}

/** ms; `max` is the longest of all windows. */
export interface Latencies {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export type DatabaseUsage = Wal & { cpu: number };

/** Bare signatures of one round. */
export interface BareSignatures {
  sync: SignatureResult;
  pool: SignatureResult;
  reference: SignatureResult;
}

/** What is measured of one server before it is the next one's turn. */
export interface Round {
  bare: BareSignatures;
  closedLoop: WindowResult;
  database?: DatabaseUsage;
  oneByOne: WindowResult;
  openLoop: WindowResult;
}

export const REFERENCE: Algorithm = "RS256";

/** @param others loads beside the rounds, such as the warm-up, that only count as refreshes */
export function summarize(
  { algorithm, rate }: { algorithm: Algorithm; rate: number },
  rounds: Round[],
  others: readonly WindowResult[],
): Omit<RefreshResult, "memory"> {
  const closed = rounds.map(({ closedLoop }) => closedLoop);
  const all = [...others, ...rounds.flatMap((round) => [round.closedLoop, round.oneByOne, round.openLoop])];
  const sum = (of: (window: WindowResult) => number) => all.reduce((total, window) => total + of(window), 0);
  const bareCpu = (kind: keyof BareSignatures) => median(rounds.map(({ bare }) => cpuOfOne(bare[kind])));
  const database = summarizeDatabase(rounds);
  return {
    algorithm,
    refreshesPerSecond: median(closed.map(({ requests, seconds }) => requests / seconds)),
    ...latencies(closed),
    serverCpu: median(closed.map(({ serverCpu, requests }) => serverCpu / requests)),
    ...(database === undefined ? {} : { database }),
    oneByOne: latencies(rounds.map(({ oneByOne }) => oneByOne)),
    openLoop: { rate, ...latencies(rounds.map(({ openLoop }) => openLoop)) },
    bareSync: bareCpu("sync"),
    barePool: bareCpu("pool"),
    barePerSecond: median(rounds.map(({ bare: { pool } }) => pool.signatures / pool.seconds)),
    reference: bareCpu("reference"),
    ratio: median(rounds.map((round) => ratioOf(algorithm, round))),
    errors: sum(({ errors }) => errors),
    firstErrors: all.flatMap(({ firstErrors }) => firstErrors).slice(0, 5),
    verified: sum(({ verified }) => verified),
    answered: sum(({ requests }) => requests),
    rounds,
  };
}

function latencies(windows: readonly WindowResult[]): Latencies {
  return {
    p50: median(windows.map(({ p50 }) => p50)),
    p95: median(windows.map(({ p95 }) => p95)),
    p99: median(windows.map(({ p99 }) => p99)),
    max: Math.max(...windows.map(({ max }) => max)),
  };
}

function summarizeDatabase(rounds: readonly Round[]): DatabaseUsage | undefined {
  const used = rounds.flatMap(({ database }) => database ?? []);
  if (used.length === 0) return undefined;
  const of = (kind: keyof DatabaseUsage) => median(used.map(({ [kind]: value }) => value));
  return { cpu: of("cpu"), records: of("records"), fullPages: of("fullPages") };
}

function ratioOf(algorithm: Algorithm, { bare, closedLoop: { serverCpu, requests } }: Round): number {
  return serverCpu / requests / cpuOfOne(bare[algorithm === REFERENCE ? "pool" : "sync"]);
}

function cpuOfOne({ cpu, signatures }: SignatureResult): number {
  return cpu / signatures;
}
