import { decide } from "../decide.ts";
import { held } from "../retry-windows.ts";
import { rotationResult, written } from "../rotation-result.ts";
import { Clock, DAY, WINDOW, grantRow, newHead, presentedToken } from "./fixtures.ts";
import type {
  AcceptedRotation,
  EventType,
  Grant,
  PresentedToken,
  RotationPolicy,
  RotationResult,
} from "../store.ts";

/** What a simulation runs against: the decision table alone, or an engine. */
export interface SimulatedStore {
  readonly clock: Clock;
  /** A new grant of an enabled client. */
  begin(): Promise<Grant>;
  rotate(presented: PresentedToken): Promise<RotationResult>;
  hold(failed: AcceptedRotation): Promise<void>;
  /** The row now. */
  grant(id: string): Promise<Grant>;
  /** What was recorded of the grant's refreshes, oldest first. */
  events(id: string): Promise<EventType[]>;
}

/** The smallest store there is: the rows in memory, and the decision table. It can be restored to an older copy. */
export class TableStore implements SimulatedStore {
  readonly clock = new Clock();
  #grants = new Map<string, Grant>();
  readonly #events = new Map<string, EventType[]>();

  async begin(): Promise<Grant> {
    const now = this.clock.now();
    const grant = grantRow({
      createdAt: now,
      expiresAt: now + 365 * DAY,
      ...newHead(now),
    });
    this.#grants.set(grant.id, grant);
    return grant;
  }

  async rotate(presented: PresentedToken): Promise<RotationResult> {
    const grant = this.#grants.get(presented.grantId);
    const at = this.clock.now();
    const decision = decide(grant, presented, at);
    if (grant === undefined) return { outcome: "unknown", at };
    this.#grants.set(grant.id, written(grant, decision));
    const event = decision.event?.type;
    if (event !== undefined) this.#events.set(grant.id, [...(this.#events.get(grant.id) ?? []), event]);
    return rotationResult(decision, grant, at);
  }

  async hold(failed: AcceptedRotation): Promise<void> {
    const grant = await this.grant(failed.grant.id);
    this.#grants.set(grant.id, { ...grant, ...held(grant, failed) });
  }

  async grant(id: string): Promise<Grant> {
    const grant = this.#grants.get(id);
    if (grant === undefined) throw new TypeError("no such grant");
    return grant;
  }

  async events(id: string): Promise<EventType[]> {
    return this.#events.get(id) ?? [];
  }

  backup(): ReadonlyMap<string, Grant> {
    return new Map(this.#grants);
  }

  restore(backup: ReadonlyMap<string, Grant>): void {
    this.#grants = new Map(backup);
  }
}

/**
 * What becomes of one request. A crash after the commit and a lost response are one to the holder: it hears nothing
 * and the store has moved. After a crash before the commit the store has not.
 */
export type Delivery = "delivered" | "crashed_before_commit" | "crashed_after_commit" | "response_lost";

/** A holder of a grant's tokens, the client or a thief: presents the newest token that it received. */
export class Holder {
  readonly grant: Grant;
  generation: number;

  constructor(grant: Grant, generation = 0) {
    this.grant = grant;
    this.generation = generation;
  }

  /** undefined: the store was not reached. The result is what the store did, whether or not the holder learnt of it. */
  async refresh(
    store: SimulatedStore,
    policy: Partial<RotationPolicy> = {},
    delivery: Delivery = "delivered",
  ): Promise<RotationResult | undefined> {
    if (delivery === "crashed_before_commit") return undefined;
    const result = await store.rotate(presentedToken(this.grant, this.generation, policy));
    if (delivery === "delivered" && "grant" in result) this.generation = result.grant.generation;
    return result;
  }
}

/**
 * The spent tokens that a holder may count on, told from the rotations alone and kept apart from any row: each for one
 * retry window since it was spent, or answered late. Those that were older when the store moved on are forgotten, whatever
 * its clock says afterwards.
 */
export class RecentTokens {
  #lastAt: number;
  readonly #since = new Map<number, number>();

  constructor(grant: Grant) {
    this.#lastAt = grant.createdAt;
  }

  rotated(generation: number, now: number): void {
    this.#forget(now);
    this.#lastAt = Math.max(this.#lastAt, now);
    // A late answer that is newer than the rotation after it: the clock was set back.
    for (const [token, since] of this.#since) this.#since.set(token, Math.min(since, this.#lastAt));
    this.#since.set(generation, this.#lastAt);
  }

  answeredLate(generation: number, now: number): void {
    this.#forget(now);
    this.#since.set(generation, now);
  }

  /** The head was presented without being rotated. */
  extended(): void {
    this.#since.clear();
  }

  isRecent(generation: number, now: number): boolean {
    const since = this.#since.get(generation);
    return since !== undefined && now - since < WINDOW;
  }

  #forget(now: number): void {
    for (const [token, since] of this.#since) if (now - since >= WINDOW) this.#since.delete(token);
  }
}
