import type { z } from "zod";
import { ACCOUNT_EVENTS } from "./account-events.ts";
import { CLIENT_EVENTS } from "./client-events.ts";
import { GRANT_EVENTS } from "./grant-events.ts";
import type { EventTypeDefinition, Unit } from "./members.ts";
import { STORE_EVENTS } from "./store-events.ts";
import { SUBSCRIPTION_EVENTS } from "./subscription-events.ts";

/**
 * Every type of event. Types, log levels and docs/reference/events.md derive from here. A name is
 * `subject.what_happened`; the part before the dot is a filter of listings.
 */
export const EVENT_TYPES = {
  ...GRANT_EVENTS,
  ...CLIENT_EVENTS,
  ...ACCOUNT_EVENTS,
  ...STORE_EVENTS,
  ...SUBSCRIPTION_EVENTS,
} as const;

/** The name of a type of event, in rows, log lines and metrics. */
export type EventType = keyof typeof EVENT_TYPES;

/** The payload of each type of event. */
type EventData = { [T in EventType]: z.output<(typeof EVENT_TYPES)[T]["data"]> };

/** What an event is about. */
interface Subjects {
  clientId?: string | undefined;
  subject?: string | undefined;
  grantId?: string | undefined;
}

/** Who asked for what an event records: the members of a `RequestSource`. Undefined: no request did, or it is not kept. */
interface Source {
  address?: string | undefined;
  userAgent?: string | undefined;
  requestId?: string | undefined;
}

/** An event to record: one member of the union for each type. */
export type NewEvent = { [T in EventType]: Subjects & { type: T; data: EventData[T] } }[EventType];

/** A recorded event of one type. */
export type EventOf<T extends EventType> = Subjects &
  Source & {
    /** Grows with every event of this store. */
    id: number;
    /** ms */
    at: number;
    type: T;
    /** Members may be missing, and others may be there: another version of the program may have written it. */
    data: Readonly<Partial<EventData[T]> & Record<string, unknown>>;
  };

/**
 * A recorded event; `type` tells its payload. A newer program may have written types that are not in the union: a
 * `switch` needs a default, and a table a fallback.
 */
export type Event = { [T in EventType]: EventOf<T> }[EventType];

/** What is known of a type of event; undefined: a newer program's. */
function definitionOf(type: string): EventTypeDefinition | undefined {
  return Object.hasOwn(EVENT_TYPES, type) ? EVENT_TYPES[type as EventType] : undefined;
}

/**
 * Whether an event asks for a person's attention: then its log line is a warning. A type that only a newer program
 * knows is not one.
 */
export function isWarning({ type }: Pick<Event, "type">): boolean {
  return definitionOf(type)?.severity === "warning";
}

/** The unit of a member of an event's payload; undefined: it has none, or only a newer program knows it. */
export function unitOf(type: string, member: string): Unit | undefined {
  const shape = definitionOf(type)?.data.shape ?? {};
  return Object.hasOwn(shape, member) ? (shape[member]?.meta()?.["unit"] as Unit | undefined) : undefined;
}

/**
 * The payload of an event from outside, without members of another form than the type gives them; members that the type
 * does not have stay. Undefined: the type is unknown, or the payload is not an object.
 */
export function wellFormedData({ type, data }: { type: string; data: unknown }) {
  const shape = definitionOf(type)?.data.shape;
  if (shape === undefined || typeof data !== "object" || data === null) return undefined;
  const isGood = ([name, value]: [string, unknown]) =>
    !Object.hasOwn(shape, name) || shape[name]?.safeParse(value).success;
  return Object.fromEntries(Object.entries(data).filter(isGood));
}
