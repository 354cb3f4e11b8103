import { AsyncLocalStorage } from "node:async_hooks";

/** Who sent the request that running code works for, as events record it. */
export interface RequestSource {
  /** IP address, as `clientAddress` resolves it; undefined: not known, or not kept. */
  readonly address: string | undefined;
  /** What the program says it is: `User-Agent`, cut and cleaned; undefined: it says nothing, or not kept. */
  readonly userAgent: string | undefined;
  /** Identifies the request in the logs of the proxy and of this service. */
  readonly requestId: string;
}

const sources = new AsyncLocalStorage<RequestSource>();

/**
 * The source of the request that the calling code works for; undefined outside of one. What runs later, for several
 * requests, takes it at the call, as the queues of writes do.
 */
export function currentSource(): RequestSource | undefined {
  return sources.getStore();
}

/** Runs `work`, and what it starts, on behalf of a request. */
export function runFrom<R, A extends unknown[]>(
  source: RequestSource,
  work: (...args: A) => R,
  ...args: A
): R {
  return sources.run(source, work, ...args);
}
