import { HOUR, SECOND, START } from "../fixtures.ts";
import { LOST, refreshed } from "./hosts.ts";
import type { Random } from "./random.ts";
import type { Actor, Cast, Session } from "./session.ts";

/** How long after the hour a single program wakes at most, ms. */
const JITTER = 60 * SECOND;

/** Where a program keeps its tokens: the newest, as its generation. */
interface TokenStore {
  token: number;
}

/** Tabs of one browser for a working day of 8 h: each refreshes every 10 s, with the token that the browser stores. */
export function tabs(fewest: number, most: number): Cast {
  return (session, random) => {
    const store = { token: 0 };
    return Array.from({ length: random.integer(fewest, most + 1) }, () => tab(session, random, store));
  };
}

function* tab(session: Session, random: Random, store: TokenStore): Actor {
  yield START + random.integer(0, 10 * SECOND);
  while (session.now < START + 8 * HOUR) {
    const next = session.now + 10 * SECOND;
    const retryAfter = random.integer(2.5 * SECOND, 7.5 * SECOND);
    const received = yield* refreshed(session, random, store.token, { lost: LOST, retryAfter });
    store.token = Math.max(store.token, received);
    yield next;
  }
}

/**
 * A phone, or a laptop: it refreshes every 1 to 8 hours. If it falls asleep after sending, the response is lost, and it
 * asks again with the same token when it is used again.
 *
 * @param apart after a lost response at least so many arrive
 */
export function sleeper(apart: number): Cast {
  return (session, random) => [sleeping(session, random, apart)];
}

function* sleeping(session: Session, random: Random, apart: number): Actor {
  let token = 0;
  for (let arrived = apart; ;) {
    yield session.now + random.integer(HOUR, 8 * HOUR);
    const received = session.refresh(token);
    const isLost = arrived >= apart && random.chance(LOST);
    arrived = isLost ? 0 : arrived + 1;
    if (!isLost) token = received;
  }
}

/**
 * A program that refreshes every hour, whose token store is once replaced by an older copy.
 *
 * @param oldest the copy's age, s: from `newest` to less than this
 */
export function restored(newest: number, oldest: number): Cast {
  return (session, random) => {
    const program = { token: 0, presented: 0, due: START };
    return [hourly(session, random, program), restoring(session, random, program, newest, oldest)];
  };
}

function* restoring(
  session: Session,
  random: Random,
  store: TokenStore,
  newest: number,
  oldest: number,
): Actor {
  yield START + random.integer(48 * HOUR, 96 * HOUR);
  const copy = store.token;
  yield session.now + random.integer(newest * SECOND, oldest * SECOND);
  store.token = copy;
}

/** A program of one process that loses no response, as others see it: what it holds, what it presented, when it is due. */
export interface Hourly extends TokenStore {
  /** The token that it presented last. */
  presented: number;
  /** When it refreshes next, ms. */
  due: number;
}

export function* hourly(session: Session, random: Random, program: Hourly): Actor {
  for (let hour = START + HOUR; ; hour += HOUR) {
    program.due = hour + random.integer(0, JITTER);
    yield program.due;
    program.presented = program.token;
    program.token = session.refresh(program.token);
  }
}
