import type { Row } from "./row.ts";

/** Connections to a database. */
export interface PoolLoad {
  /** `batches`, `statements`; of Laravel's database `laravel`. */
  name: string;
  /** Lent, or being opened. */
  used: number;
  idle: number;
  /** Uses that wait for a connection. */
  pending: number;
  max: number;
}

/** What the store of this process is busy with, at this moment. */
export interface StoreLoad {
  /** Operations that wait or run. */
  operations: number;
  /** Empty: an engine without connections. */
  pools: readonly PoolLoad[];
}

/** What the store holds. */
export interface StoreStatistics {
  /**
   * The active grants that the last whole sweep counted, by any process, and when it ended, ms. What changed while it ran
   * may be counted either way. null: no sweep has ended yet.
   */
  activeGrants: { count: number; countedAt: number } | null;
  /** Of those, the ones that end on each of seven days, UTC; empty with `activeGrants` null. */
  ending: readonly EndingGrants[];
  /** Size of the database, bytes. */
  bytes: number;
}

/** Active grants that end on one day unless their lifetime is extended, or they are refreshed. */
export interface EndingGrants {
  /** Its beginning, ms. */
  day: number;
  /** Those whose absolute lifetime ends. */
  count: number;
  /** Those whose idle lifetime ends. */
  idle: number;
}

const DAY = 86_400_000;
const DAYS = 7;

/** The rows of `meta` that hold a count, by key. */
const COUNTED_AT = "active_grants_counted_at";
const FIRST_DAY = "ending_from";
const endingKey = (day: number) => `ending_${day}`;
const idleKey = (day: number) => `ending_idle_${day}`;

/** Active grants of a slice whose two lifetimes end on the same days. */
export interface CountedGrants {
  /** Days from the first one to that on which the absolute lifetime ends. */
  ends: number;
  /** The same of the idle lifetime. */
  idle_ends: number;
  grants: number;
}

/** What a sweep counts as it goes through the grants. It does not change: a slice makes a new one. */
export class GrantCount {
  /** The first of the days, its beginning, ms. */
  readonly from: number;
  readonly #active: number;
  readonly #days: readonly Omit<EndingGrants, "day">[];

  /** @param at an instant of the first day, ms */
  constructor(
    at: number,
    active = 0,
    days: readonly Omit<EndingGrants, "day">[] = Array.from({ length: DAYS }, () => ({ count: 0, idle: 0 })),
  ) {
    this.from = Math.floor(at / DAY) * DAY;
    this.#active = active;
    this.#days = days;
  }

  plus(slice: readonly CountedGrants[]): GrantCount {
    let active = this.#active;
    const days = this.#days.map((day) => ({ ...day }));
    for (const { ends, idle_ends, grants } of slice) {
      active += grants;
      const [ending, idle] = [days[ends], days[idle_ends]];
      if (ending !== undefined) ending.count += grants;
      if (idle !== undefined) idle.idle += grants;
    }
    return new GrantCount(this.from, active, days);
  }

  /** Keys and values for `meta`. @param countedAt ms */
  rows(countedAt: number): [key: string, value: number][] {
    return [
      ["active_grants", this.#active],
      [COUNTED_AT, countedAt],
      [FIRST_DAY, this.from],
      ...this.#days.flatMap(({ count, idle }, day): [string, number][] => [
        [endingKey(day), count],
        [idleKey(day), idle],
      ]),
    ];
  }
}

/** In SQL: the whole days from `first` until an instant, 7 for any later one. Both in ms; SQLite has them as REAL. */
export function daysUntil(instant: string, first: string): string {
  return `CASE WHEN ${instant} >= ${first} + ${DAYS * DAY} THEN ${DAYS} ELSE CAST((${instant} - ${first}) / ${DAY} AS integer) END`;
}

/**
 * Reads the numbers that a sweep writes. An older program's sweep does not write the days, and leaves those of the last one
 * that did.
 *
 * @param rows of `meta`, by `key` and `value`
 * @param bytes size of the database
 */
export function toStatistics(rows: readonly Row[], bytes: number): StoreStatistics {
  const numbers = new Map(rows.map(({ key, value }) => [key, value as number]));
  const count = numbers.get("active_grants");
  const countedAt = numbers.get(COUNTED_AT);
  if (count === undefined || countedAt === undefined) return { activeGrants: null, ending: [], bytes };
  const from = numbers.get(FIRST_DAY);
  const days = from === undefined ? [] : Array.from({ length: DAYS }, (_, day) => day);
  const ending = days.map((day) => ({
    day: (from ?? 0) + day * DAY,
    count: numbers.get(endingKey(day)) ?? 0,
    idle: numbers.get(idleKey(day)) ?? 0,
  }));
  return { activeGrants: { count, countedAt }, ending, bytes };
}
