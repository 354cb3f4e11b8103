import { createTokenClient } from "../client.ts";
import { memoryStore } from "../memory-store.ts";
import type { Clock, RefreshOptions, TokenClient, TokenEvent } from "../api.ts";
import type { CredentialRecord, StoreScope, TokenStore } from "../types.ts";
import { ModelServer } from "./model-server.ts";
import type { Delivery } from "./model-server.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface SimulationOptions {
  /** The server's retry window, ms; 0: none. */
  readonly window: number;
  readonly scope: StoreScope;
  /** One process for each: how far its clock is ahead, ms. */
  readonly clockOffsets: readonly number[];
  /** What happens to the token requests, in order; later ones are delivered. */
  readonly deliveries: readonly Delivery[];
  /** Most faults and crashes in a row. */
  readonly maxFaults: number;
}

/** A process with a client. When it crashes, only what it has already sent continues. */
export interface Process {
  readonly client: TokenClient;
  readonly clock: Clock & { ahead: number };
  readonly events: TokenEvent[];
  hasCrashed: boolean;
  /** How many further calls of the store and the network it makes before it crashes. */
  crashAfter: number;
}

const KEY = "session";

interface CrashableProcess extends Omit<Process, "client"> {
  onCrash(): void;
}

/** Several processes with a client each, one store and one server, in virtual time. */
export class Simulation {
  readonly time = new VirtualTime();
  readonly server: ModelServer;
  readonly processes: Process[];
  /** Every record that was stored, oldest first. */
  readonly written: CredentialRecord[] = [];
  readonly #options: SimulationOptions;
  readonly #store = memoryStore();
  readonly #deliveries: Delivery[];
  #faultsInRow = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#deliveries = [...options.deliveries];
    this.server = new ModelServer(this.time, options.window);
    this.processes = options.clockOffsets.map((_, index) => this.#start(index));
  }

  process(index: number): Process {
    const process = this.processes[index];
    if (process === undefined) throw new RangeError(`no process ${index}`);
    return process;
  }

  login(): Promise<void> {
    return this.time.during(this.process(0).client.set(this.server.response()));
  }

  stored(): CredentialRecord | undefined {
    return this.written.at(-1);
  }

  /** Ends all faults and crashes. */
  stopFaults(): void {
    this.#deliveries.length = 0;
    for (const process of this.processes) process.crashAfter = Infinity;
  }

  /** Whether one more fault in a row is allowed. */
  mayFail(): boolean {
    return (this.#faultsInRow += 1) <= this.#options.maxFaults;
  }

  #start(index: number): Process {
    const clock = this.time.clock(this.#options.clockOffsets[index]);
    const events: TokenEvent[] = [];
    const process: CrashableProcess = {
      clock,
      events,
      hasCrashed: false,
      crashAfter: Infinity,
      // A new process replaces it.
      onCrash: () => void this.time.timer(500, () => (this.processes[index] = this.#start(index))),
    };
    const { window } = this.#options;
    const refresh: RefreshOptions = { retryWindowMs: window };
    const client = createTokenClient({
      tokenEndpoint: "https://as.example/token",
      clientId: "c",
      key: KEY,
      refresh,
      store: this.#storeOf(process),
      clock: {
        ...clock,
        now: () => clock.now(),
        timer: (ms, callback) => clock.timer(ms, () => process.hasCrashed || callback()),
      },
      fetch: (input, init) => call(process, () => this.#fetch(new Request(input, init))),
      onEvent: (event) => events.push(event),
    });
    return Object.assign(process, { client });
  }

  /** The shared store as one process sees it: each operation takes 5 ms, before or after which the process may crash. */
  #storeOf(process: CrashableProcess): TokenStore {
    const delay = () => this.time.wait(5);
    return {
      ...this.#store,
      scope: this.#options.scope,
      get: (key) =>
        call(process, async () => {
          await delay();
          return this.#store.get(key);
        }),
      compareAndSet: (key, expected, next) =>
        call(process, async () => {
          await delay();
          const version = await this.#store.compareAndSet(key, expected, next);
          if (version === false) return false;
          if (next.generation > (this.stored()?.generation ?? 0)) this.#faultsInRow = 0;
          this.written.push(next);
          return version;
        }),
    };
  }

  async #fetch(request: Request): Promise<Response> {
    const token = new URLSearchParams(await request.text()).get("refresh_token") ?? "";
    let delivery = this.#deliveries.shift() ?? "delivered";
    if (delivery !== "delivered" && !this.mayFail()) delivery = "delivered";
    return this.server.post(token, delivery, 200, request.signal);
  }
}

/** Runs one call of a process, which may crash before it or before it gets the result. */
async function call<T>(process: CrashableProcess, work: () => Promise<T>): Promise<T> {
  const never = new Promise<never>(() => {});
  const crashes = () => {
    if (!process.hasCrashed && (process.crashAfter -= 1) < 0) {
      process.hasCrashed = true;
      process.onCrash();
    }
    return process.hasCrashed;
  };
  if (crashes()) return never;
  const result = await work();
  return crashes() ? never : result;
}
