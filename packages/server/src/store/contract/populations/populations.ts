import { CONCURRENT_USE_SCORE, QUIET_WINDOW_SCORE, RETRIED_WINDOW_SCORE } from "../../retry-windows.ts";
import { restored, sleeper, tabs } from "./clients.ts";
import { host } from "./hosts.ts";
import { outages } from "./outages.ts";
import type { Cast } from "./session.ts";
import {
  LOG_DELAY,
  copiesAgain,
  copiesOnce,
  follows,
  readsLog,
  readsLogAndGoesOn,
  readsLogOnce,
} from "./thieves.ts";

export interface Population {
  /** Its row in the table. */
  title: string;
  cast: Cast;
}

/** Sessions of clients, without a thief. */
export interface HonestPopulation extends Population {
  /** What the rule does to them, with a retry window of so many s: it forgives or ends each, or that is left to chance. */
  ends: (retryWindow: number) => "none" | "all" | "some";
}

/** Sessions of one client and one thief. */
export interface ThiefPopulation extends Population {
  /** By when the rule detects each thief, s after the theft; Infinity: never; undefined: that is left to chance. */
  detectedBy: (retryWindow: number) => number | undefined;
}

/** Retry windows that are compared, s. */
export const RETRY_WINDOWS = [30, 60, 120, 300, 600, 1800];

/** s; a host's requests of one hour are less than this apart. */
const SPREADS = [10, 25, 50, 100, 250, 600];

const none = () => "none" as const;
const withinWindow = (spread: number) => (retryWindow: number) => (spread <= retryWindow ? "none" : "some");

export const HONEST: readonly HonestPopulation[] = [
  ...[2, 5].map((percent) => ({
    title: `one process that loses ${percent} % of its responses`,
    cast: host({ processes: [1, 1], spread: 25, joins: 1, reads: "own response", lost: percent / 100 }),
    ends: none,
  })),
  ...SPREADS.map((spread) => ({
    title: `processes with a token each, spread ${spread} s`,
    cast: host({ processes: [1, 8], spread, joins: 1, reads: "own response" }),
    ends: withinWindow(spread),
  })),
  ...SPREADS.map((spread) => ({
    title: `processes that meet seldom, spread ${spread} s`,
    cast: host({ processes: [2, 8], spread, joins: 0.05, reads: "store on the hour" }),
    ends: withinWindow(spread),
  })),
  {
    title: "processes with one store, spread 25 s",
    cast: host({ processes: [1, 8], spread: 25, joins: 1, reads: "store on waking" }),
    ends: none,
  },
  {
    title: "processes with one store, spread 600 s",
    cast: host({ processes: [1, 8], spread: 600, joins: 1, reads: "store on waking" }),
    ends: none,
  },
  {
    title: "processes with one store and a lock",
    cast: host({ processes: [1, 8], spread: 25, joins: 1, reads: "store under a lock" }),
    ends: none,
  },
  { title: "one tab", cast: tabs(1, 1), ends: none },
  { title: "2 to 4 tabs", cast: tabs(2, 4), ends: none },
  { title: "phone, one response of three lost at most", cast: sleeper(2), ends: none },
  { title: "phone, any response lost", cast: sleeper(0), ends: () => "some" },
  {
    title: "outage, one process backs off",
    cast: outages({ most: 1, sharesStore: true, backsOff: true }),
    ends: none,
  },
  {
    title: "outage, one process comes back in an hour",
    cast: outages({ most: 1, sharesStore: true, backsOff: false }),
    ends: none,
  },
  {
    title: "outage, processes with one store back off",
    cast: outages({ most: 4, sharesStore: true, backsOff: true }),
    ends: none,
  },
  {
    title: "outage, processes with a token each back off",
    cast: outages({ most: 4, sharesStore: false, backsOff: true }),
    ends: () => "some",
  },
  { title: "restored from a copy up to 50 min old", cast: restored(0, 3000), ends: none },
  { title: "restored from a copy 3 to 48 h old", cast: restored(3 * 3600, 48 * 3600), ends: () => "all" },
];

const HOUR = 3600;
/** How late after the hour a client of one process refreshes, and a thief who follows it, at most: s. */
const LATE = 65;

/**
 * When `grant.concurrent_use` is raised if a spent token is presented in one window of so many, each an hour's: s after the
 * first one; Infinity: never, the score leaks away in between.
 */
function reportedBy(every: number): number {
  const gain = RETRIED_WINDOW_SCORE - (every - 1) * QUIET_WINDOW_SCORE;
  if (gain <= 0) return Infinity;
  return Math.ceil((CONCURRENT_USE_SCORE - RETRIED_WINDOW_SCORE) / gain) * every * HOUR + LATE;
}

/** Two instants of the thief are less than 2 h apart: at least one window of two is retried. */
const atRandom = () => reportedBy(2) + 2 * HOUR;

export const THIEVES: readonly ThiefPopulation[] = [
  { title: "copies the token once, refreshes at random", cast: copiesOnce, detectedBy: atRandom },
  { title: "copies the token once, follows the client", cast: follows, detectedBy: () => reportedBy(1) },
  { title: "copies the newest token every hour", cast: copiesAgain(1), detectedBy: atRandom },
  {
    title: "copies the newest token every 10th hour",
    cast: copiesAgain(10),
    detectedBy: () => reportedBy(10),
  },
  { title: "a spent token once, refreshes at random", cast: readsLogAndGoesOn, detectedBy: atRandom },
  { title: "a spent token once, used once", cast: readsLogOnce, detectedBy: () => Infinity },
  {
    title: "a spent token every hour",
    cast: readsLog(() => true),
    // Late in two windows in a row is refused in the second.
    detectedBy: (retryWindow: number) => (retryWindow <= LOG_DELAY ? HOUR + LATE : reportedBy(1)),
  },
  ...[2, 5, 10].map((every) => ({
    title: `a spent token every ${every} h`,
    cast: readsLog((hour) => hour % every === 0),
    detectedBy: () => reportedBy(every),
  })),
  ...[2, 5, 10].map((every) => ({
    title: `a spent token in one of ${every} h, at random`,
    cast: readsLog((hour, random) => hour === 0 || random.chance(1 / every)),
    detectedBy: () => undefined,
  })),
];
