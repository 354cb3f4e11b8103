import { createTokenClient } from "../client.ts";
import { memoryStore } from "../memory-store.ts";
import type { Clock, RefreshOptions, TokenClient, TokenEvent } from "../api.ts";
import type { CredentialRecord, StoreScope, TokenStore } from "../types.ts";
import { ModelServer } from "./model-server.ts";
import type { Fate } from "./model-server.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface Setting {
  /** The server's retry window, ms; 0: strict. */
  readonly window: number;
  readonly scope: StoreScope;
  /** By how much each process's clock is ahead, ms; as many processes. */
  readonly ahead: readonly number[];
  /** The fates of the requests, in their order; after them, all are answered. */
  readonly fates: readonly Fate[];
  /** Fates other than `answered`, and crashes, that may come in a row. */
  readonly patience: number;
}

/** One program with a client; when it crashes, nothing of it goes on but what is under way elsewhere. */
export interface Process {
  readonly client: TokenClient;
  readonly clock: Clock & { ahead: number };
  readonly events: TokenEvent[];
  isDead: boolean;
  /** After how many further effects it crashes. */
  crashAfter: number;
}

const KEY = "session";

interface Mortal extends Omit<Process, "client"> {
  died(): void;
}

/** Several processes, each with a client, one store, one server, in virtual time. */
export class World {
  readonly time = new VirtualTime();
  readonly server: ModelServer;
  readonly processes: Process[];
  /** Every record that was stored, oldest first. */
  readonly written: CredentialRecord[] = [];
  readonly #setting: Setting;
  readonly #store = memoryStore();
  readonly #fates: Fate[];
  #inRow = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#fates = [...setting.fates];
    this.server = new ModelServer(this.time, setting.window);
    this.processes = setting.ahead.map((_, index) => this.#begin(index));
  }

  process(index: number): Process {
    const process = this.processes[index];
    if (process === undefined) throw new RangeError(`no process ${index}`);
    return process;
  }

  login(): Promise<void> {
    return this.time.during(this.process(0).client.set(this.server.answer()));
  }

  stored(): CredentialRecord | undefined {
    return this.written.at(-1);
  }

  /** Nothing fails any more. */
  calm(): void {
    this.#fates.length = 0;
    for (const process of this.processes) process.crashAfter = Infinity;
  }

  /** Whether one more fault is bearable. */
  mayFail(): boolean {
    return (this.#inRow += 1) <= this.#setting.patience;
  }

  #begin(index: number): Process {
    const clock = this.time.clock(this.#setting.ahead[index]);
    const events: TokenEvent[] = [];
    const process: Mortal = {
      clock,
      events,
      isDead: false,
      crashAfter: Infinity,
      // Another one takes its place.
      died: () => void this.time.timer(500, () => (this.processes[index] = this.#begin(index))),
    };
    const { window } = this.#setting;
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
        timer: (ms, callback) => clock.timer(ms, () => process.isDead || callback()),
      },
      fetch: (input, init) => effect(process, () => this.#fetch(new Request(input, init))),
      onEvent: (event) => events.push(event),
    });
    return Object.assign(process, { client });
  }

  /** The shared store as one process sees it: each operation takes a moment, before or after which it may crash. */
  #storeOf(process: Mortal): TokenStore {
    const moment = () => this.time.wait(5);
    return {
      ...this.#store,
      scope: this.#setting.scope,
      get: (key) =>
        effect(process, async () => {
          await moment();
          return this.#store.get(key);
        }),
      compareAndSet: (key, expected, next) =>
        effect(process, async () => {
          await moment();
          const version = await this.#store.compareAndSet(key, expected, next);
          if (version === false) return false;
          if (next.generation > (this.stored()?.generation ?? 0)) this.#inRow = 0;
          this.written.push(next);
          return version;
        }),
    };
  }

  async #fetch(request: Request): Promise<Response> {
    const token = new URLSearchParams(await request.text()).get("refresh_token") ?? "";
    let fate = this.#fates.shift() ?? "answered";
    if (fate !== "answered" && !this.mayFail()) fate = "answered";
    return this.server.post(token, fate, 200, request.signal);
  }
}

/** Does what a process asks for; it may die before, or before it hears of it. */
async function effect<T>(process: Mortal, work: () => Promise<T>): Promise<T> {
  const never = new Promise<never>(() => {});
  const dies = () => {
    if (!process.isDead && (process.crashAfter -= 1) < 0) {
      process.isDead = true;
      process.died();
    }
    return process.isDead;
  };
  if (dies()) return never;
  const result = await work();
  return dies() ? never : result;
}
