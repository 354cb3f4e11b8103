import { CAUSES } from "./errors/causes.ts";
import { EVENT_TYPES } from "./events/event.ts";
import { ACCEPTED_OUTCOMES } from "./store/grants.ts";
import type { Store } from "./store/store.ts";

/** What is counted for the statistics of administration; the first word of a count's name. */
export const ACTIVITIES = ["refresh", "refusal", "event"] as const;
export type ActivityKind = (typeof ACTIVITIES)[number];

/** The names of one kind, by what is counted. Others are not counted: a name never comes from a request. */
function namesOf(kind: ActivityKind, counted: readonly string[]): ReadonlyMap<string, string> {
  return new Map(counted.map((each) => [each, `${kind}.${each}`]));
}

const REFRESHES = namesOf("refresh", ACCEPTED_OUTCOMES);
const REFUSALS = namesOf("refusal", Object.keys(CAUSES));
const EVENTS = namesOf("event", Object.keys(EVENT_TYPES));

/**
 * Counts what happens in this process, in memory, and adds it to the store's counts from time to time: a request never
 * waits for it. A process that is killed loses what it has not added yet.
 */
export class Activity {
  #counts = new Map<string, number>();

  /** @param outcome of an accepted request, or the cause of a refusal */
  countRequest(grantType: string | undefined, outcome: string): void {
    const accepted = grantType === "refresh_token" ? REFRESHES.get(outcome) : undefined;
    this.#count(accepted ?? REFUSALS.get(outcome), 1);
  }

  countEvent(type: string): void {
    this.#count(EVENTS.get(type), 1);
  }

  /**
   * Adds to the store's counts. If that fails they are kept for the next time; they may count twice then, if the store did
   * not say what became of the write.
   *
   * @throws what the store rejects with
   */
  async flush({ activity }: Pick<Store, "activity">): Promise<void> {
    if (this.#counts.size === 0) return;
    const counts = this.#counts;
    this.#counts = new Map();
    try {
      await activity.add([...counts].map(([name, count]) => ({ name, count })));
    } catch (error) {
      for (const [name, count] of counts) this.#count(name, count);
      throw error;
    }
  }

  #count(name: string | undefined, by: number): void {
    if (name !== undefined) this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }
}
