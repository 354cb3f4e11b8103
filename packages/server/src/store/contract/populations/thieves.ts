import { HOUR, SECOND, START } from "../fixtures.ts";
import { hourly } from "./clients.ts";
import type { Hourly } from "./clients.ts";
import type { Random } from "./random.ts";
import type { Actor, Cast, Session } from "./session.ts";

/** How late a thief reads a log, s. */
export const LOG_DELAY = 600;

/** What a thief sees and does; the victim is a program of one process that refreshes every hour. */
type Thief = (session: Session, random: Random, victim: Hourly) => Actor;

/** A victim, and a thief who begins at a random instant of the second day. */
function victimOf(thief: Thief): Cast {
  return (session, random) => {
    const victim = { token: 0, presented: 0, due: START };
    return [hourly(session, random, victim), beginning(session, random, victim, thief)];
  };
}

function* beginning(session: Session, random: Random, victim: Hourly, thief: Thief): Actor {
  yield START + random.integer(24 * HOUR, 48 * HOUR);
  yield* thief(session, random, victim);
}

/** Copies the client's token once, and goes on with what he gets, once in each hour at a random instant. */
export const copiesOnce = victimOf((session, random, victim) => refreshing(session, random, victim.token));

/** Reads one spent token from a log, and goes on with what he gets, once in each hour at a random instant. */
export const readsLogAndGoesOn = victimOf(function* (session, random, victim) {
  yield victim.due + LOG_DELAY * SECOND;
  yield* refreshing(session, random, session.refresh(victim.presented, "thief"));
});

function* refreshing(session: Session, random: Random, stolen: number): Actor {
  let token = stolen;
  for (let hour = session.now; ; hour += HOUR) {
    yield hour + random.integer(0, HOUR);
    token = session.refresh(token, "thief");
  }
}

/** Copies the client's token once, and refreshes within 5 s after each refresh of the client. */
export const follows = victimOf(function* (session, random, victim) {
  for (let { token } = victim; ;) {
    yield victim.due + random.integer(1, 5 * SECOND);
    token = session.refresh(token, "thief");
  }
});

/** Reads one spent token from a log, and uses it once. */
export const readsLogOnce = victimOf(function* (session, _random, victim) {
  yield victim.due + LOG_DELAY * SECOND;
  session.refresh(victim.presented, "thief");
});

/** Reads the client's newest spent token from a log, in the hours that are chosen, and throws away what he gets. */
export function readsLog(isChosen: (hour: number, random: Random) => boolean): Cast {
  return victimOf(function* (session, random, victim) {
    for (let hour = 0; ; hour += 1) {
      yield victim.due + LOG_DELAY * SECOND;
      if (isChosen(hour, random)) session.refresh(victim.presented, "thief");
    }
  });
}

/** Copies the client's token once in `every` hours, and uses each copy once, at a random instant. */
export function copiesAgain(every: number): Cast {
  return victimOf(function* (session, random, victim) {
    for (let hour = session.now; ; hour += every * HOUR) {
      yield hour + random.integer(0, HOUR);
      session.refresh(victim.token, "thief");
    }
  });
}
