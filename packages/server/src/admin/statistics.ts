import { ACTIVITIES } from "../activity.ts";
import type { ActivityKind } from "../activity.ts";
import { HOUR } from "../store/activity.ts";
import type { ActivityStore, Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { requireWholeNumber } from "./admin-error.ts";

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

/** The member of an hour for each kind of count. */
const MEMBERS = { refresh: "refreshes", refusal: "refusals", event: "events" } as const satisfies Record<
  ActivityKind,
  keyof HourJson
>;

/**
 * Reads counters that the services write, and counts nothing: it takes as long with ten grants as with ten million.
 *
 * @param options.hours how many hours, the present one included
 * @throws AdminError `invalid`
 */
export async function readStatistics(
  { store }: { store: Pick<Store, "statistics" | "activity" | "now"> },
  { hours = 24 }: { hours?: number | undefined } = {},
): Promise<StatisticsJson> {
  requireWholeNumber("hours", hours, 1, MAX_HOURS);
  const { activeGrants, ending, bytes } = await store.statistics();
  const first = (Math.floor(store.now() / HOUR) - hours + 1) * HOUR;
  return {
    active_grants: activeGrants && {
      count: activeGrants.count,
      counted_at: isoInstant(activeGrants.countedAt),
    },
    ending: ending.map(({ day, ...counts }) => ({ day: isoInstant(day).slice(0, 10), ...counts })),
    hours: hoursJson(await store.activity.list(first), first, hours),
    database_bytes: bytes,
  };
}

function hoursJson(counts: Awaited<ReturnType<ActivityStore["list"]>>, first: number, hours: number) {
  const listed = Array.from({ length: hours }, (_, i): HourJson => {
    return { hour: isoInstant(first + i * HOUR), refreshes: {}, refusals: {}, events: {} };
  });
  for (const { hour, name, count } of counts) {
    const dot = name.indexOf(".");
    const kind = ACTIVITIES.find((each) => each === name.slice(0, dot));
    const of = listed[(hour - first) / HOUR];
    // A newer program may count something else.
    if (kind !== undefined && of !== undefined) of[MEMBERS[kind]][name.slice(dot + 1)] = count;
  }
  return listed;
}
