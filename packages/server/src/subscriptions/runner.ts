import { randomUUID } from "node:crypto";
import type { Event, SubscriptionKind, SubscriptionState } from "../store/store.ts";
import { PAGE, readEvents } from "./read-events.ts";
import type { Sender } from "./sender.ts";
import { Session } from "./session.ts";
import type { SessionParts } from "./session.ts";

/** The most subscriptions that there may be: so many are sent to at once by one process at most. */
export const MOST_SUBSCRIPTIONS = 100;

/** How often the store is read for events of other processes, and for attempts that are due, ms. */
const POLL = 1000;
/** Events that are not for a subscription are passed in the store after this time, or by the page, ms. */
const PASS_AFTER = 60_000;

/** The sender of each kind. Kinds without one are fetched by their receivers. */
export type Senders = Partial<Record<SubscriptionKind, Sender>>;

/**
 * Sends subscriptions their events: each exactly in order, each event at least once. Every process of a store runs one;
 * leases in the store decide which of them sends. An event of this process is sent at once, those of others within a
 * second. Subscriptions do not wait for one another.
 */
export class SubscriptionRunner {
  readonly #parts: SessionParts;
  readonly #senders: Senders;
  /** This process, in leases. */
  readonly #by = randomUUID();
  readonly #running = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #states: readonly SubscriptionState[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #woken = false;
  #isFailing = false;

  constructor(parts: SessionParts, senders: Senders) {
    this.#parts = parts;
    this.#senders = senders;
  }

  /** All subscriptions, as they were a second ago at most. */
  get states(): readonly SubscriptionState[] {
    return this.#states;
  }

  /** Starts sending. */
  start(): void {
    this.#timer = setInterval(() => void this.look(), POLL).unref();
    void this.look();
  }

  /** To be called after the commit of an event of this process. */
  wake(event: Event): void {
    const isTaken = (state: SubscriptionState) =>
      state.status === "enabled" && this.#senders[state.kind]?.takes(event, state) === true;
    // The poll finds new subscriptions, and passes what is not for any.
    if (event.type.startsWith("subscription.") || this.#states.some(isTaken)) void this.look();
  }

  /** Reads the store once, and again if it was asked to meanwhile; starts what is due. */
  look(): Promise<void> {
    this.#woken = true;
    return (this.#looking ??= this.#lookUntilQuiet().finally(() => (this.#looking = undefined)));
  }

  /** Looks, and waits until nothing is under way; for tests. */
  async settled(): Promise<void> {
    do {
      await this.look();
      await Promise.all(this.#running.values());
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#looking !== undefined || this.#running.size > 0);
  }

  /** Ends attempts under way, which are made again by another process or after the next start, and waits for them. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#looking;
    await Promise.all(this.#running.values());
  }

  async #lookUntilQuiet(): Promise<void> {
    while (this.#woken && !this.#stop.signal.aborted) {
      this.#woken = false;
      try {
        await this.#startDue();
        this.#isFailing = false;
      } catch (error) {
        // Once for each outage: this is tried every second.
        if (!this.#isFailing) this.#parts.log.error({ err: error }, "reading the subscriptions failed");
        this.#isFailing = true;
      }
    }
  }

  async #startDue(): Promise<void> {
    const { store } = this.#parts;
    this.#states = await store.subscriptions.list({ limit: MOST_SUBSCRIPTIONS });
    const now = store.now();
    for (const state of this.#states) {
      const sender = this.#senders[state.kind];
      if (sender === undefined || !isDue(state, now) || this.#running.has(state.id)) continue;
      const run = this.#run(state, sender)
        .catch((error: unknown) => this.#report(state, error))
        .finally(() => this.#running.delete(state.id));
      this.#running.set(state.id, run);
    }
  }

  async #run(state: SubscriptionState, sender: Sender): Promise<void> {
    if (!(await this.#hasWork(state, sender))) return;
    const session = new Session(this.#parts, sender, this.#by, state.id);
    // Events that came while the session ended would wait for the next poll.
    if (await session.run(this.#stop.signal)) setImmediate(() => void this.look());
  }

  /**
   * Whether to take the lease. Events that are not for the subscription are passed a page or a minute at a time, so that
   * they cost no writes.
   */
  async #hasWork(state: SubscriptionState, sender: Sender): Promise<boolean> {
    const { store } = this.#parts;
    if (state.replays || state.failures > 0) return true;
    if (state.waitingSince === null) return false;
    if (store.now() - state.waitingSince >= PASS_AFTER) return true;
    const page = await readEvents(store.events, state.cursor);
    if ("lostBefore" in page) return true;
    return page.events.length === PAGE || page.events.some((event) => sender.takes(event, state));
  }

  #report({ id }: SubscriptionState, error: unknown): void {
    this.#parts.log.error({ err: error, subscription: id }, "sending events failed; it will be tried again");
  }
}

function isDue(state: SubscriptionState, now: number): boolean {
  if (state.status !== "enabled" || !state.free || state.nextAttemptAt > now) return false;
  return state.waitingSince !== null || state.replays;
}
