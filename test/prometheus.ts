import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort } from "./ports.ts";
import { PATIENCE, startProgram, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** One series of an instant query: its labels and its value. */
export interface Series {
  metric: Record<string, string>;
  value: [at: number, value: string];
}

/** An alert as Prometheus has loaded it. */
export interface Alert {
  name: string;
  query: string;
  /** `ok`, once it was evaluated without an error. */
  health: string;
  state: "inactive" | "pending" | "firing";
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** A real Prometheus that scrapes one job, `regrant`, twice a second. */
export class Prometheus {
  readonly #url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.#url = url;
    this.#stop = stop;
  }

  /**
   * Starts it on a loopback port.
   *
   * @param program the server's executable
   * @param target `HOST:PORT` whose `/metrics` is scraped
   * @param rules path of a file with rules
   */
  static async start(program: string, target: string, rules: string): Promise<Prometheus> {
    const folder = temporaryFolder("prometheus");
    const address = `127.0.0.1:${await freePort()}`;
    const config = {
      global: { scrape_interval: "500ms", evaluation_interval: "500ms" },
      rule_files: [rules],
      scrape_configs: [{ job_name: "regrant", static_configs: [{ targets: [target] }] }],
    };
    const file = join(folder, "prometheus.yml");
    await writeFile(file, JSON.stringify(config));
    const args = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
    ];
    const child = await startProgram(program, args, { ready: /Server is ready to receive web requests/ });
    return new Prometheus(`http://${address}/api/v1`, async () => {
      await stopProgram(child);
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** @throws Error with what Prometheus says of a query that it does not understand */
  async query(query: string): Promise<Series[]> {
    const body = new URLSearchParams({ query });
    const { result } = (await this.#get("query", { method: "POST", body })) as { result: Series[] };
    return result;
  }

  async alerts(): Promise<Alert[]> {
    const { groups } = (await this.#get("rules?type=alert")) as { groups: { rules: Alert[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  /** Waits until a query has a series. */
  async until(query: string): Promise<void> {
    for (const started = performance.now(); (await this.query(query)).length === 0; await setTimeout(200)) {
      if (performance.now() - started > 2 * PATIENCE) throw new Error(`without a result: ${query}`);
    }
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  async #get(path: string, init: RequestInit = {}): Promise<unknown> {
    const response = await fetch(`${this.#url}/${path}`, { ...init, signal: AbortSignal.timeout(PATIENCE) });
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: unknown;
      error?: string;
    };
    if (status !== "success") throw new Error(`Prometheus: ${error}`);
    return data;
  }
}
