import type { Client, ClientStore } from "../store/store.ts";

/** Far more than most providers have; beyond it the cache starts anew. */
const MAX_CLIENTS = 20_000;

/** Clients as the store last showed them. Emptied whenever the store says that clients changed. */
export class ClientCache {
  readonly #store: Pick<ClientStore, "find">;
  readonly #cached = new Map<string, Client>();
  /** Grows with each emptying. */
  #epoch = 0;

  constructor(store: Pick<ClientStore, "find">) {
    this.#store = store;
  }

  /** What is cached; undefined: ask `read`. */
  peek(id: string): Client | undefined {
    return this.#cached.get(id);
  }

  /** What is cached, or what the store says. */
  async get(id: string): Promise<Client | undefined> {
    return this.#cached.get(id) ?? this.read(id);
  }

  /** Asks the store, whatever is cached. */
  async read(id: string): Promise<Client | undefined> {
    const epoch = this.#epoch;
    const client = await this.#store.find(id);
    // If the cache was emptied meanwhile, what was read may be older than that.
    if (client === undefined || epoch !== this.#epoch) return client;
    if (this.#cached.size >= MAX_CLIENTS) this.#cached.clear();
    this.#cached.set(id, client);
    return client;
  }

  clear(): void {
    this.#epoch += 1;
    this.#cached.clear();
  }
}
