/** How often something of one name happened. */
export interface ActivityCount {
  name: string;
  count: number;
}

/**
 * The part of the port for what happened in each hour, over all processes. Names are few and fixed: none comes from a
 * request.
 */
export interface ActivityStore {
  /** Adds to the counts of the present hour, in one statement. */
  add(counts: readonly ActivityCount[]): Promise<void>;
  /** The counts of the hours that begin at `since`, ms, or later, in their order. `hour` is its beginning. */
  list(since: number): Promise<(ActivityCount & { hour: number })[]>;
}

/** ms */
export const HOUR = 3_600_000;
/** How long counts are kept, ms: longer than a year, so that it can be compared with the last. */
export const ACTIVITY_KEPT = 400 * 24 * HOUR;
