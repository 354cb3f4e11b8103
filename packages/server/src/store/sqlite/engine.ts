import { closeSync, existsSync, lstatSync, mkdirSync, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { NoTablesError } from "../schema.ts";
import type { Store, StoreOptions } from "../store.ts";
import { accountStore } from "./accounts.ts";
import { activityStore } from "./activity.ts";
import { ChangeNotices } from "./change-notices.ts";
import { clientStore } from "./clients.ts";
import { codeStore } from "./codes.ts";
import { consentStore } from "./consents.ts";
import { deviceStore } from "./devices.ts";
import { eventStore, prepareEvents } from "./events.ts";
import { grantStore } from "./grants.ts";
import { idempotentResponseStore } from "./idempotent-responses.ts";
import { keyStore } from "./keys.ts";
import { loginStore } from "./logins.ts";
import { migrate, requireSchema } from "./migrate.ts";
import { pushedRequestStore } from "./pushed-requests.ts";
import { prepareReplay } from "./replay.ts";
import { registrationStore } from "./registrations.ts";
import { signInStore } from "./sign-ins.ts";
import { prepareGrantCount } from "./statistics.ts";
import { subscriptionStore } from "./subscriptions.ts";
import { sweeper } from "./sweep.ts";
import { usedTokenStore } from "./used-tokens.ts";
import { WriteQueue } from "./write-queue.ts";

/** Options of this engine, beside those of all. */
interface SqliteOptions extends StoreOptions {
  /** How long an operation waits for another process's lock before it rejects with StoreBusyError, ms. */
  busyTimeout?: number;
}

/**
 * Opens the database at `path`, and creates it and its folder if needed. Several processes of one machine may open the
 * same file: writes take turns by SQLite's lock, and each process polls for the others' changes.
 *
 * @throws Error if the schema is of no use to this program (`planMigrations`, `requireReadable`), or the file is not a
 *   database; with `readOnly`, `NoTablesError`
 */
export async function openSqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  const { now = Date.now, onEvent = () => {}, onBatch = () => {}, traceBatch, busyTimeout = 5000 } = options;
  const database = options.readOnly
    ? openToRead(path, busyTimeout)
    : openDatabase(path, busyTimeout, options.besideOthers);
  const queue = new WriteQueue(database, { now, onBatch, traceBatch, name: basename(path), busyTimeout });
  const changes = new ChangeNotices(database);
  const events = prepareEvents(database, onEvent);
  const replay = prepareReplay(database, queue, events, changes);
  const grantCount = prepareGrantCount(database);
  const probe = database.prepare("UPDATE meta SET value = value WHERE key = 'revision'");
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    // Members run in order, so when this empty one is through, so is everything before it.
    await queue.write(() => {}).catch(() => {});
    changes.close();
    database.close();
  }

  return {
    grants: grantStore(database, queue, events, now),
    clients: clientStore(database, queue, events, changes),
    accounts: accountStore(database, queue, events),
    signIns: signInStore(database, queue, events, now),
    logins: loginStore(database, queue, events),
    consents: consentStore(database, queue, events),
    codes: codeStore(database, queue, events),
    pushedRequests: pushedRequestStore(database, queue, now),
    devices: deviceStore(database, queue, events, now),
    registrations: registrationStore(database, queue, events, changes),
    keys: keyStore(database, queue, events, changes),
    events: eventStore(database, queue, events, replay),
    subscriptions: subscriptionStore(database, queue, events, now),
    idempotentResponses: idempotentResponseStore(database, queue),
    usedTokens: usedTokenStore(database, queue),
    activity: activityStore(database, queue),
    failures: null,
    now,
    watch: (onChange) => changes.watch(onChange),
    sweep: sweeper(database, queue),
    statistics: () => queue.read(grantCount.read),
    load: () => ({ operations: queue.length, pools: [] }),
    ping: () => queue.write(() => void probe.run()),
    close: () => (closing ??= close()),
  };
}

/** SQLite refuses every write of this connection. */
function openToRead(path: string, busyTimeout: number): DatabaseSync {
  if (!existsSync(path)) throw new NoTablesError();
  const database = new DatabaseSync(path, { timeout: busyTimeout, readOnly: true });
  try {
    requireSchema(database);
    database.exec("PRAGMA busy_timeout = 0");
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/**
 * Root runs commands on the database of a service that has a user of its own. Were that broken into, a link in the place
 * of the database would have root make a file of any name. Links in a path's folders, and root's own, are followed.
 *
 * @throws Error
 */
function refuseOthersLink(path: string): void {
  if (process.geteuid?.() !== 0) return;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && found.uid !== 0)
    throw new Error(`The database ${path} is a link that another user made, so root does not open it.`);
}

function openDatabase(path: string, busyTimeout: number, besideOthers?: boolean): DatabaseSync {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  refuseOthersLink(path);
  // The -wal and -shm files get the same mode: other users of the machine must not read hashes and wrapped keys.
  if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
  // While opening, waiting for a lock may block: nothing is served yet.
  const database = new DatabaseSync(path, { timeout: busyTimeout });
  try {
    // WAL: readers do not wait for the writer. FULL: a commit is on the disk before the response is sent, since a
    // refresh token that was rotated must stay rotated.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    migrate(database, besideOthers);
    // From here on the write queue waits for locks: SQLite's own wait would block the event loop.
    database.exec("PRAGMA busy_timeout = 0");
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}
