import type { Store, StoreOptions } from "../store.ts";
import { accountStore } from "./accounts.ts";
import { activityStore } from "./activity.ts";
import { addressOf } from "./address.ts";
import type { DatabaseAddress } from "./address.ts";
import { ChangeNotices } from "./change-notices.ts";
import { clientStore } from "./clients.ts";
import { DatabaseClock } from "./clock.ts";
import { codeStore } from "./codes.ts";
import { connectToPrimary, disconnect } from "./connect.ts";
import { consentStore } from "./consents.ts";
import { Database } from "./database.ts";
import { deviceStore } from "./devices.ts";
import { EndsIndex } from "./ends-index.ts";
import { eventStore, eventWriter } from "./events.ts";
import { failureStore } from "./failed-attempts.ts";
import { grantStore } from "./grants.ts";
import { idempotentResponseStore } from "./idempotent-responses.ts";
import { keyStore } from "./keys.ts";
import { refuseLentSessions } from "./lent-sessions.ts";
import { loginStore } from "./logins.ts";
import { migrate, requireSchema } from "./migrate.ts";
import { pushedRequestStore } from "./pushed-requests.ts";
import { replayer } from "./replay.ts";
import { registrationStore } from "./registrations.ts";
import { signInStore } from "./sign-ins.ts";
import { readStatistics } from "./statistics.ts";
import { subscriptionStore } from "./subscriptions.ts";
import { Sweeper } from "./sweep.ts";
import { InFlight } from "./in-flight.ts";
import { usedTokenStore } from "./used-tokens.ts";

/** Options of this engine, beside those of all. */
export interface PostgresOptions extends StoreOptions {
  /** How long an operation waits for a lock, a statement or a connection before it rejects with StoreBusyError, ms. */
  busyTimeout?: number;
  /** The largest number of connections, beside one for the batches and one for notifications. */
  connections?: number;
}

const PING = { name: "ping", text: "UPDATE meta SET value = value + 1 WHERE key = 'pinged'" };

/**
 * Opens the database that a `postgres://` URL names, and creates its tables. Any number of programs may open the same
 * one. Of several hosts, the one that takes writes is used, now and after a failover.
 *
 * @throws Error if no server can be reached, the schema is of no use to this program (`planMigrations`), or a pooler
 *   lends its sessions and the URL does not say so
 */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<Store> {
  const { onEvent = () => {}, onBatch = () => {}, busyTimeout = 5000, connections = 4 } = options;
  const { now, traceBatch } = options;
  const address = addressOf(url);
  await (options.readOnly ? requireTables(address) : prepare(address, options.besideOthers));

  const clock = new DatabaseClock(now);
  const database = new Database(address, { now, onBatch, traceBatch, timeout: busyTimeout, connections });
  const revision = await clock.measure(database);
  const changes = new ChangeNotices(database, clock, { address, timeout: busyTimeout, revision });
  const events = eventWriter(onEvent);
  const byEnd = new EndsIndex(address);
  const sweeper = new Sweeper(database, byEnd);
  const inFlight = new InFlight();
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await inFlight.close();
    await sweeper.close();
    await byEnd.close();
    await Promise.all([changes.close(), database.close()]);
  }

  const replay = replayer(database, events, changes);
  return {
    grants: inFlight.wrap(grantStore(database, events, byEnd)),
    clients: inFlight.wrap(clientStore(database, events, changes)),
    accounts: inFlight.wrap(accountStore(database, events)),
    signIns: inFlight.wrap(signInStore(database, events)),
    logins: inFlight.wrap(loginStore(database, events)),
    consents: inFlight.wrap(consentStore(database, events)),
    codes: inFlight.wrap(codeStore(database, events)),
    pushedRequests: inFlight.wrap(pushedRequestStore(database)),
    devices: inFlight.wrap(deviceStore(database, events)),
    registrations: inFlight.wrap(registrationStore(database, events, changes)),
    keys: inFlight.wrap(keyStore(database, events, changes)),
    events: inFlight.wrap(eventStore(database, events, replay)),
    subscriptions: inFlight.wrap(subscriptionStore(database, events)),
    idempotentResponses: inFlight.wrap(idempotentResponseStore(database)),
    usedTokens: inFlight.wrap(usedTokenStore(database)),
    activity: inFlight.wrap(activityStore(database)),
    failures: inFlight.wrap(failureStore(database)),
    now: clock.now,
    watch: (onChange) => changes.watch(onChange),
    sweep: (limits) => inFlight.run(() => sweeper.sweep(limits)),
    statistics: () => inFlight.run(() => database.read(readStatistics)),
    load: () => ({ operations: inFlight.size, pools: database.pools() }),
    ping: () => inFlight.run(async () => void (await database.read((query) => query(PING)))),
    close: () => (closing ??= close()),
  };
}

/** Checks the tables. The port's operations that read write nothing. */
async function requireTables(address: DatabaseAddress): Promise<void> {
  const { client } = await connectToPrimary(address, 0, 0);
  try {
    await requireSchema(client);
  } finally {
    await disconnect(client);
  }
}

/** Creates or updates the tables, on a connection without time limits. */
async function prepare(address: DatabaseAddress, besideOthers: boolean | undefined): Promise<void> {
  const examine = address.sessions.persist ? refuseLentSessions : undefined;
  const { client } = await connectToPrimary(address, 0, 0, examine);
  try {
    await migrate(client, address.sessions, { besideOthers });
  } finally {
    await disconnect(client);
  }
}
