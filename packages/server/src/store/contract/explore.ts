import assert from "node:assert/strict";
import { inspect } from "node:util";
import { decide } from "../decide.ts";
import type { Decision } from "../decide.ts";
import { held as heldColumns } from "../retry-windows.ts";
import { rotationResult, written } from "../rotation-result.ts";
import { ACCEPTED_OUTCOMES } from "../grants.ts";
import type { AcceptedRotation, Grant, PresentedToken } from "../store.ts";
import { SECOND, START, grantRow, presentedToken } from "./fixtures.ts";

/** What is explored: all histories of so many requests by so many holders. */
export interface Scope {
  holders: number;
  requests: number;
  /** The retry window, s, and the pauses before a request, s. */
  window: number;
  pauses: readonly number[];
  /** Whether the store may also lose the writes since any request: a failover, or a restored backup. */
  losesWrites: boolean;
  /** Whether the service may be unable to make a response after the commit: a signature fails. */
  failsResponses: boolean;
}

interface Explored {
  /** Different states after at most `requests` requests. */
  states: number;
  /** Decisions that were checked: each state, after each pause, meets every token. */
  decisions: number;
  outcomes: Record<string, number>;
}

/** What a reader of the history alone knows, kept apart from the row. Instants in ms. */
interface Known {
  /** By generation: when the token was spent, or answered late. What the store forgot with lost writes is missing. */
  spentAt: ReadonlyMap<number, number>;
  windowStartedAt: number;
  /** Whether a retry was answered in this window, and in the one before. */
  retried: boolean;
  retriedBefore: boolean;
  /** Since when no response could be made, and no time counts; undefined: the last one could. */
  failedAt: number | undefined;
}

interface Stored {
  row: Grant;
  known: Known;
}

interface State extends Stored {
  now: number;
  /** The generation that each holder has; a response that is lost leaves it with the old one. */
  held: readonly number[];
  /** What a failover would go back to, where that is not what is stored now. */
  replica: Stored | undefined;
  /** A response that has failed, where the row does not say so yet, and what the history says once it does. */
  pending: { failed: AcceptedRotation; known: Known } | undefined;
}

/**
 * Explores all histories of the scope breadth first, against the real `decide`, and checks in every state what every token
 * meets. States are one if they differ only by the time of day, by the number of the head, by which holder is which, or
 * by what is older than two retry windows.
 *
 * @throws AssertionError with the history's last state, where the rule does not hold
 */
export function explore(scope: Scope): Explored {
  const { holders, requests, window } = scope;
  const explored: Explored = { states: 1, decisions: 0, outcomes: {} };
  const begun = beginning(holders);
  const policy = { ...POLICY, retryWindow: window };
  const tokens = Array.from({ length: requests + 1 }, (_, generation) =>
    presentedToken(begun.row, generation, policy),
  );
  const seen = new Set([keyOf(begun, window * SECOND)]);
  let layer = [begun];
  for (let request = 0; request < requests; request += 1) {
    const next: State[] = [];
    for (const state of layer) {
      for (const after of successors(state, scope, tokens, explored)) {
        const key = keyOf(after, window * SECOND);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(after);
      }
    }
    layer = next;
  }
  explored.states = seen.size;
  return explored;
}

/** Reuse and concurrent use are told and end nothing, so that every history goes on. */
const POLICY = { reuse: "detect", concurrentUse: "report" } as const;

function beginning(holders: number): State {
  const windows = { windowStartedAt: START, retried: false, retriedBefore: false };
  const known = { spentAt: new Map(), ...windows, failedAt: undefined };
  const held = Array<number>(holders).fill(0);
  return { row: grantRow(), known, now: START, held, replica: undefined, pending: undefined };
}

/** The states after one request more. */
function* successors(
  state: State,
  scope: Scope,
  tokens: readonly PresentedToken[],
  explored: Explored,
): Generator<State> {
  const window = scope.window * SECOND;
  for (const pause of scope.pauses) {
    const now = state.now + pause * SECOND;
    // The service crashed before the commit, or nobody asked.
    yield { ...state, now };
    if (state.replica !== undefined) yield { ...state, ...state.replica, now, replica: undefined };
    if (state.pending !== undefined)
      yield { ...state, ...toldOf(state.pending, state), now, pending: undefined };
    const decisions = new Map<number, Decision>();
    const newest = Math.max(state.row.generation, ...state.held);
    for (let generation = 0; generation <= newest; generation += 1) {
      const token = tokens[generation];
      if (token === undefined) throw new RangeError(`no token ${generation}`);
      const decision = decide(state.row, token, now);
      check(state, generation, now, decision, window);
      decisions.set(generation, decision);
      explored.decisions += 1;
      explored.outcomes[decision.outcome] = (explored.outcomes[decision.outcome] ?? 0) + 1;
    }
    for (const generation of new Set(state.held)) {
      const decision = decisions.get(generation);
      if (decision === undefined || decision.outcome === "reused") continue;
      yield* answered(state, generation, now, decision, scope);
    }
  }
}

/** One holder of the generation asks: the response arrives, is lost or fails, and the write is replicated or not. */
function* answered(
  state: State,
  generation: number,
  now: number,
  decision: Decision,
  { window, losesWrites, failsResponses }: Scope,
): Generator<State> {
  const row = written(state.row, decision);
  const known = observed(state, generation, now, decision.outcome, window * SECOND);
  const holder = state.held.indexOf(generation);
  const stored = { row: state.row, known: state.known };
  for (const held of [state.held, state.held.with(holder, row.generation)]) {
    const after = { row, known, now, held, pending: state.pending };
    yield { ...after, replica: undefined };
    if (losesWrites) yield { ...after, replica: state.replica ?? stored };
  }
  if (!failsResponses) return;
  const failed = rotationResult(decision, state.row, now);
  if (!("grant" in failed)) throw new TypeError(`${failed.outcome} has no response`);
  // A retry costs nothing; what a rotation spent stays spent.
  const pending = { failed, known: "before" in failed ? state.known : known };
  const after = { row, known, now, held: state.held, replica: undefined };
  yield { ...after, ...toldOf(pending, after), pending: state.pending };
  if (state.pending === undefined) yield { ...after, pending };
}

/** The row is told of a failed response, at once or after other requests. */
function toldOf({ failed, known }: NonNullable<State["pending"]>, stored: Stored): Stored {
  const changes = heldColumns(stored.row, failed);
  if (changes === undefined) return { row: stored.row, known: stored.known };
  const row = { ...stored.row, ...changes };
  return { row, known: { ...known, failedAt: row.windowsHeldAt ?? undefined } };
}

/** What the history says after an accepted request. */
function observed(
  state: State,
  generation: number,
  now: number,
  outcome: Decision["outcome"],
  window: number,
): Known {
  const known = resumedKnown(state.known, now);
  if (outcome === "retried") {
    const isFirstResponse = state.known.failedAt !== undefined && generation === state.row.generation - 1;
    return isFirstResponse ? known : { ...known, retried: true };
  }
  const spentAt = new Map(known.spentAt).set(generation, now);
  if (outcome === "retried_late") return { ...known, spentAt, windowStartedAt: now, retried: true };
  if (known.spentAt.size > 0 && now - known.windowStartedAt < window) return { ...known, spentAt };
  const windows = { windowStartedAt: now, retried: false, retriedBefore: known.retried };
  return { spentAt, ...windows, failedAt: undefined };
}

/** Without the time in which no response could be made. */
function resumedKnown(known: Known, now: number): Known {
  if (known.failedAt === undefined) return known;
  const failing = now - known.failedAt;
  const spentAt = new Map([...known.spentAt].map(([generation, at]) => [generation, at + failing]));
  return { ...known, spentAt, windowStartedAt: known.windowStartedAt + failing, failedAt: undefined };
}

/** The rule, told of one token without the row's columns of windows. */
function check(state: State, generation: number, now: number, { outcome }: Decision, window: number): void {
  const { row, known } = state;
  const fail = (claim: string) =>
    assert.fail(`${claim}: ${generation} is ${outcome} at ${now}, ${inspect(state)}`);
  if ((known.failedAt ?? null) !== row.windowsHeldAt) fail("the windows stand still since the failure");
  if (generation > row.generation) {
    if (outcome !== "recovered") fail("a token ahead of the store recovers it");
    return;
  }
  if ((outcome === "rotated") !== (generation === row.generation)) fail("the head alone is live");
  if (generation === row.generation) return;
  const mayBeLate = generation === row.generation - 1 && !known.retried && !known.retriedBefore;
  const spentAt = known.spentAt.get(generation);
  if (outcome === "retried_late" && !mayBeLate) fail("late retries follow two windows without a retry");
  if (outcome === "reused" && mayBeLate) fail("a head that was never presented excuses its predecessor");
  // Which of the lost writes spent it, and when, no store can know.
  if (spentAt === undefined) return;
  const age = (known.failedAt ?? now) - spentAt;
  if (age < window && outcome !== "retried") fail("spent less than a window ago is answered");
  if (age >= 2 * window && outcome === "retried") fail("spent two windows ago is not answered");
}

/** The same text for states that no later request can tell apart: a character for each number. */
function keyOf({ row, known, now, held, replica, pending }: State, window: number): string {
  const codes: number[] = [];
  addCodes({ row, known }, now, window, codes);
  for (const generation of held.toSorted((one, other) => one - other))
    codes.push(AHEAD + row.generation - generation);
  if (replica !== undefined) {
    codes.push(AHEAD + row.generation - replica.row.generation);
    addCodes(replica, now, window, codes);
  }
  if (pending !== undefined) {
    const { failed } = pending;
    codes.push(AHEAD + row.generation - failed.grant.generation, OUTCOMES.indexOf(failed.outcome));
    codes.push(Math.min(now - failed.at, 2 * window) / SECOND);
    addCodes({ row: failed.grant, known: pending.known }, now, window, codes);
    if ("before" in failed) addCodes({ row: failed.before, known: pending.known }, now, window, codes);
  }
  return String.fromCharCode(...codes);
}

const OUTCOMES: readonly string[] = ACCEPTED_OUTCOMES;

/** How far ahead of the row a holder may be, so that no code is negative. */
const AHEAD = 100;
const MISSING = 1000;

function addCodes({ row, known }: Stored, now: number, window: number, codes: number[]): void {
  const at = row.windowsHeldAt ?? now;
  const knownAt = known.failedAt ?? now;
  const ageAt = (at: number, instant: number) => Math.min(at - instant, 2 * window) / SECOND;
  const age = (instant: number) => ageAt(at, instant);
  const place = (generation: number) => row.generation - generation;
  const { previousWindowGeneration: generation, previousWindowEndedAt: endedAt } = row;
  const marks = [
    row.generation > 0,
    row.windowRetried,
    row.previousWindowRetried,
    row.windowsHeldAt !== null,
    row.windowRetryHeld,
  ];
  const knownMarks = [known.retried, known.retriedBefore, known.failedAt !== undefined];
  codes.push(
    [...marks, ...knownMarks].reduce((bits, mark) => 2 * bits + Number(mark), 0),
    age(row.windowStartedAt),
    age(row.windowEndedAt),
    place(row.windowGeneration),
    endedAt === null ? MISSING : age(endedAt),
    generation === null ? MISSING : place(generation),
    ageAt(knownAt, known.windowStartedAt),
  );
  for (let spent = row.generation - 1; spent >= 0; spent -= 1) {
    const spentAt = known.spentAt.get(spent);
    if (spentAt === undefined) codes.push(place(spent), MISSING);
    else if (knownAt - spentAt < 2 * window) codes.push(place(spent), ageAt(knownAt, spentAt));
  }
  codes.push(MISSING);
}
