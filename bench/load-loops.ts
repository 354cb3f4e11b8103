import { cpuTimeOfAll, machineCpuTime } from "./accounting.ts";
import { Connection } from "./connection.ts";
import type { LoadPlan, Window, WindowResult } from "./load-plan.ts";
import { percentile } from "./statistics.ts";
import { addressOf, refreshRequest } from "./token-request.ts";
import type { AccessTokenVerifier } from "./verify.ts";

/** One access token of so many is verified. */
const VERIFIED_SHARE = 100;
/** Connections of an open loop; a request that is due while all are taken waits, and its waiting counts. */
const OPEN_SEATS = 128;

/** The lineages of a plan, each with its newest token, and the loops that refresh them, window after window. */
export class Load {
  readonly #plan: LoadPlan;
  readonly #verify: AccessTokenVerifier | undefined;
  readonly #request: (token: string) => string;
  readonly #newest: string[];
  /** Lineages without a request under way; those that waited longest come first. */
  #free: number[];
  readonly #address: { host: string; port: number };
  /** Those whose connections are open. */
  readonly #seats = new Set<Seat>();
  /** Seats without a request under way, in an open loop. */
  #idle: Seat[] = [];
  /** When the requests of an open loop are due, ms: the next one, and the time between two; undefined: a closed loop. */
  #due: { next: number; interval: number } | undefined;
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
    this.#request = refreshRequest(plan);
    this.#newest = [...plan.tokens];
    this.#free = this.#newest.map((_, lineage) => lineage);
    this.#address = addressOf(plan);
  }

  async run(window: Window): Promise<WindowResult> {
    this.#latencies = [];
    this.#errors = [];
    this.#verified = 0;
    const { pids } = this.#plan;
    // New ones for each window: in the pause between two, a server may close those that wait.
    const { rate, inFlight = this.#plan.inFlight } = "seconds" in window ? window : {};
    const count = rate === undefined ? inFlight : Math.min(OPEN_SEATS, this.#free.length);
    for (let n = 0; n < count; n++) this.#seat();
    const before = [cpuTimeOfAll(pids), ownCpuTime(), machineCpuTime()] as const;
    const started = performance.now();
    this.#until = "seconds" in window ? started + window.seconds * 1000 : Number.POSITIVE_INFINITY;
    this.#toSend = "requests" in window ? window.requests : Number.POSITIVE_INFINITY;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      if (rate === undefined) for (const seat of this.#seats) this.#next(seat);
      else this.#open({ next: started, interval: 1000 / rate });
    });
    this.#due = undefined;
    const seconds = (performance.now() - started) / 1000;
    for (const { connection } of this.#seats) connection.close();
    this.#seats.clear();
    const sorted = Float64Array.from(this.#latencies).toSorted();
    return {
      requests: sorted.length,
      seconds,
      errors: this.#errors.length,
      firstErrors: this.#errors.slice(0, 5),
      verified: this.#verified,
      p50: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
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
      since: 0,
      connection: new Connection(
        this.#address,
        (status, body) => this.#answered(seat, status, body),
        (error) => this.#ended(seat, `connection: ${error.message}`),
      ),
    };
    this.#seats.add(seat);
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
    this.#send(seat, lineage, performance.now());
  }

  #open(due: { next: number; interval: number }): void {
    this.#idle = [...this.#seats];
    this.#due = due;
    // Every ms, which is the timers' resolution; it adds up to as much to each latency.
    const timer = setInterval(() => {
      this.#sendDue();
      if ((due.next < this.#until && this.#free.length > 0) || this.#underWay > 0) return;
      clearInterval(timer);
      this.#drained();
    }, 1);
  }

  /** Sends what is due, as far as there are free connections and lineages. */
  #sendDue(): void {
    const due = this.#due;
    if (due === undefined) return;
    const now = performance.now();
    for (; due.next < this.#until && due.next <= now; due.next += due.interval) {
      if (this.#free.length === 0) return;
      const seat = this.#idle.pop() ?? (this.#seats.size < OPEN_SEATS ? this.#seat() : undefined);
      if (seat === undefined) return;
      this.#send(seat, this.#free.shift() ?? 0, due.next);
    }
  }

  #send(seat: Seat, lineage: number, since: number): void {
    this.#underWay++;
    seat.lineage = lineage;
    seat.since = since;
    seat.connection.send(this.#request(this.#newest[lineage] ?? ""));
  }

  #answered(seat: Seat, status: number, body: string): void {
    this.#latencies.push(performance.now() - seat.since);
    try {
      if (status !== 200) throw new Error(`${status} ${body}`);
      if (this.#verify !== undefined) this.#accept(seat.lineage, body, this.#verify);
      this.#free.push(seat.lineage);
    } catch (error) {
      // Its lineage rests from here on: a refused token would be refused again and again.
      this.#errors.push(error instanceof Error ? error.message : String(error));
    }
    this.#underWay--;
    if (this.#due === undefined) return this.#next(seat);
    seat.lineage = -1;
    this.#idle.push(seat);
    this.#sendDue();
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

  /** A server may close a connection that waits: only a request that was under way is an error. */
  #ended(seat: Seat, cause: string): void {
    this.#seats.delete(seat);
    this.#idle = this.#idle.filter((idle) => idle !== seat);
    if (seat.lineage !== -1) {
      this.#errors.push(cause);
      this.#underWay--;
    }
    if (this.#underWay === 0 && this.#due === undefined) this.#drained();
  }
}

/** A connection and what is under way on it. */
interface Seat {
  readonly connection: Connection;
  /** -1: nothing. */
  lineage: number;
  /** From when its latency counts, ms. */
  since: number;
}

function ownCpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
