import { OAuthError } from "../errors/oauth-error.ts";
import { StoreBusyError } from "../store/store.ts";
import type { FailureStore } from "../store/store.ts";
import { FailureWindow, sharedKey, WINDOW } from "./failure-window.ts";

type Kind = "device_requests" | "user_codes" | "registrations" | "metadata_documents";

/**
 * How often one thing may be done in a minute: counted in this process's memory, and in a store that several nodes
 * share. Who is counted, by a key, is the caller's choice.
 */
export class Limit {
  readonly #kind: Kind;
  readonly #window: FailureWindow;
  readonly #shared: FailureStore | null;

  constructor(kind: Kind, perMinute: number, shared: FailureStore | null) {
    this.#kind = kind;
    this.#window = new FailureWindow(perMinute);
    this.#shared = shared;
  }

  /** @throws OAuthError `invalid_request` with 429 if one of the keys has used up its minute */
  check(...keys: readonly string[]): void {
    const wait = Math.max(...keys.map((key) => this.#window.wait(key)));
    if (wait > 0) throw new OAuthError(`too_many_${this.#kind}`, { retryAfter: wait });
  }

  /** Counts one under each key, unless that of one is used up: then it throws as `check` does. */
  async count(...keys: readonly string[]): Promise<void> {
    this.check(...keys);
    for (const key of keys) await this.#window.fail(key);
    if (this.#shared === null) return;
    try {
      const shared = keys.map((key) => sharedKey({ kind: this.#kind, key }));
      const counts = await this.#shared.count(shared, WINDOW);
      counts.forEach(({ count, remaining }, i) => this.#window.learn(keys[i] ?? "", count, remaining));
    } catch (error) {
      // This node's own count stands.
      if (!(error instanceof StoreBusyError)) throw error;
    }
  }
}

export interface Limits {
  /** By network. */
  readonly deviceRequests: Limit;
  /** Wrong user codes, by network and by subject. */
  readonly userCodes: Limit;
  /** By network. */
  readonly registrations: Limit;
  /** Fetches of client ID metadata documents, by the network that named them. */
  readonly documents: Limit;
}

export function createLimits(
  perMinute: {
    deviceRequestsPerMinute: number;
    userCodeFailuresPerMinute: number;
    registrationsPerMinute: number;
  },
  shared: FailureStore | null,
): Limits {
  return {
    deviceRequests: new Limit("device_requests", perMinute.deviceRequestsPerMinute, shared),
    userCodes: new Limit("user_codes", perMinute.userCodeFailuresPerMinute, shared),
    registrations: new Limit("registrations", perMinute.registrationsPerMinute, shared),
    documents: new Limit("metadata_documents", perMinute.registrationsPerMinute, shared),
  };
}
