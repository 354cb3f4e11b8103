import type { Event, Subscription } from "../store/store.ts";

/** What an attempt came to. Texts are for operators: no secret, and no part of a URL. */
export type Delivery =
  /** `progress` is stored with the cursor; left out: what is stored stays. */
  | { outcome: "delivered"; progress?: unknown }
  /**
   * `retryAfter`: the receiver asks for so much time, s. `isFinal`: it will never take this event, which becomes a dead
   * letter at once.
   */
  | { outcome: "failed"; error: string; retryAfter?: number | undefined; isFinal?: boolean }
  /** The receiver wants no more events: the subscription is disabled. */
  | { outcome: "gone"; reason: string };

/** How subscriptions of one kind are sent events. */
export interface Sender {
  /** Whether a subscription is sent this event. */
  takes(event: Event, subscription: Subscription): boolean;
  /**
   * Sends one event. It may be called again for the same event, by another process too.
   *
   * @param signal ends the attempt
   */
  deliver(subscription: Subscription, event: Event, signal: AbortSignal): Promise<Delivery>;
}
