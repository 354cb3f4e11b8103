import { residentMemoryOfAll } from "./accounting.ts";
import { startWorker } from "./child.ts";
import type { LoadPlan, Window, WindowResult } from "./load-plan.ts";
import type { Options } from "./options.ts";
import type { Postgres } from "./postgres.ts";
import { REFERENCE, summarize } from "./refreshes.ts";
import type { DatabaseUsage, RefreshResult, Round } from "./refreshes.ts";
import type { Algorithm, SignatureResult, SignatureWindow } from "./signatures.ts";
import type { RunningServer } from "./targets/regrant.ts";

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
  readonly #rounds: Round[] = [];
  /** Beside the rounds. */
  readonly #others: WindowResult[] = [];

  constructor(server: Pick<RunningServer, "plan">, instruments: Instruments, options: Options) {
    this.#server = server;
    this.#instruments = instruments;
    this.#options = options;
  }

  /** Has to come before the first round. */
  async warmUp(times = 1): Promise<void> {
    const { inFlight, warmUp } = this.#options;
    await this.#load.ask({ ...this.#server.plan, inFlight } satisfies LoadPlan);
    await this.loadBeside(times * warmUp);
    for (const warmed of [this.#instruments.algorithm, REFERENCE]) await this.#sign(warmed, "pool", 0.3);
  }

  /** Signatures, then a window of each load. */
  async round(): Promise<void> {
    const { algorithm } = this.#instruments;
    const { seconds, rate } = this.#options;
    const time = Math.max(0.5, seconds / 5);
    const sync = await this.#sign(algorithm, "sync", time);
    const pool = await this.#sign(algorithm, "pool", time);
    const reference = algorithm === REFERENCE ? pool : await this.#sign(REFERENCE, "pool", time);
    this.#rounds.push({
      bare: { sync, pool, reference },
      ...(await this.#closedLoop()),
      oneByOne: await this.#ask({ seconds: Math.max(1, seconds / 2), inFlight: 1 }),
      openLoop: await this.#ask({ seconds: 2 * seconds, rate }),
    });
  }

  /** The closed loop, outside of the rounds. */
  async loadBeside(seconds: number): Promise<WindowResult> {
    const result = await this.#ask({ seconds });
    this.#others.push(result);
    return result;
  }

  /** The result; nothing can be measured afterwards. */
  async finish(): Promise<RefreshResult> {
    const memory = residentMemoryOfAll(this.#server.plan.pids);
    const { algorithm } = this.#instruments;
    const { rate } = this.#options;
    await Promise.all([this.#load.stop(), this.#signer.stop()]);
    return { ...summarize({ algorithm, rate }, this.#rounds, this.#others), memory };
  }

  async #closedLoop(): Promise<{ closedLoop: WindowResult; database?: DatabaseUsage }> {
    const { postgres } = this.#instruments;
    const { seconds } = this.#options;
    if (postgres === undefined) return { closedLoop: await this.#ask({ seconds }) };
    const before = await postgres.usage();
    const closedLoop = await this.#ask({ seconds });
    const after = await postgres.usage();
    const wal = await postgres.wal(before.walEnd, after.walEnd);
    const each = (sum: number) => sum / closedLoop.requests;
    const cpu = each(after.cpu - before.cpu);
    return { closedLoop, database: { cpu, records: each(wal.records), fullPages: each(wal.fullPages) } };
  }

  #ask(window: Window): Promise<WindowResult> {
    return this.#load.ask<WindowResult>(window);
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
  for (let round = 0; round < options.windows; round++) await measurement.round();
  return measurement.finish();
}
