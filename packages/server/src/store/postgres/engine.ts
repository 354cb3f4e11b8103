import type { Store, StoreOptions } from "../store.ts";
import { accountStore } from "./accounts.ts";
import { serversOf } from "./address.ts";
import type { ServerUrl } from "./address.ts";
import { Changes } from "./changes.ts";
import { clientStore } from "./clients.ts";
import { DatabaseClock } from "./clock.ts";
import { codeStore } from "./codes.ts";
import { connectToPrimary, disconnect } from "./connect.ts";
import { consentStore } from "./consents.ts";
import { Database } from "./database.ts";
import { deviceStore } from "./devices.ts";
import { eventStore, eventWriter } from "./events.ts";
import { failureStore } from "./failures.ts";
import { grantStore } from "./grants.ts";
import { keyStore } from "./keys.ts";
import { loginStore } from "./logins.ts";
import { migrate } from "./migrate.ts";
import { pushedRequestStore } from "./pushed-requests.ts";
import { replayer } from "./replay.ts";
import { registrationStore } from "./registrations.ts";
import { signInStore } from "./sign-ins.ts";
import { Sweeper } from "./sweep.ts";
import { InFlight } from "./in-flight.ts";

export interface PostgresOptions extends StoreOptions {
  /** How long an operation waits for a lock, a statement or a connection before it rejects with StoreBusyError, ms. */
  busyTimeout?: number;
  /** Connections at most, beside one for the batches, one for notifications and one for the sweeper. */
  connections?: number;
}

const PING = { name: "ping", text: "UPDATE meta SET value = value + 1 WHERE key = 'pinged'" };

/**
 * Opens the database that a `postgres://` URL names, and makes its tables. Any number of programs may open the same
 * one. Of several hosts, the one that takes writes is used, now and after a failover.
 *
 * @throws Error if no server can be reached, or a newer program wrote the database
 */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<Store> {
  const { onEvent = () => {}, onBatch = () => {}, busyTimeout = 5000, connections = 4 } = options;
  const servers = serversOf(url);
  await prepare(servers);

  const clock = new DatabaseClock(options.now);
  const database = new Database(servers, { now: options.now, onBatch, timeout: busyTimeout, connections });
  const revision = await clock.measure(database);
  const changes = new Changes(database, clock, { servers, timeout: busyTimeout, revision });
  const events = eventWriter(onEvent);
  const sweeper = new Sweeper(database, servers, busyTimeout);
  const underWay = new InFlight();
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await underWay.close();
    await Promise.all([changes.close(), sweeper.close(), database.close()]);
  }

  const replay = replayer(database, events, changes);
  return {
    grants: underWay.through(grantStore(database, events)),
    clients: underWay.through(clientStore(database, events, changes)),
    accounts: underWay.through(accountStore(database, events)),
    signIns: underWay.through(signInStore(database, events)),
    logins: underWay.through(loginStore(database, events)),
    consents: underWay.through(consentStore(database, events)),
    codes: underWay.through(codeStore(database, events)),
    pushedRequests: underWay.through(pushedRequestStore(database)),
    devices: underWay.through(deviceStore(database, events)),
    registrations: underWay.through(registrationStore(database, events, changes)),
    keys: underWay.through(keyStore(database, events, changes)),
    events: underWay.through(eventStore(database, events, replay)),
    failures: underWay.through(failureStore(database)),
    now: clock.now,
    watch: (onChange) => changes.watch(onChange),
    sweep: (limits) => underWay.run(() => sweeper.sweep(limits)),
    ping: () => underWay.run(async () => void (await database.read((query) => query(PING)))),
    close: () => (closing ??= close()),
  };
}

/** Makes or updates the tables, on a connection without time limits. */
async function prepare(servers: readonly ServerUrl[]): Promise<void> {
  const { client } = await connectToPrimary(servers, 0, 0);
  try {
    await migrate(client);
  } finally {
    await disconnect(client);
  }
}
