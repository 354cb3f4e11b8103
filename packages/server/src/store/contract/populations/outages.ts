import { HOUR, SECOND, START } from "../fixtures.ts";
import { LOST } from "./hosts.ts";
import type { Random } from "./random.ts";
import type { Actor, Cast, Session } from "./session.ts";

/** How long after the hour a process wakes, and how long it waits between two tries, at most: ms. */
const SPREAD = 10 * SECOND;

/**
 * A host whose processes refresh every hour, at a service whose responses fail after the commit: every 2 to 6 days, for a
 * minute to six hours.
 */
export interface OutageHost {
  /** The host has 1 to so many processes. */
  most: number;
  /** Whether they keep their tokens in one store, or each in its own. It is read before each try. */
  sharesStore: boolean;
  /** Whether a process tries again after 1 s, then after twice as long, to 10 s; or in the next hour. */
  backsOff: boolean;
}

interface HostStore {
  /** The newest token, as its generation. */
  token: number;
  /** ms. */
  refreshedAt: number;
}

export function outages({ most, sharesStore, backsOff }: OutageHost): Cast {
  return (session, random) => {
    const shared = { token: 0, refreshedAt: START };
    const processes = Array.from({ length: random.integer(1, most + 1) }, () =>
      hostProcess(session, random, sharesStore ? shared : { ...shared }, backsOff),
    );
    return [failing(session, random), ...processes];
  };
}

function* failing(session: Session, random: Random): Actor {
  for (;;) {
    yield session.now + random.integer(48 * HOUR, 144 * HOUR);
    session.isFailing = true;
    yield session.now + random.integer(60 * SECOND, 6 * HOUR);
    session.isFailing = false;
  }
}

/** One response of an hour that the service could make may be lost, too. */
function* hostProcess(session: Session, random: Random, store: HostStore, backsOff: boolean): Actor {
  for (let hour = START + HOUR; ; hour += HOUR) {
    // It has tried until now.
    if (session.now > hour) continue;
    yield hour + random.integer(0, SPREAD);
    let isLost = random.chance(LOST);
    for (let delay = SECOND; store.refreshedAt < hour; delay = Math.min(2 * delay, SPREAD)) {
      const received = session.refresh(store.token);
      if (!session.isFailing && !isLost) {
        store.token = received;
        store.refreshedAt = session.now;
        break;
      }
      if (!session.isFailing) isLost = false;
      else if (!backsOff) break;
      yield session.now + delay;
    }
  }
}
