import type { Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { requireWholeNumber } from "./admin-error.ts";

/** ms */
const HOUR = 3_600_000;
/** Hours that `statistics` can go back: 31 days. */
export const MAX_HOURS = 744;

/** How often something happened, by name: an outcome, a cause or a type of event. */
export type Counts = Record<string, number>;

/** What happened in one hour, over all processes. */
export interface HourJson {
  /** Its beginning. */
  hour: string;
  /** Accepted refreshes by outcome. */
  refreshes: Counts;
  /** Refused requests by cause. */
  refusals: Counts;
  /** Events by type. */
  events: Counts;
}

/** What the store holds and what happened, in wire names; instants in ISO 8601. */
export interface StatisticsJson {
  /** As the last whole sweep counted them; null: none has ended yet. */
  active_grants: { count: number; counted_at: string } | null;
  /**
   * Of the active grants, as the same sweep counted them, those that end on each of seven days, UTC: `count` whose absolute
   * lifetime ends, and `idle` whose idle lifetime ends unless they are refreshed. Empty: none has ended yet.
   */
  ending: { day: string; count: number; idle: number }[];
  /** Oldest first, also those in which nothing happened. The last is the present hour, but for its last seconds. */
  hours: HourJson[];
  database_bytes: number;
}

/**
 * Reads counters that the services write, and counts nothing: it takes as long with ten grants as with ten million.
 *
 * @param options.hours how many hours, the present one included
 * @throws AdminError `invalid`
 */
export async function readStatistics(
  { store }: { store: Pick<Store, "statistics" | "now"> },
  { hours = 24 }: { hours?: number | undefined } = {},
): Promise<StatisticsJson> {
  requireWholeNumber("hours", hours, 1, MAX_HOURS);
  const { activeGrants, bytes } = await store.statistics();
  const last = Math.floor(store.now() / HOUR) * HOUR;
  return {
    active_grants: activeGrants && {
      count: activeGrants.count,
      counted_at: isoInstant(activeGrants.countedAt),
    },
    ending: [],
    hours: Array.from({ length: hours }, (_, i) => ({
      hour: isoInstant(last - (hours - 1 - i) * HOUR),
      refreshes: {},
      refusals: {},
      events: {},
    })),
    database_bytes: bytes,
  };
}
