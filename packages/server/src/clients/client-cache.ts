import type { Client, ClientStore } from "../store/store.ts";

/** Far more than most providers have. Beyond it, the cache is emptied. */
const MAX_CLIENTS = 20_000;

/** Clients as last read from the store. The cache is emptied when the store reports a change of clients. */
export class ClientCache {
  readonly #store: Pick<ClientStore, "find">;
  readonly #cached = new Map<string, Client>();
  /** Counts how often the cache was emptied. */
  #epoch = 0;

  constructor(store: Pick<ClientStore, "find">) {
    this.#store = store;
  }

  /** The cached client. Undefined: it may still exist; `read` finds out. */
  peek(id: string): Client | undefined {
    return this.#cached.get(id);
  }

  /** The cached client, else the store's. */
  async get(id: string): Promise<Client | undefined> {
    return this.#cached.get(id) ?? this.read(id);
  }

  /** Reads the client from the store, whether or not it is cached. */
  async read(id: string): Promise<Client | undefined> {
    const epoch = this.#epoch;
    const client = await this.#store.find(id);
    // The cache was emptied during the read, so the row may be older than the change that emptied it.
    if (client === undefined || epoch !== this.#epoch) return client;
    if (this.#cached.size >= MAX_CLIENTS) this.#cached.clear();
    this.#cached.set(id, client);
    return client;
  }

  /** Empties the cache; reads in flight are not cached. */
  clear(): void {
    this.#epoch += 1;
    this.#cached.clear();
  }
}
