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
  /** Size of the database, bytes. */
  bytes: number;
}

/**
 * Reads the two numbers that a sweep writes.
 *
 * @param rows of `meta`, by `key` and `value`
 * @param bytes size of the database
 */
export function toStatistics(rows: readonly Row[], bytes: number): StoreStatistics {
  const numbers = new Map(rows.map(({ key, value }) => [key, value as number]));
  const count = numbers.get("active_grants");
  const countedAt = numbers.get("active_grants_counted_at");
  if (count === undefined || countedAt === undefined) return { activeGrants: null, bytes };
  return { activeGrants: { count, countedAt }, bytes };
}
