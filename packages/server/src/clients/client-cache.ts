import type { Client, ClientStore } from "../store/store.ts";

/** Far more than most providers have; beyond it the cache starts anew. */
const MAX_CLIENTS = 20_000;

/** Clients as the store last showed them. Emptied whenever the store says that clients changed. */
export class ClientCache {
  readonly #store: Pick<ClientStore, "find">;
  #cached = new Map<string, Client>();

  constructor(store: Pick<ClientStore, "find">) {
    this.#store = store;
  }

  get cached(): ReadonlyMap<string, Client> {
    return this.#cached;
  }

  /** Asks the store, whatever is cached. */
  async read(id: string): Promise<Client | undefined> {
    const clients = this.#cached;
    const client = await this.#store.find(id);
    // If the cache was emptied meanwhile, what was read may be older than that.
    if (client === undefined || clients !== this.#cached) return client;
    if (clients.size >= MAX_CLIENTS) clients.clear();
    clients.set(id, client);
    return client;
  }

  clear(): void {
    this.#cached = new Map();
  }
}
