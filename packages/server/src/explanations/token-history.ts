import { CONCURRENT_USE_SCORE, scoreIfRetried } from "../store/retry-windows.ts";
import { statusWithParent } from "../store/grant-status.ts";
import type { Parent } from "../store/grant-status.ts";
import { parentOf } from "../store/parent-of.ts";
import type { Client, Event, Grant, GrantStatus, Store } from "../store/store.ts";
import { refreshTokenEnd } from "../tokens/refresh-token.ts";
import type { RefreshToken } from "../tokens/refresh-token.ts";
import { refreshOutcome } from "./refresh-outcome.ts";
import type { RefreshOutcome } from "./refresh-outcome.ts";

/** One more time that a spent token was presented. */
export interface Repetition {
  /** ms */
  at: number;
  outcome: "retried" | "retried_late" | "concurrent_use" | "reused";
  /** Of this very token, and not of another one of its session. */
  isOwn: boolean;
  /** How long the newest token had been there, ms. */
  age: number;
  /** How many generations the presented token was behind the newest. */
  distance: number;
  /** Whether it ended the session. */
  ended: boolean;
}

/** What became of a refresh token and of its session, without anything of other clients, users and operators. In ms. */
export interface TokenHistory extends RefreshOutcome {
  client: Client;
  grant: Grant;
  /** As a refresh with this token meets it: the row's status, but for a legacy token that has not moved here yet. */
  status: GrantStatus;
  /** `ahead`: newer than the row, whose store lost writes. */
  place: "newest" | "spent" | "ahead";
  /** The former service issued it. */
  isLegacy: boolean;
  /** When it was spent; undefined: it is not spent, or only `spentBefore` is known. */
  spentAt: number | undefined;
  /** It was spent at this instant or before. */
  spentBefore: number | undefined;
  /** How many refreshes followed the one that spent it; 0 if it is not spent. */
  refreshesSince: number;
  /** Whether a token that followed was presented; undefined: it is not spent. */
  successorUsed: boolean | undefined;
  /** Since the newest token was issued; the oldest first. */
  repetitions: readonly Repetition[];
  /** Two holders seem to refresh the session. */
  isConcurrent: boolean;
  /** When it expires unless it is used; undefined: it is not the newest, or not active. */
  unusedUntil: number | undefined;
  now: number;
}

/** A token of a former service, of which its own time limit holds until it is used here. */
interface TokenOrigin {
  isLegacy: boolean;
  /** ms */
  legacyEnd?: number | undefined;
}

/** More than a session has of them since its newest token was issued, unless a program repeats what is refused. */
const EVENTS = 100;

/**
 * Reads what became of a token of `client`. It changes nothing.
 *
 * @param mayKnow asked before anything but the row is read
 * @returns undefined: there is no such grant, the token is not its, it is another client's, or the caller may not know
 */
export async function readTokenHistory(
  store: Pick<Store, "grants" | "clients" | "events" | "now">,
  client: Client,
  token: RefreshToken,
  { mayKnow, ...origin }: TokenOrigin & { mayKnow: (history: TokenHistory) => boolean },
): Promise<TokenHistory | undefined> {
  const grant = await store.grants.find(token.grantId);
  const parent = grant && (await parentOf(store, grant));
  const now = store.now();
  const found = refreshOutcome(token, { grant, parent, client, now }, origin.legacyEnd);
  if (grant === undefined || found.outcome === "unknown" || found.outcome === "client_mismatch")
    return undefined;
  const known = { client, grant, parent, now, generation: token.generation, origin, ...found };
  if (!mayKnow(tokenHistory({ ...known, events: [] }))) return undefined;
  return tokenHistory({ ...known, events: await eventsOf(store, grant) });
}

/** Those since the newest token was issued, and since the grant was revoked. */
async function eventsOf(store: Pick<Store, "events">, grant: Grant): Promise<Event[]> {
  const since = (instant: number) => store.events.list({ grantId: grant.id, since: instant }, EVENTS);
  const { revokedAt, rotatedAt } = grant;
  const events = await since(Math.min(rotatedAt, revokedAt ?? rotatedAt));
  const ending = revokedAt === null || events.length < EVENTS ? [] : await since(revokedAt);
  const known = new Set(events.map(({ id }) => id));
  return [...events, ...ending.filter(({ id }) => !known.has(id))];
}

/** What is known of a token of this generation, from its grant's row and from events. */
function tokenHistory({
  generation,
  origin,
  events,
  outcome,
  until,
  parent,
  ...known
}: RefreshOutcome & {
  client: Client;
  grant: Grant;
  parent: Parent | undefined;
  generation: number;
  origin: TokenOrigin;
  events: readonly Event[];
  now: number;
}): TokenHistory {
  const { grant, client, now } = known;
  const status = statusOf({ ...known, parent }, outcome, origin.legacyEnd);
  const behind = grant.generation - generation;
  const isNewest = behind === 0;
  const unusedEnd = Math.min(
    refreshTokenEnd(grant, client),
    isNewest ? (origin.legacyEnd ?? Infinity) : Infinity,
  );
  return {
    ...known,
    outcome,
    until,
    status,
    isLegacy: origin.isLegacy,
    place: isNewest ? "newest" : behind > 0 ? "spent" : "ahead",
    ...spending(grant, generation),
    repetitions: events
      .filter(({ at }) => at >= grant.rotatedAt)
      .flatMap((event) => repetition(event, generation)),
    isConcurrent: (grant.windowRetried ? scoreIfRetried(grant) : grant.retryScore) >= CONCURRENT_USE_SCORE,
    unusedUntil: isNewest && status.state === "active" ? unusedEnd : undefined,
    now,
  };
}

/** A token newer than its row may be active where the row says idle; a legacy token may have expired where it does not. */
function statusOf(
  { grant, client, parent, now }: { grant: Grant; client: Client; parent: Parent | undefined; now: number },
  outcome: RefreshOutcome["outcome"],
  legacyEnd: number | undefined,
): GrantStatus {
  const status = statusWithParent(grant, client, parent, now);
  if (status.state === "active" && outcome === "expired" && legacyEnd !== undefined) {
    return { state: "expired", since: legacyEnd, reason: "idle_lifetime" };
  }
  const isOver = status.state === "revoked" || outcome === "expired";
  return isOver
    ? status
    : { state: "active", idleExpiresAt: grant.lastUsedAt + client.refreshIdleTtl * 1000 };
}

/** When a token was spent and what followed: the row has the instant of the last rotation, and bounds of the earlier ones. */
export function spending(
  grant: Grant,
  generation: number,
): Pick<TokenHistory, "spentAt" | "spentBefore" | "refreshesSince" | "successorUsed"> {
  const followed = grant.generation - generation;
  if (followed <= 0) {
    return { spentAt: undefined, spentBefore: undefined, refreshesSince: 0, successorUsed: undefined };
  }
  const refreshesSince = followed - 1;
  const successorUsed = refreshesSince > 0 || grant.lastUsedAt > grant.rotatedAt;
  if (followed === 1)
    return { spentAt: grant.rotatedAt, spentBefore: undefined, refreshesSince, successorUsed };
  // The first rotation of the current window came after all those of generations before it.
  const spentBefore = generation < grant.windowGeneration ? grant.windowStartedAt : grant.rotatedAt;
  return {
    spentAt: undefined,
    spentBefore: Math.min(spentBefore, grant.rotatedAt),
    refreshesSince,
    successorUsed,
  };
}

const REPETITIONS: ReadonlySet<string> = new Set<`grant.${Repetition["outcome"]}`>([
  "grant.retried",
  "grant.retried_late",
  "grant.concurrent_use",
  "grant.reused",
]);

/** Empty: another event. Members may be missing in an event that another version wrote. */
function repetition({ type, at, data }: Event, generation: number): Repetition[] {
  if (!REPETITIONS.has(type)) return [];
  return [
    {
      at,
      outcome: type.slice("grant.".length) as Repetition["outcome"],
      isOwn: data["generation"] === generation,
      age: Number(data["age_ms"] ?? 0),
      distance: Number(data["distance"] ?? 1),
      ended: data["revoked"] === true,
    },
  ];
}
