import { storeError } from "./errors.ts";

/** Operations in flight: converts their errors to those of the port, and closes after the last one. */
export class InFlight {
  readonly #operations = new Set<Promise<unknown>>();
  #closed = false;

  /** Operations that have begun and not ended. */
  get size(): number {
    return this.#operations.size;
  }

  /** The same methods, each counted while it runs. */
  wrap<T extends object>(methods: T): T {
    const counted = Object.entries(methods as Record<string, (...args: unknown[]) => Promise<unknown>>).map(
      ([name, method]) => [name, (...args: unknown[]) => this.run(() => method(...args))] as const,
    );
    return Object.fromEntries(counted) as T;
  }

  /** Starts an operation. Its error becomes that of the port (`storeError`); after `close` it is not started. */
  run<T>(start: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error("the store is closed"));
    const operation = start().catch((error: unknown) => {
      throw storeError(error);
    });
    this.#operations.add(operation);
    const over = () => this.#operations.delete(operation);
    operation.then(over, over);
    return operation;
  }

  /** Rejects further operations, and waits for those in flight. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#operations.size > 0) await Promise.allSettled(this.#operations);
  }
}
