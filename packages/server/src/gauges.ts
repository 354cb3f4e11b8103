import { Gauge } from "prom-client";
import { databaseEngine } from "./config/database-address.ts";
import type { Config } from "./config/resolve-config.ts";
import { VERSION } from "./config/version.ts";
import type { Deps } from "./deps.ts";
import { passwordChecksWaiting } from "./identity/password-queue.ts";
import { throttleLoads } from "./limits/throttles.ts";
import type { Maintenance } from "./maintenance.ts";
import type { Passport } from "./passport/migration.ts";
import type { PoolLoad, SubscriptionState } from "./store/store.ts";

/** What the gauges are read from. */
interface Observed {
  deps: Deps;
  config: Config;
  maintenance: Pick<Maintenance, "statistics" | "keysMaintainedAt" | "subscriptions">;
  passport: Passport | null;
}

/** One series of a gauge: its labels and its value. */
type Sample = readonly [labels: Record<string, string>, value: number];

/** A gauge without the prefix of its name. It has no series while `read` returns none. */
interface GaugeSpec {
  name: string;
  help: string;
  labels?: readonly string[];
  read: (observed: Observed) => readonly Sample[];
}

/**
 * Adds the gauges that are read when the metrics are asked for. None asks the database: the metrics are there also while
 * it does not respond. So what concerns the whole store is up to a minute old.
 */
export function addGauges(observed: Observed): void {
  const { registry } = observed.deps.metrics;
  for (const { name, help, labels = [], read } of GAUGES) {
    const gauge = new Gauge({
      name: `regrant_${name}`,
      help,
      labelNames: labels,
      registers: [],
      collect() {
        this.reset();
        const samples = read(observed);
        for (const [of, value] of samples) this.set(of, value);
        // A gauge without labels is 0 after its reset, and here that would be a statement.
        if (samples.length === 0) this.remove({});
      },
    });
    registry.registerMetric(gauge);
  }
}

const GAUGES: readonly GaugeSpec[] = [
  {
    name: "build_info",
    help: "Always 1: the version of the program and the engine of its store.",
    labels: ["version", "engine"],
    read: ({ config }) => [[{ version: VERSION, engine: databaseEngine(config.database) }, 1]],
  },
  // The store: every process says the same.
  {
    name: "active_grants",
    help: "Active grants of the store, as the last whole sweep counted them.",
    read: ({ maintenance }) => ofOne(maintenance.statistics?.activeGrants?.count),
  },
  {
    name: "sweep_last_success_timestamp_seconds",
    help: "When a whole sweep of the store, which counts its active grants, last ended, on any node.",
    read: ({ maintenance }) => ofOne(seconds(maintenance.statistics?.activeGrants?.countedAt)),
  },
  {
    name: "database_size_bytes",
    help: "Size of the store's database.",
    read: ({ maintenance }) => ofOne(maintenance.statistics?.bytes),
  },
  {
    name: "key_active_timestamp_seconds",
    help: "When the newest signing key, and the newest MAC key of refresh tokens, came or will come into force.",
    labels: ["key"],
    read: (observed) => newestKeys(observed, () => 0),
  },
  {
    name: "key_rotation_due_timestamp_seconds",
    help: "When the newest key must have a successor in force.",
    labels: ["key"],
    read: (observed) => newestKeys(observed, (maxAge) => maxAge),
  },
  {
    name: "signing_keys_published",
    help: "Signing keys in the JWKS: the one in force, the next one, and those whose tokens have not expired.",
    read: ({ deps }) => ofOne(deps.keys.published.length),
  },
  {
    name: "subscription_lag_seconds",
    help: "Age of the oldest event that an enabled subscription has not passed, the greatest of all; up to a minute while nothing is for it.",
    read: ({ deps, maintenance }) => ofOne(greatestLag(maintenance.subscriptions.states, deps.store.now())),
  },
  {
    name: "dead_letters",
    help: "Events that subscriptions were not given after the last attempt; of one subscription up to 10,000 are counted.",
    read: ({ maintenance }) =>
      ofOne(maintenance.subscriptions.states.reduce((sum, { deadLetters }) => sum + deadLetters, 0)),
  },
  // This process.
  {
    name: "requests_in_flight",
    help: "Requests that have no response yet.",
    read: ({ deps }) => ofOne(deps.metrics.inFlight.requests),
  },
  {
    name: "key_maintenance_last_success_timestamp_seconds",
    help: "When this process last checked the age of the keys.",
    read: ({ maintenance }) => ofOne(seconds(maintenance.keysMaintainedAt)),
  },
  {
    name: "store_operations_in_flight",
    help: "Operations of the store that wait or run.",
    read: ({ deps }) => ofOne(deps.store.load().operations),
  },
  {
    name: "database_connections",
    help: "Open connections by pool, in use or idle.",
    labels: ["pool", "state"],
    read: (observed) =>
      poolsOf(observed).flatMap(({ name: pool, used, idle }) => [
        [{ pool, state: "used" }, used],
        [{ pool, state: "idle" }, idle],
      ]),
  },
  {
    name: "database_connections_max",
    help: "The largest number of connections of a pool.",
    labels: ["pool"],
    read: (observed) => poolsOf(observed).map(({ name: pool, max }) => [{ pool }, max]),
  },
  {
    name: "database_connections_pending",
    help: "Uses that wait for a connection of a pool.",
    labels: ["pool"],
    read: (observed) => poolsOf(observed).map(({ name: pool, pending }) => [{ pool }, pending]),
  },
  {
    name: "password_checks_waiting",
    help: "Checks of passwords and secrets that wait for a thread, of 64 at most.",
    read: () => ofOne(passwordChecksWaiting()),
  },
  {
    name: "revocation_readers_waiting",
    help: "Resource servers whose request to the revocation feed waits for the next revocation.",
    read: ({ deps }) => ofOne(deps.revocations.waiting),
  },
  {
    name: "throttle_keys",
    help: "Keys that a throttle of this process counted for the first time in this minute, of 50,000 at most.",
    labels: ["throttle"],
    read: ({ deps }) =>
      Object.entries(throttleLoads(deps.throttles)).map(([throttle, { keys }]) => [{ throttle }, keys]),
  },
  {
    name: "throttle_blocked_keys",
    help: "Keys that a throttle of this process blocks.",
    labels: ["throttle"],
    read: ({ deps }) =>
      Object.entries(throttleLoads(deps.throttles)).map(([throttle, { blocked }]) => [{ throttle }, blocked]),
  },
];

/** s; 0: none has anything waiting. @param now ms */
function greatestLag(states: readonly SubscriptionState[], now: number): number {
  const waiting = states
    .filter(({ status }) => status === "enabled")
    .map(({ waitingSince }) => waitingSince ?? now);
  return Math.max(0, ...waiting.map((since) => (now - since) / 1000));
}

/** The one series of a gauge without labels; undefined: it has none. */
function ofOne(value: number | undefined): Sample[] {
  return value === undefined ? [] : [[{}, value]];
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/** When the newest key of each kind came into force, and `later(maxAge)` s after it. */
function newestKeys({ deps, config }: Observed, later: (maxAge: number) => number): Sample[] {
  const { signing, mac } = deps.keys.newest;
  return [
    ...ofKey("signing", signing, later(config.signingKeyMaxAge)),
    ...ofKey("mac", mac, later(config.macKeyMaxAge)),
  ];
}

function ofKey(key: string, newest: { activeAt: number } | undefined, later: number): Sample[] {
  return newest === undefined ? [] : [[{ key }, newest.activeAt / 1000 + later]];
}

function poolsOf({ deps, passport }: Observed): readonly PoolLoad[] {
  const laravel = passport?.rows?.load();
  return [...deps.store.load().pools, ...(laravel === undefined ? [] : [laravel])];
}
