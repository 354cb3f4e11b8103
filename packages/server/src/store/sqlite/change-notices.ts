import type { DatabaseSync } from "node:sqlite";
import type { Transaction } from "./write-queue.ts";

/** How often another process's changes are looked for, ms: they must be seen within a second. */
const POLL_INTERVAL = 250;

/**
 * Notifies listeners that clients or keys changed. A change of this process increments the store's revision in its own
 * transaction and is notified after the commit. One of another process is found by polling `PRAGMA data_version`, which
 * changes with every commit of others, and then the revision, which changes with clients and keys only.
 */
export class ChangeNotices {
  readonly #listeners = new Set<() => void>();
  readonly #bump;
  readonly #revision;
  readonly #dataVersion;
  readonly #timer: NodeJS.Timeout;
  #seenDataVersion: unknown;
  #seenRevision: unknown;

  constructor(database: DatabaseSync) {
    this.#bump = database.prepare("UPDATE meta SET value = value + 1 WHERE key = 'revision' RETURNING value");
    this.#revision = database.prepare("SELECT value FROM meta WHERE key = 'revision'");
    this.#dataVersion = database.prepare("PRAGMA data_version");
    this.#seenDataVersion = this.#dataVersion.get()?.["data_version"];
    this.#seenRevision = this.#revision.get()?.["value"];
    this.#timer = setInterval(() => this.#poll(), POLL_INTERVAL);
    this.#timer.unref();
  }

  /** @returns the function that stops the listening */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be called inside the transaction that changes clients or keys; listeners hear of it after the commit. */
  changed(transaction: Transaction): void {
    const revision = this.#bump.get()?.["value"];
    transaction.afterCommit(() => {
      this.#seenRevision = revision;
      this.#tell();
    });
  }

  /** Stops polling and forgets the listeners. */
  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #poll(): void {
    let revision: unknown;
    try {
      const dataVersion = this.#dataVersion.get()?.["data_version"];
      if (dataVersion === this.#seenDataVersion) return;
      revision = this.#revision.get()?.["value"];
      this.#seenDataVersion = dataVersion;
    } catch {
      return; // Another process holds the whole file for a moment; the next poll finds the change.
    }
    if (revision === this.#seenRevision) return;
    this.#seenRevision = revision;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
