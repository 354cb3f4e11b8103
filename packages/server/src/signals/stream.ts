import type { Subscription } from "../store/store.ts";
import { SUPPORTED_EVENTS } from "./event-uris.ts";

/** How a receiver gets the SETs of a stream (SSF 1.0): it is sent them (RFC 8935), or fetches them (RFC 8936). */
export const DELIVERY_METHODS = { ssf_push: "urn:ietf:rfc:8935", ssf_poll: "urn:ietf:rfc:8936" } as const;

/** The kinds of subscriptions that are streams. */
export type StreamKind = keyof typeof DELIVERY_METHODS;

/** The settings of a stream, as its row has them. */
export interface StreamSettings {
  /** The client that manages it, and fetches from it. */
  clientId: string;
  /** `aud` of its SETs. */
  audience: string;
  /** URIs as they were requested, those among them that this service does not know; null: all. */
  eventsRequested: readonly string[] | null;
  /** Where it is pushed to; null: it is polled. */
  endpointUrl: string | null;
  description: string | null;
  /** Events before then are not sent, ms: the stream was disabled. */
  notBefore: number;
}

/** A stream: a subscription to events that become SETs. */
export interface Stream extends Subscription {
  kind: StreamKind;
}

/** What is sealed of a stream. */
export interface StreamSecrets {
  /** `Authorization` header of requests to the receiver. */
  authorizationHeader: string;
}

export function isStream<Row extends Subscription>(row: Row): row is Row & Stream {
  return Object.hasOwn(DELIVERY_METHODS, row.kind);
}

/** The settings of a subscription that is a stream. */
export function streamSettings({ settings }: Pick<Subscription, "settings">): StreamSettings {
  return settings as unknown as StreamSettings;
}

/** The URIs of the events that a stream is sent. */
export function deliveredEvents({ eventsRequested }: StreamSettings): readonly string[] {
  return SUPPORTED_EVENTS.filter((uri) => eventsRequested === null || eventsRequested.includes(uri));
}
