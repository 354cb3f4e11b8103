import { residentMemoryOfAll } from "./accounting.ts";
import { startWorker } from "./child.ts";
import type { LoadPlan, Window, WindowResult } from "./load-plan.ts";
import type { Options } from "./options.ts";
import type { Algorithm, SignatureResult, SignatureWindow } from "./signatures.ts";
import { median } from "./statistics.ts";
import type { Postgres } from "./postgres.ts";
import type { Wal } from "./table-size.ts";
import type { RunningServer } from "./targets/regrant.ts";

/** Refreshes under one signing algorithm. Times in µs of CPU, latencies in ms; medians over the windows. */
export interface RefreshResult {
  algorithm: Algorithm;
  refreshesPerSecond: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  serverCpu: number;
  /** Where the database is a server: its CPU time, and the WAL that it wrote, bytes; each per refresh. */
  database?: DatabaseUsage;
  /** Where a rate was given: latencies from when each request was due. */
  openLoop?: OpenLoop;
  /** Beside peers: one request after another, and few requests that come when they will. */
  lowLoad?: { oneByOne: WindowResult; openLoop: OpenLoop };
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
  windows: WindowResult[];
}

type OpenLoop = WindowResult & { rate: number };

type DatabaseUsage = Wal & { cpu: number };

/** Bare signatures of one round. */
interface BareSignatures {
  sync: SignatureResult;
  pool: SignatureResult;
  reference: SignatureResult;
}

const REFERENCE: Algorithm = "RS256";
const NONE: SignatureResult = { signatures: 0, seconds: 0, cpu: Number.NaN };
/** In the first seconds V8 compiles: of a refresh's CPU 6 % after 8 s, 2 % after 25 s, measured with perf. */
const WARM_UP = 20;

/** Of the closed loop's rate: busy, and still with room for what comes at once. */
const OPEN_SHARE = 0.6;

/** Requests a second that leave each of these servers idle most of the time. */
const LOW_RATE = 100;

/** What the windows are measured with, beside the options. */
export interface Instruments {
  algorithm: Algorithm;
  /** Where the server's database is one. */
  postgres?: Pick<Postgres, "usage" | "wal">;
}

/**
 * A server under measurement. Windows of bare signatures and of refreshes take turns, so that what else the machine
 * does meets both; several measurements may take turns as well.
 */
export class Measurement {
  readonly #server: Pick<RunningServer, "plan">;
  readonly #instruments: Instruments;
  readonly #options: Options;
  readonly #load = startWorker("load.ts");
  readonly #signer = startWorker("signatures.ts");
  readonly #windows: WindowResult[] = [];
  readonly #bare: BareSignatures[] = [];
  readonly #used: DatabaseUsage[] = [];

  constructor(server: Pick<RunningServer, "plan">, instruments: Instruments, options: Options) {
    this.#server = server;
    this.#instruments = instruments;
    this.#options = options;
  }

  /** Has to come before the first window. */
  async warmUp(): Promise<void> {
    const { inFlight } = this.#options;
    await this.#load.ask({ ...this.#server.plan, inFlight } satisfies LoadPlan);
    this.#windows.push(await this.#load.ask<WindowResult>({ seconds: WARM_UP } satisfies Window));
    for (const warmed of [this.#instruments.algorithm, REFERENCE]) await this.#sign(warmed, "pool", 0.3);
  }

  async window(): Promise<void> {
    const { algorithm, postgres } = this.#instruments;
    const { seconds } = this.#options;
    const time = Math.max(0.5, seconds / 5);
    const sync = await this.#sign(algorithm, "sync", time);
    const pool = await this.#sign(algorithm, "pool", time);
    const reference = algorithm === REFERENCE ? pool : await this.#sign(REFERENCE, "pool", time);
    this.#bare.push({ sync, pool, reference });
    const load = () => this.#load.ask<WindowResult>({ seconds } satisfies Window);
    if (postgres === undefined) {
      this.#windows.push(await load());
      return;
    }
    const before = await postgres.usage();
    const result = await load();
    const after = await postgres.usage();
    const wal = await postgres.wal(before.walEnd, after.walEnd);
    this.#windows.push(result);
    const each = (sum: number) => sum / result.requests;
    const cpu = each(after.cpu - before.cpu);
    this.#used.push({ cpu, records: each(wal.records), fullPages: each(wal.fullPages) });
  }

  /** The result; nothing can be measured afterwards. */
  async finish(): Promise<RefreshResult> {
    const { seconds } = this.#options;
    const [warmUp, ...windows] = this.#windows;
    if (warmUp === undefined) throw new Error("nothing was measured");
    const memory = residentMemoryOfAll(this.#server.plan.pids);
    const summary: RefreshResult = {
      ...summarize(this.#instruments.algorithm, [warmUp, ...windows], this.#bare),
      memory,
    };
    if (this.#used.length > 0) {
      const of = (kind: keyof DatabaseUsage) => median(this.#used.map(({ [kind]: used }) => used));
      summary.database = { cpu: of("cpu"), records: of("records"), fullPages: of("fullPages") };
    }
    const load = async (window: Window) => {
      const result = await this.#load.ask<WindowResult>(window);
      summary.answered += result.requests;
      return result;
    };
    const openLoop = async (rate: number) => ({ ...(await load({ seconds: seconds * 2, rate })), rate });
    if (this.#options.peers) {
      const oneByOne = await load({ seconds, inFlight: 1 });
      summary.lowLoad = { oneByOne, openLoop: await openLoop(LOW_RATE) };
    }
    const rate = this.#openRate(summary);
    if (rate !== undefined) summary.openLoop = await openLoop(rate);
    await Promise.all([this.#load.stop(), this.#signer.stop()]);
    return summary;
  }

  /** Requests a second of the open loop. Beside its peers each server is sent the same share of what it can do. */
  #openRate({ refreshesPerSecond }: RefreshResult): number | undefined {
    const { rate, peers } = this.#options;
    return rate ?? (peers ? Math.round(OPEN_SHARE * refreshesPerSecond) : undefined);
  }

  #sign(algorithm: Algorithm, mode: SignatureWindow["mode"], seconds: number): Promise<SignatureResult> {
    const { inFlight } = this.#options;
    const window = { algorithm, mode, inFlight, seconds } satisfies SignatureWindow;
    return this.#signer.ask<SignatureResult>(window);
  }
}

/** One server, measured alone. */
export async function measureRefreshes(
  server: Pick<RunningServer, "plan">,
  instruments: Instruments,
  options: Options,
): Promise<RefreshResult> {
  const measurement = new Measurement(server, instruments, options);
  await measurement.warmUp();
  for (let window = 0; window < options.windows; window++) await measurement.window();
  return measurement.finish();
}

function summarize(
  algorithm: Algorithm,
  [warmUp, ...windows]: [WindowResult, ...WindowResult[]],
  bare: readonly BareSignatures[],
): Omit<RefreshResult, "memory"> {
  const all = [warmUp, ...windows];
  const serverCpu = median(windows.map((window) => window.serverCpu / window.requests));
  const cpuOf = (kind: keyof BareSignatures) =>
    median(bare.map(({ [kind]: { cpu, signatures } }) => cpu / signatures));
  const [bareSync, barePool] = [cpuOf("sync"), cpuOf("pool")];
  const ratios = windows.map((window, i) => {
    const { cpu, signatures } = bare[i]?.[algorithm === REFERENCE ? "pool" : "sync"] ?? NONE;
    return window.serverCpu / window.requests / (cpu / signatures);
  });
  return {
    algorithm,
    refreshesPerSecond: median(windows.map((window) => window.requests / window.seconds)),
    p50: median(windows.map(({ p50 }) => p50)),
    p95: median(windows.map(({ p95 }) => p95)),
    p99: median(windows.map(({ p99 }) => p99)),
    max: Math.max(...windows.map(({ max }) => max)),
    serverCpu,
    bareSync,
    barePool,
    barePerSecond: median(bare.map(({ pool }) => pool.signatures / pool.seconds)),
    reference: cpuOf("reference"),
    ratio: median(ratios),
    errors: all.reduce((sum, { errors }) => sum + errors, 0),
    firstErrors: all.flatMap(({ firstErrors }) => firstErrors).slice(0, 5),
    verified: all.reduce((sum, { verified }) => sum + verified, 0),
    answered: all.reduce((sum, { requests }) => sum + requests, 0),
    windows,
  };
}
