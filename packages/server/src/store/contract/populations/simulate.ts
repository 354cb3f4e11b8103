import { DAY, START } from "../fixtures.ts";
import type { Cast } from "./session.ts";
import { Random } from "./random.ts";
import { Session } from "./session.ts";

/** How large a simulation is. */
export interface Size {
  seed: number;
  /** Sessions of each population, for each retry window. */
  sessions: number;
  days: number;
}

/** What became of the sessions of one population. */
export interface Outcome {
  sessions: number;
  /** Sessions that ended because a token was `reused`. */
  lost: number;
  /** Sessions with `grant.concurrent_use`. */
  reported: number;
  /** Of each session with a thief: ms from the theft until the grant ended or was reported; Infinity: neither. In order. */
  detectedAfter: readonly number[];
}

/**
 * Simulates the sessions of a population. The same seed, title and number make the same session, for each retry window.
 *
 * @param retryWindow s
 */
export function simulate(
  { title, cast }: { title: string; cast: Cast },
  retryWindow: number,
  { seed, sessions, days }: Size,
): Outcome {
  const all = Array.from({ length: sessions }, (_, number) => {
    const session = new Session(retryWindow);
    session.run(cast(session, new Random(`${seed} ${title} ${number}`)), START + days * DAY);
    return session;
  });
  return {
    sessions,
    lost: all.filter(({ endedAt }) => endedAt !== undefined).length,
    reported: all.filter(({ reportedAt }) => reportedAt !== undefined).length,
    detectedAfter: all.flatMap(detectedAfter).toSorted((one, other) => one - other),
  };
}

function detectedAfter({ theftAt, endedAt = Infinity, reportedAt = Infinity }: Session): number[] {
  return theftAt === undefined ? [] : [Math.min(endedAt, reportedAt) - theftAt];
}
