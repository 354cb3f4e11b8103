import { HOUR, SECOND, START } from "../fixtures.ts";
import type { Random } from "./random.ts";
import type { Actor, Cast, Session } from "./session.ts";

/** The share of responses that are lost, where nothing else is said. */
export const LOST = 0.02;
/** How long a process of a host waits for a response before it asks again, ms. */
const RETRY_AFTER = 5 * SECOND;
/** The longest that a response takes to arrive, ms. */
const LATENCY = 2 * SECOND;

/**
 * A host whose processes use one grant. Each wakes in the spread after the hour, when the access token has expired.
 * A lost response is asked for again after 5 s, still in the spread, and that one arrives.
 */
export interface Host {
  /** The fewest and the most processes; each number between is as likely. */
  processes: readonly [number, number];
  /** s. */
  spread: number;
  /** The share of hours in which each process but the first takes part. */
  joins: number;
  reads: TokenSource;
  /** The share of responses that are lost. */
  lost?: number;
}

/**
 * Where a process has the token from that it presents: its own last response, or the host's store, read on the hour or
 * when it wakes. If it finds in the store then that another process has refreshed, it does not; under a lock no two of
 * them refresh in one hour.
 */
export type TokenSource = "own response" | "store on the hour" | "store on waking" | "store under a lock";

interface HostStore {
  /** The newest token, as its generation. */
  token: number;
  /** The hour of the last refresh, ms. */
  refreshed: number;
}

export function host({ processes: [fewest, most], ...model }: Host): Cast {
  return (session, random) => {
    const store = { token: 0, refreshed: START };
    return Array.from({ length: random.integer(fewest, most + 1) }, (_, index) =>
      hostProcess(session, random, store, index === 0 ? { ...model, joins: 1 } : model),
    );
  };
}

function* hostProcess(
  session: Session,
  random: Random,
  store: HostStore,
  { spread, joins, reads, lost = LOST }: Omit<Host, "processes">,
): Actor {
  let token = 0;
  for (let hour = START + HOUR; ; hour += HOUR) {
    yield hour;
    if (!random.chance(joins)) continue;
    if (reads !== "own response") token = store.token;
    yield hour + random.integer(0, spread * SECOND - RETRY_AFTER);
    if (reads === "store on waking" || reads === "store under a lock") {
      token = store.token;
      if (store.refreshed === hour) continue;
    }
    if (reads === "store under a lock") store.refreshed = hour;
    token = yield* refreshed(session, random, token, { lost, retryAfter: RETRY_AFTER });
    if (reads === "store on waking") yield session.now + random.integer(0, LATENCY);
    // Responses may arrive in another order; an older token does not replace a newer one.
    store.token = Math.max(store.token, token);
    store.refreshed = hour;
  }
}

/** A refresh whose response may be lost: then the same token is presented once more, and that response arrives. */
export function* refreshed(
  session: Session,
  random: Random,
  token: number,
  { lost, retryAfter }: { lost: number; retryAfter: number },
): Actor<number> {
  const received = session.refresh(token);
  if (!random.chance(lost)) return received;
  yield session.now + retryAfter;
  return session.refresh(token);
}
