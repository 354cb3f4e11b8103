import assert from "node:assert/strict";
import type {
  Client,
  Event,
  Grant,
  NewGrant,
  RotationPolicy,
  RotationResult,
  Store,
  StoreOptions,
} from "../store.ts";
import { Clock, SIGN_IN, newClient, newGrant, presentedToken } from "./fixtures.ts";
import type { NewClient } from "./fixtures.ts";

/** Opens a new, empty store of the engine under test. */
export type OpenStore = (options: StoreOptions) => Promise<Store>;

/** What must hold, as a sentence, and the proof. */
export type Cases = Record<string, (bench: Bench) => Promise<void>>;

/** The cases, each in a store in which `SIGN_IN` has started. */
export function afterSignIn(cases: Cases): Cases {
  const signedIn = Object.entries(cases).map(([title, proof]) => {
    const after = async (bench: Bench) => {
      await bench.store.signIns.start(SIGN_IN);
      await proof(bench);
    };
    return [title, after] as const;
  });
  return Object.fromEntries(signedIn);
}

/** The one who changes things in these tests. */
export const ACTOR = "operator";

/** A new store with a clock that stands still, and what it told. */
export class Bench {
  readonly clock: Clock;
  readonly store: Store;
  /** What `onEvent` was called with. */
  readonly told: Event[];
  /** The members of each transaction that `onBatch` was called with. */
  readonly batches: number[];
  readonly #open: OpenStore;
  readonly #opened: Store[];

  private constructor(store: Store, open: OpenStore, clock: Clock, told: Event[], batches: number[]) {
    this.store = store;
    this.clock = clock;
    this.told = told;
    this.batches = batches;
    this.#open = open;
    this.#opened = [store];
  }

  static async over(open: OpenStore): Promise<Bench> {
    const clock = new Clock();
    const told: Event[] = [];
    const batches: number[] = [];
    const store = await open({
      now: clock.now,
      onEvent: (event) => told.push(event),
      onBatch: (members) => batches.push(members),
    });
    return new Bench(store, open, clock, told, batches);
  }

  /** Another new store, on the same clock. */
  async another(): Promise<Store> {
    const store = await this.#open({ now: this.clock.now });
    this.#opened.push(store);
    return store;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((store) => store.close()));
  }

  async client(changes: Partial<NewClient> = {}): Promise<Client> {
    const client = newClient(changes);
    assert.equal(await this.store.clients.create(client, ACTOR), true);
    return found(await this.store.clients.find(client.id));
  }

  /** A grant of a new client, or of `clientId`. */
  async grant(clientId?: string, changes: Partial<NewGrant> = {}): Promise<Grant> {
    return granted(this.store, newGrant(clientId ?? (await this.client()).id, changes));
  }

  /** Presents one generation of a grant, with what its client's row says of it now. */
  async refresh(
    grant: Grant,
    generation: number,
    policy: Partial<RotationPolicy> = {},
  ): Promise<RotationResult> {
    const grantsRevokedAt = (await this.store.clients.find(grant.clientId))?.grantsRevokedAt ?? null;
    return this.store.grants.rotate(presentedToken(grant, generation, policy, { grantsRevokedAt }));
  }

  /** The types of all events of the store, oldest first. */
  async eventTypes(): Promise<string[]> {
    return (await this.store.events.list({}, 10_000)).map(({ type }) => type);
  }

  async lastEvent(): Promise<Event> {
    return found((await this.store.events.list({}, 10_000)).at(-1));
  }
}

export async function granted(store: Store, grant: NewGrant): Promise<Grant> {
  const result = await store.grants.create(grant);
  assert.ok(result.outcome === "created", result.outcome);
  return result.grant;
}

export function found<T>(value: T | undefined): T {
  assert.ok(value !== undefined, "not found");
  return value;
}

/** Rejects if `promise` does not settle within `ms` of real time. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
