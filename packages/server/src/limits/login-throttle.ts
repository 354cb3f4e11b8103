import { hash } from "node:crypto";
import { StoreBusyError } from "../store/store.ts";
import type { FailureStore } from "../store/store.ts";
import { FailureWindow, network, sharedKey, WINDOW } from "./failure-window.ts";

export interface AttemptLimits {
  /** Wrong secrets for one client from one address. */
  clientFailuresPerMinute: number;
  /** Wrong passwords for one username from one address, in a minute. */
  usernameFailuresPerAddress: number;
  /** Wrong passwords for one username from anywhere. */
  usernameFailuresPerMinute: number;
}

/** An address may fail this many times what it may fail for one username: each check costs 20 MiB and much CPU. */
const USERNAMES_PER_ADDRESS = 10;

/** Authorization requests that an address may push in the name of public clients, a minute. */
const PUSHES_PER_ADDRESS = 60;

const RECENT_SUCCESS = 30 * 24 * 3600 * 1000;
const MAX_REMEMBERED_USERNAMES = 10_000;
const MAX_REMEMBERED_ADDRESSES = 16;

/**
 * Counts failed secrets and passwords in this process's memory, and in a store that several nodes share, and says who
 * has to wait. Whether somebody is blocked is asked of the memory alone: of a block made by another node this one
 * learns when it counts the next failure itself. IPv6 addresses count by their /64. It never learns whether a username
 * exists, so it cannot tell.
 */
export class LoginThrottle {
  readonly #clients: FailureWindow;
  readonly #garbage: FailureWindow;
  readonly #usernamesByAddress: FailureWindow;
  readonly #usernames: FailureWindow;
  readonly #addresses: FailureWindow;
  readonly #pushes = new FailureWindow(PUSHES_PER_ADDRESS);
  readonly #successes = new RecentSuccesses();
  readonly #shared: FailureStore | null;
  /** While it is empty, a refresh need not find out who asks. */
  readonly blockedClients: ReadonlyMap<string, unknown>;

  constructor(limits: AttemptLimits, shared: FailureStore | null = null) {
    this.#shared = shared;
    this.#clients = new FailureWindow(limits.clientFailuresPerMinute);
    this.blockedClients = this.#clients.blocked;
    this.#garbage = new FailureWindow(limits.clientFailuresPerMinute);
    this.#usernamesByAddress = new FailureWindow(limits.usernameFailuresPerAddress);
    this.#usernames = new FailureWindow(limits.usernameFailuresPerMinute);
    this.#addresses = new FailureWindow(limits.usernameFailuresPerAddress * USERNAMES_PER_ADDRESS);
  }

  /** How long this address has to wait before it may authenticate as the client that it names; s, 0: go on. */
  clientBlocked(clientId: string, address: string): number {
    return this.#clients.wait(`${clientId} ${network(address)}`);
  }

  /**
   * Counts a failed authentication under the presented id, whether or not there is such a client, and under the address.
   *
   * @returns s to wait; above 0 the address has failed so often, with whatever ids, that this is answered as too many
   */
  async clientFailed(clientId: string, address: string): Promise<number> {
    const from = network(address);
    const wait = this.#clients.wait(from);
    const failed = [{ window: this.#clients, kind: "client", key: `${clientId} ${from}` }];
    if (wait === 0) failed.push({ window: this.#clients, kind: "client", key: from });
    await this.#fail(failed);
    return wait;
  }

  /** How long this client has to wait at this address before another of its old tokens is looked at; s, 0: go on. */
  legacyTokenBlocked(clientId: string, address: string): number {
    return this.#garbage.idle ? 0 : this.#garbage.wait(`${clientId} ${network(address)}`);
  }

  /** Counts a token that looked like one of another service and cost a slow derivation, but was none. */
  async legacyTokenFailed(clientId: string, address: string): Promise<void> {
    await this.#fail([{ window: this.#garbage, kind: "garbage", key: `${clientId} ${network(address)}` }]);
  }

  /**
   * How long this address has to wait before it may try the username again; s, 0: go on. Above the limit for a
   * username from anywhere, or for an address whatever the usernames, those go on that knew the username's password at
   * this address in the last 30 days.
   */
  usernameBlocked(username: string, address: string): number {
    if (this.#usernamesByAddress.idle && this.#usernames.idle && this.#addresses.idle) return 0;
    const name = usernameKey(username);
    const from = network(address);
    const here = this.#usernamesByAddress.wait(`${name} ${from}`);
    const strange = Math.max(this.#usernames.wait(name), this.#addresses.wait(from));
    return strange > here && !this.#successes.has(name, from) ? strange : here;
  }

  /** Counts a wrong password, or an unknown username. */
  async usernameFailed(username: string, address: string): Promise<void> {
    const name = usernameKey(username);
    const from = network(address);
    await this.#fail([
      { window: this.#usernamesByAddress, kind: "username at address", key: `${name} ${from}` },
      { window: this.#usernames, kind: "username", key: name },
      { window: this.#addresses, kind: "usernames of address", key: from },
    ]);
  }

  /**
   * Counts an authorization request that anybody could have pushed (RFC 9126).
   *
   * @returns s to wait, 0: go on
   */
  async pushed(address: string): Promise<number> {
    const from = network(address);
    const wait = this.#pushes.wait(from);
    if (wait === 0) await this.#fail([{ window: this.#pushes, kind: "pushes of address", key: from }]);
    return wait;
  }

  async #fail(failed: readonly Failed[]): Promise<void> {
    const counted: Failed[] = [];
    for (const one of failed) if (await one.window.fail(one.key)) counted.push(one);
    if (this.#shared === null || counted.length === 0) return;
    try {
      const counts = await this.#shared.count(counted.map(sharedKey), WINDOW);
      counted.forEach(({ window, key }, i) => {
        const { count = 0, remaining = 0 } = counts[i] ?? {};
        window.learn(key, count, remaining);
      });
    } catch (error) {
      // This node's own count stands.
      if (!(error instanceof StoreBusyError)) throw error;
    }
  }

  /** Remembers that the password was known at this address. */
  usernameSucceeded(username: string, address: string): void {
    this.#successes.add(usernameKey(username), network(address));
  }
}

/** One failure counts under several keys. */
interface Failed {
  window: FailureWindow;
  kind: string;
  key: string;
}

/** Where a username's password was known: the last 16 addresses of the last 10,000 usernames. */
class RecentSuccesses {
  /** By username, then by network: when, ms. Both maps have the least recent first. */
  readonly #seen = new Map<string, Map<string, number>>();

  add(name: string, from: string): void {
    const networks = this.#seen.get(name) ?? new Map<string, number>();
    putLast(networks, from, Date.now(), MAX_REMEMBERED_ADDRESSES);
    putLast(this.#seen, name, networks, MAX_REMEMBERED_USERNAMES);
  }

  has(name: string, from: string): boolean {
    const at = this.#seen.get(name)?.get(from);
    return at !== undefined && Date.now() - at < RECENT_SUCCESS;
  }
}

/** Maps keep the order of insertion, so the first key is the one that was put longest ago. */
function putLast<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > limit && oldest !== undefined) map.delete(oldest);
}

/** Of fixed length. What a store takes for one username (NFC, lower case) has one key, look-alikes often too. */
function usernameKey(username: string): string {
  const name = username.trim().normalize("NFC").toLowerCase().normalize("NFKC");
  return hash("sha256", name, "base64url");
}
