import { decide } from "../../decide.ts";
import { held } from "../../retry-windows.ts";
import { rotationResult, written } from "../../rotation-result.ts";
import { START, grantRow, presentedToken } from "../fixtures.ts";
import type { Grant, PresentedToken } from "../../store.ts";
import type { Random } from "./random.ts";

/** A program or a person in a session: yields the instants, ms, at which it goes on. */
export type Actor<Result = void> = Generator<number, Result, void>;

/** Those who take part in a session of a kind. */
export type Cast = (session: Session, random: Random) => Actor[];

/** One grant from its creation on, refreshed by its actors against the real decision table. Instants in ms. */
export class Session {
  now = START;
  /** Whether the service commits what it decides and cannot respond: each response is a 503. */
  isFailing = false;
  /** When the grant was revoked because a token was `reused`. */
  endedAt: number | undefined;
  /** The first `grant.concurrent_use`. */
  reportedAt: number | undefined;
  /** When a thief first presented a token. */
  theftAt: number | undefined;
  readonly #retryWindow: number;
  #row: Grant = grantRow();
  /** By generation. */
  readonly #tokens: PresentedToken[] = [];

  /** @param retryWindow s */
  constructor(retryWindow: number) {
    this.#retryWindow = retryWindow;
  }

  /** Lets the actors act, in the order of their instants, until the grant ends. */
  run(actors: readonly Actor[], until: number): void {
    const turns = actors.map((actor) => ({ actor, at: START }));
    for (;;) {
      const turn = earliest(turns);
      if (turn === undefined || turn.at >= until || this.endedAt !== undefined) return;
      this.now = turn.at;
      const { value, done } = turn.actor.next();
      turn.at = done === true ? Infinity : value;
    }
  }

  /**
   * Presents the token of a generation.
   *
   * @returns the generation that the response has; the one that was presented where it is refused, or a 503
   */
  refresh(generation: number, by: "client" | "thief" = "client"): number {
    if (by === "thief") this.theftAt ??= this.now;
    const decision = decide(this.#row, this.#token(generation), this.now);
    const result = rotationResult(decision, this.#row, this.now);
    this.#row = written(this.#row, decision);
    if (decision.outcome === "reused") this.endedAt ??= this.now;
    if (decision.event?.type === "grant.concurrent_use") this.reportedAt ??= this.now;
    if (!("grant" in result)) return generation;
    if (!this.isFailing) return result.grant.generation;
    this.#row = { ...this.#row, ...held(this.#row, result) };
    return generation;
  }

  #token(generation: number): PresentedToken {
    return (this.#tokens[generation] ??= presentedToken(this.#row, generation, {
      retryWindow: this.#retryWindow,
    }));
  }
}

interface Turn {
  actor: Actor;
  at: number;
}

/** Of those at one instant, the first. */
function earliest(turns: readonly Turn[]): Turn | undefined {
  let next = turns[0];
  for (const turn of turns) if (next !== undefined && turn.at < next.at) next = turn;
  return next;
}
