import { Connection } from "./connection.ts";
import { cpuTimeOfAll, machineCpuTime } from "./accounting.ts";
import { serveMessages } from "./child.ts";
import { percentile } from "./statistics.ts";
import { accessTokenVerifier } from "./verify.ts";
import type { AccessTokenVerifier } from "./verify.ts";

// A worker: the closed loop. It refreshes lineages, each always with its newest token, and counts what comes back.

/** What to load: the first message. */
export interface LoadPlan {
  /** The token endpoint. */
  url: string;
  /** Sent with every refresh, beside `grant_type` and `refresh_token`. */
  form: Record<string, string>;
  /** One refresh token for each lineage. */
  tokens: readonly string[];
  inFlight: number;
  /** Processes whose CPU time is the server's. */
  pids: readonly number[];
  /** Where the public keys are; null: the answers are not real ones, and are not looked at. */
  jwksUrl: string | null;
}

/** How much to load: each further message. What ends it is the time, or the number of requests. */
export type Window = { seconds: number } | { requests: number };

export interface WindowResult {
  requests: number;
  /** From the first request to the last answer. */
  seconds: number;
  /** Everything but a 200 with a new refresh token and, where it was verified, a valid access token. */
  errors: number;
  firstErrors: string[];
  verified: number;
  /** ms */
  p50: number;
  p99: number;
  max: number;
  /** CPU time of the server, of this process, and of all programs of the machine, µs. */
  serverCpu: number;
  loadCpu: number;
  machineCpu: number;
}

/** One access token of so many is verified. */
const VERIFIED_SHARE = 100;

class Load {
  readonly #plan: LoadPlan;
  readonly #verify: AccessTokenVerifier | undefined;
  readonly #head: string;
  readonly #form: string;
  readonly #newest: string[];
  /** Lineages without a request under way; those that waited longest come first. */
  #free: number[];
  readonly #address: { host: string; port: number };
  #until = 0;
  #toSend = 0;
  #underWay = 0;
  #drained: () => void = () => {};
  #latencies: number[] = [];
  #errors: string[] = [];
  #verified = 0;

  constructor(plan: LoadPlan, verify: AccessTokenVerifier | undefined) {
    this.#plan = plan;
    this.#verify = verify;
    const { host, hostname, port, pathname } = new URL(plan.url);
    this.#head =
      `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: application/json\r\nUser-Agent: regrant-bench\r\n` +
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
    this.#form = `${new URLSearchParams({ grant_type: "refresh_token", ...plan.form }).toString()}&refresh_token=`;
    this.#newest = [...plan.tokens];
    this.#free = this.#newest.map((_, lineage) => lineage);
    this.#address = { host: hostname, port: Number(port) };
  }

  async run(window: Window): Promise<WindowResult> {
    this.#latencies = [];
    this.#errors = [];
    this.#verified = 0;
    const { pids, inFlight } = this.#plan;
    // New ones for each window: in the pause between two, a server may close those that wait.
    const seats = Array.from({ length: inFlight }, () => this.#seat());
    const before = [cpuTimeOfAll(pids), ownCpuTime(), machineCpuTime()] as const;
    const started = performance.now();
    this.#until = "seconds" in window ? started + window.seconds * 1000 : Number.POSITIVE_INFINITY;
    this.#toSend = "requests" in window ? window.requests : Number.POSITIVE_INFINITY;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      for (const seat of seats) this.#next(seat);
    });
    const seconds = (performance.now() - started) / 1000;
    for (const { connection } of seats) connection.close();
    const sorted = Float64Array.from(this.#latencies).toSorted();
    return {
      requests: sorted.length,
      seconds,
      errors: this.#errors.length,
      firstErrors: this.#errors.slice(0, 5),
      verified: this.#verified,
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
      max: percentile(sorted, 1),
      serverCpu: cpuTimeOfAll(pids) - before[0],
      loadCpu: ownCpuTime() - before[1],
      machineCpu: machineCpuTime() - before[2],
    };
  }

  #seat(): Seat {
    const seat: Seat = {
      lineage: -1,
      sent: 0,
      connection: new Connection(
        this.#address,
        (status, body) => this.#answered(seat, status, body),
        (error) => this.#ended(seat, `connection: ${error.message}`),
      ),
    };
    return seat;
  }

  #next(seat: Seat): void {
    const lineage = this.#toSend > 0 && performance.now() < this.#until ? this.#free.shift() : undefined;
    if (lineage === undefined) {
      seat.lineage = -1;
      if (this.#underWay === 0) this.#drained();
      return;
    }
    this.#toSend--;
    this.#underWay++;
    seat.lineage = lineage;
    const body = this.#form + encodeURIComponent(this.#newest[lineage] ?? "");
    seat.sent = performance.now();
    seat.connection.send(`${this.#head}${body.length}\r\n\r\n${body}`);
  }

  #answered(seat: Seat, status: number, body: string): void {
    this.#latencies.push(performance.now() - seat.sent);
    try {
      if (status !== 200) throw new Error(`${status} ${body}`);
      if (this.#verify !== undefined) this.#accept(seat.lineage, body, this.#verify);
      this.#free.push(seat.lineage);
    } catch (error) {
      // Its lineage rests from here on: a refused token would be refused again and again.
      this.#errors.push(error instanceof Error ? error.message : String(error));
    }
    this.#underWay--;
    this.#next(seat);
  }

  #accept(lineage: number, body: string, verify: AccessTokenVerifier): void {
    const answer = JSON.parse(body) as { access_token?: string; refresh_token?: string };
    const { access_token: accessToken, refresh_token: refreshToken } = answer;
    if (accessToken === undefined || refreshToken === undefined) throw new Error(`no tokens: ${body}`);
    if (refreshToken === this.#newest[lineage]) throw new Error("the refresh token was not rotated");
    this.#newest[lineage] = refreshToken;
    if (this.#latencies.length % VERIFIED_SHARE !== 0) return;
    verify(accessToken);
    this.#verified++;
  }

  #ended(seat: Seat, cause: string): void {
    this.#errors.push(cause);
    if (seat.lineage !== -1) this.#underWay--;
    if (this.#underWay === 0) this.#drained();
  }
}

/** A connection and what is under way on it. */
interface Seat {
  readonly connection: Connection;
  /** -1: nothing. */
  lineage: number;
  /** ms */
  sent: number;
}

function ownCpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function prepare(plan: LoadPlan): Promise<Load> {
  if (plan.jwksUrl === null) return new Load(plan, undefined);
  const response = await fetch(plan.jwksUrl);
  return new Load(
    plan,
    accessTokenVerifier((await response.json()) as Parameters<typeof accessTokenVerifier>[0]),
  );
}

let load: Load | undefined;

async function answer(message: LoadPlan | Window): Promise<WindowResult | null> {
  if (!("url" in message)) {
    if (load === undefined) throw new Error("there is no plan yet");
    return load.run(message);
  }
  load = await prepare(message);
  return null;
}

if (process.argv[1] === import.meta.filename) serveMessages(answer);
