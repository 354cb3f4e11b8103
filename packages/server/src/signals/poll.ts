import { randomUUID } from "node:crypto";
import type { Event, EventPosition, Store } from "../store/store.ts";
import { PAGE, readEvents } from "../subscriptions/read-events.ts";
import { isForStream, jtiOf } from "./security-event-token.ts";
import type { Stream } from "./stream.ts";

/** Events that are examined for one poll: acknowledgements may be out of order within them. */
const WINDOW = 5 * PAGE;
/** How long this process keeps other polls from moving the cursor, ms. */
const LEASE = 5000;

/** What a stream remembers beside its cursor: ids of events after it. */
interface PollProgress {
  acknowledged: number[];
  /** Those that the receiver refused, with its error. */
  refused: Record<string, string>;
}

/** What a receiver has done with SETs that it got: by `jti`, undefined or its error. */
export type Acknowledgements = ReadonlyMap<string, string | undefined>;

/** The first events of a stream that its receiver has not acknowledged, in order. */
export interface PendingEvents {
  events: Event[];
  more: boolean;
}

type PollDeps = { store: Pick<Store, "events" | "subscriptions"> };

/** This process, in leases. */
const BY = `poll ${randomUUID()}`;

/**
 * Takes a receiver's acknowledgements (RFC 8936 §2.4.3) and returns what is pending. What it acknowledged out of order is
 * kept beside the cursor, which moves up to the first event that is not acknowledged. SETs that it refused become dead
 * letters. Acknowledgements of anything else, and of what was acknowledged before, are ignored.
 *
 * @param limit the most events to return; 0: none
 */
export async function pollStream(
  { store }: PollDeps,
  stream: Stream,
  { acknowledgements, limit }: { acknowledgements: Acknowledgements; limit: number },
): Promise<PendingEvents> {
  const { events, isWhole } = await eventsAfter(store, stream);
  const progress = progressOf(stream, events, acknowledgements);
  const isDone = (event: Event) => !isForStream(event, stream) || isAcknowledged(progress, event);
  await moveCursor({ store }, stream, { events, progress, isDone, isNews: acknowledgements.size > 0 });
  const pending = events.filter((event) => !isDone(event));
  return { events: pending.slice(0, limit), more: pending.length > limit || !isWhole };
}

/** @returns whether these are all */
async function eventsAfter(
  store: Pick<Store, "events">,
  stream: Stream,
): Promise<{ events: Event[]; isWhole: boolean }> {
  const events: Event[] = [];
  let cursor: EventPosition = stream.cursor;
  while (events.length < WINDOW) {
    const page = await readEvents(store.events, cursor);
    // What was swept cannot be sent: it goes on at what is left.
    if ("lostBefore" in page) {
      cursor = { id: page.lostBefore.id - 1, at: 0 };
      continue;
    }
    events.push(...page.events);
    const last = page.events.at(-1);
    if (last === undefined || page.events.length < PAGE) return { events, isWhole: true };
    cursor = { id: last.id, at: last.at };
  }
  return { events, isWhole: false };
}

function progressOf(
  stream: Stream,
  events: readonly Event[],
  acknowledgements: Acknowledgements,
): PollProgress {
  const { acknowledged = [], refused = {} } = (stream.progress ?? {}) as Partial<PollProgress>;
  const progress = { acknowledged: new Set(acknowledged), refused: { ...refused } };
  for (const event of events) {
    const jti = jtiOf(stream, event);
    if (!acknowledgements.has(jti) || !isForStream(event, stream)) continue;
    const error = acknowledgements.get(jti);
    if (error === undefined) progress.acknowledged.add(event.id);
    else progress.refused[event.id] = error;
  }
  return { ...progress, acknowledged: [...progress.acknowledged] };
}

function isAcknowledged({ acknowledged, refused }: PollProgress, { id }: Event): boolean {
  return acknowledged.includes(id) || Object.hasOwn(refused, id);
}

/**
 * Moves the cursor over what is done with. While another process does the same, nothing is moved: its receiver gets those
 * SETs again, as after a response that was lost.
 */
async function moveCursor(
  { store }: PollDeps,
  stream: Stream,
  to: {
    events: readonly Event[];
    progress: PollProgress;
    isDone: (event: Event) => boolean;
    isNews: boolean;
  },
): Promise<void> {
  const { events, progress, isDone } = to;
  const first = events.findIndex((event) => !isDone(event));
  const passed = first === -1 ? events : events.slice(0, first);
  // Events that are not for it cost no write until there is a page of them.
  if (!to.isNews && passed.length < PAGE) return;
  const held = await store.subscriptions.lease(stream.id, BY, LEASE);
  if (held === undefined) return;
  try {
    // The row may have moved since it was read.
    if (held.version !== stream.version || held.cursor.id !== stream.cursor.id) return;
    for (const event of passed.filter(({ id }) => Object.hasOwn(progress.refused, id))) {
      const deadLetter = { attempts: 1, error: progress.refused[event.id] ?? "" };
      await store.subscriptions.advance(stream.id, BY, { cursor: positionOf(event), deadLetter }, LEASE);
    }
    const last = passed.at(-1);
    const left = remaining(progress, last?.id ?? held.cursor.id);
    const cursor = last === undefined ? held.cursor : positionOf(last);
    await store.subscriptions.advance(stream.id, BY, { cursor, progress: left }, LEASE);
  } finally {
    await store.subscriptions.release(stream.id, BY);
  }
}

function positionOf({ id, at }: Event): EventPosition {
  return { id, at };
}

function remaining({ acknowledged, refused }: PollProgress, after: number): PollProgress {
  return {
    acknowledged: acknowledged.filter((id) => id > after),
    refused: Object.fromEntries(Object.entries(refused).filter(([id]) => Number(id) > after)),
  };
}
