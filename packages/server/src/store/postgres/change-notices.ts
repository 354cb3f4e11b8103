import type { Client } from "pg";
import type { DatabaseAddress } from "./address.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { Database, Transaction } from "./database.ts";
import type { DatabaseClock } from "./clock.ts";

/** How often the revision is polled, ms: a change must be seen within a second even if its notification is lost. */
const POLL_INTERVAL = 500;
/** The pause before a lost connection for notifications is replaced, ms. */
const LISTEN_PAUSE = 500;

/** The longest time that a timer can hold, ms. */
const FOR_EVER = 2 ** 31 - 1;

const CHANNEL = "regrant_changes";

const BUMP = {
  name: "revision_bump",
  text: "UPDATE meta SET value = value + 1 WHERE key = 'revision' RETURNING value",
};
const NOTIFY = { name: "revision_notify", text: "SELECT pg_notify($1, $2)" };

/**
 * Notifies listeners that clients or keys changed. A change increments the store's revision and notifies the other
 * programs in its own transaction. Notifications are lost with their connection, so the revision is polled as well; the
 * same poll measures the database's clock.
 */
export class ChangeNotices {
  readonly #database: Database;
  readonly #clock: DatabaseClock;
  readonly #address: DatabaseAddress;
  readonly #timeout: number;
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;
  #listening: Promise<void> | undefined;
  #polling = false;
  #seen: number;

  constructor(
    database: Database,
    clock: DatabaseClock,
    listener: { address: DatabaseAddress; timeout: number; revision: number },
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#address = listener.address;
    this.#timeout = listener.timeout;
    this.#seen = listener.revision;
    this.#timer = setInterval(() => void this.#poll(), POLL_INTERVAL).unref();
  }

  /**
   * Listens for notifications from the first listener on; a command that only changes something has none. A session
   * that is lent hears nothing: there the poll alone tells.
   *
   * @returns the function that stops the listening
   */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#address.sessions.persist) this.#listening ??= this.#listen();
    return () => this.#listeners.delete(listener);
  }

  /** Call inside the transaction that changes clients or keys. */
  async changed(transaction: Transaction): Promise<void> {
    const revision = (await transaction.query(BUMP))[0]?.["value"] as number;
    await transaction.query(NOTIFY, [CHANNEL, String(revision)]);
    transaction.afterCommit(() => this.#see(revision));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#listeners.clear();
    this.#isClosed = true;
    this.#closed.resolve();
    await this.#listening;
  }

  async #poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    try {
      this.#see(await this.#clock.measure(this.#database));
    } catch {
      // The store is not reachable; every other operation reports that.
    } finally {
      this.#polling = false;
    }
  }

  async #listen(): Promise<void> {
    const connections = new ConnectionPool(this.#address, { max: 1, timeout: this.#timeout });
    while (!this.#isClosed) {
      await connections.use((client) => this.#hear(client), FOR_EVER).catch(() => {});
      const pause = new Promise<void>((resolve) => void setTimeout(resolve, LISTEN_PAUSE).unref());
      await Promise.race([pause, this.#closed.promise]);
    }
    await connections.close();
  }

  /** Resolves when the connection is lost or the listening stops. */
  async #hear(client: Client): Promise<void> {
    const lost = new Promise<void>((resolve) => void client.once("end", resolve));
    client.on("notification", ({ payload }) => this.#see(Number(payload)));
    await client.query(`LISTEN ${CHANNEL}`);
    // Changes between two connections were not notified.
    await this.#poll();
    await Promise.race([lost, this.#closed.promise]);
  }

  /** A restored or failed-over store may have gone back. */
  #see(revision: number): void {
    if (revision === this.#seen) return;
    this.#seen = revision;
    for (const listener of this.#listeners) listener();
  }
}
