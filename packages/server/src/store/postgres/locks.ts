import { createHash } from "node:crypto";

/**
 * Advisory locks of a transaction, by a number that stands for Regrant and one for the purpose. They are PostgreSQL's own; a compatible
 * database without them can run one node, or take row locks of a table in their place.
 */
const REGRANT = 0x5247_5254; // "RGRT"
const ONCE = REGRANT + 1;

/** Programs that start at the same time migrate one after the other. */
export const MIGRATION_LOCK = `${REGRANT}, 1`;
/** Held shared by each writer of events until its commit, and exclusively by a reader of the newest event. */
export const EVENTS_LOCK = `${REGRANT}, 2`;

/** The lock under which at most one of equal events is recorded, as parameters of `pg_advisory_xact_lock(int, int)`. */
export function onceLock(of: string): [number, number] {
  return [ONCE, createHash("sha256").update(of).digest().readInt32BE()];
}
