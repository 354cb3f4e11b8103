import { hash } from "node:crypto";
import type { FailureStore } from "../store/store.ts";
import { network } from "./network.ts";
import { QueueByKey } from "./queue.ts";
import { RecentMap } from "./recent-map.ts";
import { Throttle } from "./throttle.ts";

/** The limits on wrong passwords, from the settings of the same names. */
export interface UsernameLimits {
  /** Wrong passwords for one username from one network, a minute. */
  usernameFailuresPerAddress: number;
  /** Wrong passwords for one username from anywhere, a minute. */
  usernameFailuresPerMinute: number;
}

/** A network may fail this many times what it may for one username before its checks are slowed down. */
const USERNAMES_PER_ADDRESS = 10;

/** How long a success is remembered, ms. */
const RECENT_SUCCESS = 30 * 24 * 3600 * 1000;
const MAX_REMEMBERED_USERNAMES = 10_000;
const MAX_REMEMBERED_ADDRESSES = 16;

const cause = "too_many_failures";

/** Throttles wrong passwords. It counts unknown usernames as well, so its responses do not tell which ones exist. */
export class UsernameThrottle {
  /** Checks at networks that are slowed down: one at a time of each, and few wait. */
  readonly slowed = new QueueByKey(1, 16);
  readonly #byUsernameAndNetwork: Throttle;
  readonly #byUsername: Throttle;
  readonly #byNetwork: Throttle;
  readonly #successes = new RecentSuccesses();

  constructor(limits: UsernameLimits, shared: FailureStore | null = null) {
    const { usernameFailuresPerAddress: perAddress, usernameFailuresPerMinute: perMinute } = limits;
    const name = "username and network";
    this.#byUsernameAndNetwork = new Throttle({ cause, name, perMinute: perAddress, shared });
    this.#byUsername = new Throttle({ cause, name: "username", perMinute, shared });
    const perNetwork = perAddress * USERNAMES_PER_ADDRESS;
    this.#byNetwork = new Throttle({ cause, name: "usernames of network", perMinute: perNetwork, shared });
  }

  /** The throttles that it is made of. */
  get throttles(): Record<string, Throttle> {
    return {
      usernames_of_networks: this.#byUsernameAndNetwork,
      usernames: this.#byUsername,
      networks: this.#byNetwork,
    };
  }

  /**
   * How long this address has to wait before it may try the username again; s, 0: not at all. Above the limit for a
   * username from anywhere, an address where the username's password was right in the last 30 days need not wait.
   */
  wait(username: string, address: string): number {
    if (this.#byUsernameAndNetwork.isIdle && this.#byUsername.isIdle) return 0;
    const name = usernameKey(username);
    const from = network(address);
    const here = this.#byUsernameAndNetwork.wait(`${name} ${from}`);
    const anywhere = this.#byUsername.wait(name);
    return anywhere > here && !this.#successes.has(name, from) ? anywhere : here;
  }

  /**
   * Whether this network failed too often, whatever the usernames. Its passwords are checked all the same, slowly: the
   * failures may be another user's. False where this username's password was right in the last 30 days.
   */
  isSlowed(username: string, address: string): boolean {
    const from = network(address);
    return this.#byNetwork.wait(from) > 0 && !this.#successes.has(usernameKey(username), from);
  }

  /** Counts a wrong password, or an unknown username. */
  async failed(username: string, address: string): Promise<void> {
    const name = usernameKey(username);
    const from = network(address);
    await Throttle.countAll([
      { throttle: this.#byUsernameAndNetwork, key: `${name} ${from}` },
      { throttle: this.#byUsername, key: name },
      { throttle: this.#byNetwork, key: from },
    ]);
  }

  /** Remembers that the password was right at this address. */
  succeeded(username: string, address: string): void {
    this.#successes.add(usernameKey(username), network(address));
  }
}

/** Where a username's password was right: the last 16 networks of the last 10,000 usernames. */
class RecentSuccesses {
  /** By username, then by network: when, ms. */
  readonly #seen = new RecentMap<RecentMap<number>>(MAX_REMEMBERED_USERNAMES);

  add(name: string, from: string): void {
    const networks = this.#seen.get(name) ?? new RecentMap<number>(MAX_REMEMBERED_ADDRESSES);
    networks.put(from, Date.now());
    this.#seen.put(name, networks);
  }

  has(name: string, from: string): boolean {
    const at = this.#seen.get(name)?.get(from);
    return at !== undefined && Date.now() - at < RECENT_SUCCESS;
  }
}

/** Of fixed length. What a store takes for one username (NFC, lower case) has one key, look-alikes often too. */
function usernameKey(username: string): string {
  const name = username.trim().normalize("NFC").toLowerCase().normalize("NFKC");
  return hash("sha256", name, "base64url");
}
