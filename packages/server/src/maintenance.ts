import type { Config } from "./config/resolve-config.ts";
import type { Deps } from "./deps.ts";
import { maintainKeys } from "./keys/rotation.ts";
import type { Passport } from "./passport/migration.ts";
import { followRevocations } from "./passport/revocation-sync.ts";
import type { StoreStatistics } from "./store/store.ts";
import { pushSender } from "./signals/push-sender.ts";
import { SubscriptionRunner } from "./subscriptions/runner.ts";
import { resealSecrets } from "./subscriptions/sealed-secrets.ts";
import { webhookSender } from "./subscriptions/webhook.ts";

/** How often the age of the keys is checked, and whether a sweep is due, ms. */
const INTERVAL = 60_000;
/** How often what happened here is added to the store's counts, ms: so much of it is lost with a process that is killed. */
const ACTIVITY_INTERVAL = 10_000;
/** Grants examined in one slice of a sweep. */
const SWEEP_SLICE = 1000;
/** Unused clients deleted in one transaction, each with its event. */
const UNUSED_SLICE = 100;

/**
 * What a service does beside its requests: key rotation, the sweep, sending events, revocations for Passport. It begins
 * with `start`.
 */
export class Maintenance {
  readonly subscriptions: SubscriptionRunner;
  readonly #deps: Deps;
  readonly #config: Config;
  readonly #running = new Set<Promise<unknown>>();
  #timers: readonly NodeJS.Timeout[] = [];
  #unwatch = (): void => {};
  #isSweeping = false;
  #stopped = false;
  #statistics: StoreStatistics | undefined;
  #keysMaintainedAt: number | undefined;

  constructor(deps: Deps, config: Config) {
    this.#deps = deps;
    this.#config = config;
    const privateAddresses = config.webhookPrivateAddresses;
    this.subscriptions = new SubscriptionRunner(deps, {
      webhook: webhookSender({ ...deps, privateAddresses }),
      ssf_push: pushSender({ ...deps, privateAddresses }),
    });
  }

  /** What the store held a minute ago at most; undefined: it could not be read yet. */
  get statistics(): StoreStatistics | undefined {
    return this.#statistics;
  }

  /** When the keys were last maintained by this process, ms. */
  get keysMaintainedAt(): number | undefined {
    return this.#keysMaintainedAt;
  }

  /**
   * Maintains the keys once, then starts what repeats.
   *
   * @throws what the first maintenance of the keys throws
   */
  async start(passport: Passport | null): Promise<void> {
    const { store, clients } = this.#deps;
    const { sweepInterval } = this.#config;
    await this.#maintainKeys();
    const maintain = () => this.#attempt("key maintenance", () => this.#maintainKeys());
    this.#unwatch = store.watch(() => {
      clients.clear();
      // Loading is not enough: if the last MAC key was distrusted, the next one must be created first.
      maintain();
    });
    this.#followRevocations(passport);
    this.subscriptions.start();
    const read = () => this.#readStatistics();
    this.#attempt("reading the store's statistics", read);
    const look = () =>
      this.#attempt("reading the store's statistics", async () => this.#sweepIfDue(await read()));
    this.#timers = [
      setInterval(maintain, INTERVAL),
      setInterval(() => this.#addActivity(), ACTIVITY_INTERVAL),
      setInterval(look, sweepInterval > 0 ? Math.min(INTERVAL, sweepInterval * 1000) : INTERVAL),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** Stops, and waits for what is running. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unwatch();
    for (const timer of this.#timers) clearInterval(timer);
    await this.subscriptions.stop();
    this.#addActivity();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #attempt(what: string, job: () => Promise<unknown>): void {
    const run = job()
      .catch((error: unknown) =>
        this.#deps.log.error({ err: error }, `${what} failed; it will be tried again`),
      )
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  #addActivity(): void {
    const { metrics, store } = this.#deps;
    this.#attempt("adding to the counts of activity", () => metrics.activity.flush(store));
  }

  async #maintainKeys(): Promise<void> {
    await maintainKeys(this.#deps, { ...this.#config, algorithm: this.#config.signingAlgorithm });
    await resealSecrets(this.#deps.store, this.#deps.keys.masterKeys);
    this.#keysMaintainedAt = this.#deps.store.now();
  }

  #followRevocations(passport: Passport | null): void {
    const rows = passport?.rollback?.rows;
    if (rows === undefined) return;
    const { revocations: feed, store, log } = this.#deps;
    const sync = { feed, grants: store.grants, rows, log, stopped: () => this.#stopped };
    this.#attempt("writing revocations to Passport's tables", () => followRevocations(sync));
  }

  async #readStatistics(): Promise<StoreStatistics> {
    return (this.#statistics = await this.#deps.store.statistics());
  }

  /** Sweeps unless a process of this store ended a sweep within the interval, or this one is sweeping. */
  #sweepIfDue({ activeGrants }: StoreStatistics): void {
    const interval = this.#config.sweepInterval * 1000;
    const age = activeGrants === null ? Infinity : this.#deps.store.now() - activeGrants.countedAt;
    // A clock that was ahead for a while must not put off the next sweep until then.
    const isRecent = Math.abs(age) < interval;
    if (interval === 0 || isRecent || this.#isSweeping || this.#stopped) return;
    this.#isSweeping = true;
    this.#attempt("the sweep", async () => {
      try {
        await this.#sweep();
        await this.#readStatistics();
      } finally {
        this.#isSweeping = false;
      }
    });
  }

  /** Addresses and user agents of events that are old enough. */
  async #forgetSources(): Promise<void> {
    const { events } = this.#deps.store;
    for (let done = false; !done && !this.#stopped;) {
      ({ done } = await events.forgetSources(this.#config.addressRetention, SWEEP_SLICE));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One whole sweep, in slices, so that refreshes are never held up by more than one. */
  async #sweep(): Promise<void> {
    const { store, log } = this.#deps;
    const { eventRetention, registrationUnusedTtl } = this.#config;
    let total = 0;
    for (let deleted = UNUSED_SLICE; deleted === UNUSED_SLICE && !this.#stopped;) {
      deleted = await store.registrations.deleteUnused(registrationUnusedTtl, UNUSED_SLICE);
      total += deleted;
    }
    for (let done = false; !done && !this.#stopped;) {
      const slice = await store.sweep({ limit: SWEEP_SLICE, eventRetention });
      total += slice.removed;
      ({ done } = slice);
      // Lets refreshes that arrived meanwhile run first.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#forgetSources();
    if (total > 0) log.info({ removed: total }, "swept ended grants, expired rows and unused clients");
  }
}
