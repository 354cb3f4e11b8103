import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Event, EventPosition, Store, Subscription } from "../store/store.ts";
import { GIVE_UP_AFTER, waitAfter } from "./backoff.ts";
import { PAGE, readEvents } from "./read-events.ts";
import type { Delivery, Sender } from "./sender.ts";

/**
 * A process that has the lease renews it this often, and a process that died is followed by another one after the lease,
 * ms.
 */
const RENEWAL = 2000;
export const LEASE = 6000;

/** The actor of what a receiver causes. */
const ACTOR = "receiver";

/** What a session works with. */
export interface SessionParts {
  store: Pick<Store, "subscriptions" | "events" | "now">;
  log: Log;
  metrics: Pick<Metrics, "countDelivery">;
}

/**
 * One subscription while this process sends its events: from the lease until nothing is left, an attempt fails, or the
 * lease is lost. Before each event the store has confirmed the lease, so that two processes send at once only if one of
 * them stood still for longer than the lease.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #sender: Sender;
  /** This process. */
  readonly #by: string;
  readonly #id: string;
  /** Ends the attempt under way. */
  readonly #ended = new AbortController();

  constructor(parts: SessionParts, sender: Sender, by: string, id: string) {
    this.#parts = parts;
    this.#sender = sender;
    this.#by = by;
    this.#id = id;
  }

  /**
   * Sends what waits.
   *
   * @param stop ends the attempt under way, which is no failure
   * @returns false: another process has the lease
   * @throws what the store throws; the event under way is sent again then
   */
  async run(stop: AbortSignal): Promise<boolean> {
    const { subscriptions } = this.#parts.store;
    let held = await subscriptions.lease(this.#id, this.#by, LEASE);
    if (held === undefined) return false;
    const end = () => this.#ended.abort();
    stop.addEventListener("abort", end);
    const renewal = setInterval(() => void this.#renew(), RENEWAL).unref();
    try {
      if (stop.aborted) end();
      held = await this.#sendAgain(held);
      while (held?.status === "enabled" && !this.#ended.signal.aborted) held = await this.#sendPage(held);
    } finally {
      clearInterval(renewal);
      stop.removeEventListener("abort", end);
      await subscriptions.release(this.#id, this.#by).catch(() => {});
    }
    return true;
  }

  async #renew(): Promise<void> {
    // A store that does not respond may still do so before the lease ends.
    const held = await this.#parts.store.subscriptions.lease(this.#id, this.#by, LEASE).catch(() => null);
    if (held === undefined) this.#ended.abort();
  }

  /** Sends the dead letters that somebody asked for. Undefined: the session is over. */
  async #sendAgain(subscription: Subscription): Promise<Subscription | undefined> {
    const { subscriptions } = this.#parts.store;
    let held: Subscription | undefined = subscription;
    for (;;) {
      const [letter] = await subscriptions.deadLetters(this.#id, { limit: 1, replays: true });
      if (letter === undefined) return held;
      const { event, eventId } = letter;
      const delivery: Delivery =
        event === undefined
          ? { outcome: "failed", error: "the event is no longer stored" }
          : await this.#attempt(held, event);
      if (delivery.outcome === "gone") return this.#disable(held, delivery.reason);
      if (this.#ended.signal.aborted && delivery.outcome === "failed") return undefined;
      const error = delivery.outcome === "failed" ? delivery.error : undefined;
      await subscriptions.endReplay(this.#id, eventId, error);
      held = await subscriptions.lease(this.#id, this.#by, LEASE);
      if (held === undefined) return undefined;
    }
  }

  /** Undefined: the session is over. */
  async #sendPage(subscription: Subscription): Promise<Subscription | undefined> {
    const page = await readEvents(this.#parts.store.events, subscription.cursor);
    if ("lostBefore" in page) return this.#skipLost(subscription, page.lostBefore);
    let held: Subscription | undefined = subscription;
    let passed: EventPosition | undefined;
    for (const event of page.events) {
      passed = { id: event.id, at: event.at };
      if (!this.#sender.takes(event, held)) continue;
      held = await this.#send(held, event);
      passed = undefined;
      if (held?.status !== "enabled" || this.#ended.signal.aborted) return undefined;
    }
    if (passed !== undefined) held = await this.#advance(passed);
    return page.events.length < PAGE ? undefined : held;
  }

  /** Sends one event, and writes down what came of it. */
  async #send(subscription: Subscription, event: Event): Promise<Subscription | undefined> {
    const delivery = await this.#attempt(subscription, event);
    const cursor = { id: event.id, at: event.at };
    if (delivery.outcome === "delivered") return this.#advance(cursor, delivery.progress);
    if (delivery.outcome === "gone") return this.#disable(subscription, delivery.reason);
    if (this.#ended.signal.aborted) return undefined;
    return this.#failed(subscription, event, delivery);
  }

  async #attempt(subscription: Subscription, event: Event): Promise<Delivery> {
    const { log, metrics } = this.#parts;
    const { signal } = this.#ended;
    const delivery = await this.#sender
      .deliver(subscription, event, signal)
      .catch((error: unknown): Delivery => {
        log.error({ err: error, subscription: this.#id, event_id: event.id }, "sending an event failed");
        return { outcome: "failed", error: "internal error: see the log" };
      });
    if (!signal.aborted) metrics.countDelivery(subscription.kind, delivery.outcome);
    return delivery;
  }

  async #failed(
    { failures: before, kind }: Subscription,
    event: Event,
    { error, retryAfter, isFinal = false }: Extract<Delivery, { outcome: "failed" }>,
  ): Promise<Subscription | undefined> {
    const { store, log, metrics } = this.#parts;
    const failures = before + 1;
    const now = store.now();
    const line = { subscription: this.#id, event_id: event.id, attempts: failures, error };
    if (isFinal || now - event.at >= GIVE_UP_AFTER) {
      metrics.countDelivery(kind, "gave_up");
      log.warn(line, "an event could not be delivered and is a dead letter");
      const cursor = { id: event.id, at: event.at };
      const deadLetter = { attempts: failures, error };
      return store.subscriptions.advance(this.#id, this.#by, { cursor, deadLetter }, LEASE);
    }
    const nextAttemptAt = now + waitAfter(failures, retryAfter);
    log.warn(
      { ...line, next_attempt_at: new Date(nextAttemptAt).toISOString() },
      "an event was not delivered",
    );
    await store.subscriptions.fail(this.#id, this.#by, { error, nextAttemptAt });
    return undefined;
  }

  async #disable({ kind }: Subscription, reason: string): Promise<undefined> {
    const data = { subscription_id: this.#id, kind, reason, actor: ACTOR };
    const change = { status: "disabled", statusReason: reason } as const;
    await this.#parts.store.subscriptions.update(this.#id, change, { type: "subscription.disabled", data });
  }

  /** What was swept cannot be sent; the event tells of it, once. */
  async #skipLost({ cursor, kind }: Subscription, first: Event): Promise<Subscription | undefined> {
    const moved = await this.#advance({ id: first.id - 1, at: 0 });
    if (moved === undefined) return undefined;
    const data = { subscription_id: this.#id, kind, after_id: cursor.id, before_id: first.id };
    await this.#parts.store.events.record({ type: "subscription.events_lost", data });
    return moved;
  }

  #advance(cursor: EventPosition, progress?: unknown): Promise<Subscription | undefined> {
    return this.#parts.store.subscriptions.advance(this.#id, this.#by, { cursor, progress }, LEASE);
  }
}
