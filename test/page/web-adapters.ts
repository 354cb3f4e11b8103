import type { TokenStore } from "@regrant/client";
import { lockContract, storeContract } from "@regrant/client/testing";
import type { ContractCase } from "@regrant/client/testing";
import { indexedDbStore, localStorageStore, webLock } from "@regrant/client/web";

/** What the test calls in the page. */
export interface WebAdapters {
  readonly titles: string[];
  run(title: string): Promise<void>;
  /** Takes the lock and keeps it for this long, ms; what the lease's signal said meanwhile goes to `told`. */
  hold(name: string, ms: number, leaseMs: number): Promise<void>;
  told: string[];
  /** Waits for the lock. @returns for how long, ms */
  acquire(name: string, waitMs: number, leaseMs: number): Promise<number>;
  stores: { indexedDb: TokenStore; localStorage: TokenStore };
  indexedDbStore: typeof indexedDbStore;
  /** Writes to a store of this name, as a client would. @returns what the write said, and how long it took, ms */
  write(store: TokenStore): Promise<[said: string, ms: number]>;
}

declare global {
  var adapters: WebAdapters;
}

let places = 0;

const cases: ContractCase[] = [
  ...titled(
    "IndexedDB",
    storeContract(() => {
      const name = `contract-${Date.now()}-${(places += 1)}`;
      return {
        open: () => indexedDbStore({ name }),
        damage: (key, text) => damage(name, key, text),
        close: () => void indexedDB.deleteDatabase(name),
      };
    }),
  ),
  ...titled(
    "localStorage",
    storeContract(() => {
      const prefix = `contract-${(places += 1)}.`;
      const open = () => {
        // Only other tabs are told, and these instances are all in this one.
        const store = localStorageStore({ prefix });
        delete store.subscribe;
        return store;
      };
      const damage = (key: string, text: string) => localStorage.setItem(prefix + key, text);
      return { open, damage };
    }),
  ),
  ...titled(
    "Web Locks",
    lockContract(() => ({ open: webLock })),
  ),
];

const proofs = new Map(cases.map(({ title, run }) => [title, run]));

globalThis.adapters = {
  titles: [...proofs.keys()],
  run: async (title) => proofs.get(title)?.(),
  told: [],
  hold: (name, ms, leaseMs) =>
    webLock()(
      name,
      async ({ signal }) => {
        signal.addEventListener("abort", () => adapters.told.push(String(signal.reason)));
        await new Promise((resolve) => setTimeout(resolve, ms));
      },
      { waitMs: 1000, leaseMs },
    ),
  async acquire(name, waitMs, leaseMs) {
    const asked = performance.now();
    await webLock()(name, () => Promise.resolve(), { waitMs, leaseMs });
    return performance.now() - asked;
  },
  stores: { indexedDb: indexedDbStore(), localStorage: localStorageStore() },
  indexedDbStore,
  async write(store) {
    const startedAt = performance.now();
    const said = await write(store).catch((error: unknown) => (error as { code: string }).code);
    return [said, performance.now() - startedAt];
  },
};

/** Puts a text, or the value that it is the JSON of, in place of an entry. */
function damage(name: string, key: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.addEventListener("success", () => {
      const transaction = request.result.transaction("records", "readwrite");
      transaction.objectStore("records").put(valueOf(text), key);
      transaction.addEventListener("complete", () => {
        request.result.close();
        resolve();
      });
      transaction.addEventListener("abort", () => reject(new Error("not written")));
    });
  });
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function write(store: TokenStore): Promise<string> {
  const stored = await store.get("a");
  const generation = (stored?.record.generation ?? 0) + 1;
  const about = { tokenEndpoint: "", clientId: "", issuedAt: 0, clockOffset: 0 };
  const version = await store.compareAndSet("a", stored?.version ?? null, {
    schema: 1,
    generation,
    ...about,
  });
  return version === false ? "refused" : "written";
}

function titled(adapter: string, contract: ContractCase[]): ContractCase[] {
  return contract.map(({ title, run }) => ({ title: `${adapter}: ${title}`, run }));
}
