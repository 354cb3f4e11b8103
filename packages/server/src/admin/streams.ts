import { randomUUID } from "node:crypto";
import type { Config } from "../config/resolve-config.ts";
import type { Deps } from "../deps.ts";
import { refusedUrl } from "../outbound/post.ts";
import { STREAM_EVENTS, SUPPORTED_EVENTS } from "../signals/event-uris.ts";
import { isStream, streamSettings } from "../signals/stream.ts";
import type { Stream, StreamSettings } from "../signals/stream.ts";
import { streamConfiguration } from "../signals/stream-configuration.ts";
import { MOST_SUBSCRIPTIONS } from "../subscriptions/runner.ts";
import { sealSecrets } from "../subscriptions/sealed-secrets.ts";
import type { SubscriptionChange, SubscriptionState, SubscriptionStatus } from "../store/store.ts";
import { wireClientId } from "../tokens/access-token.ts";
import { isoInstant } from "../time-text.ts";
import { AdminError, notFound } from "./admin-error.ts";
import { findClient } from "./clients.ts";
import { pageOf, requireCursor, UUID } from "./listing.ts";
import type { Listing, PageOptions } from "./listing.ts";

/** What the operations on streams work with. */
export interface StreamParts extends Pick<Deps, "store" | "keys"> {
  issuer: string;
  /** The setting `webhookPrivateAddresses`. */
  privateAddresses: boolean;
}

/** The parts of a process with this configuration. Without an issuer, its URLs are relative to it. */
export function streamParts(
  { store, keys }: Pick<Deps, "store" | "keys">,
  { issuer, webhookPrivateAddresses }: Pick<Config, "issuer" | "webhookPrivateAddresses">,
): StreamParts {
  return { store, keys, issuer: issuer ?? "", privateAddresses: webhookPrivateAddresses };
}

/** What a stream is made of. */
export interface NewStream {
  /** The client that manages it and fetches from it: confidential, registered by an operator. */
  clientId: string;
  /** `aud` of its SETs; by default the client's id. */
  audience?: string | undefined;
  /** Where it is pushed to; without it, it is polled. */
  endpointUrl?: string | undefined;
  /** `Authorization` header of the requests to `endpointUrl`. */
  authorizationHeader?: string | undefined;
  /** Names or URIs of events; by default all. */
  events?: readonly string[] | undefined;
  description?: string | undefined;
}

/** What changes of a stream; undefined: nothing. */
export type StreamChanges = Partial<
  Pick<NewStream, "events" | "description" | "endpointUrl" | "authorizationHeader">
>;

type FoundStream = SubscriptionState & Stream;

/** Longest texts, characters; the most requested events. */
const MAX_TEXT = 1024;
const MAX_HEADER = 4096;
const MAX_EVENTS = 50;
/** Streams of one client. */
const MOST_OF_CLIENT = 10;

/**
 * Creates a stream, which begins with the events from now on.
 *
 * @param actor recorded in the event
 * @throws AdminError `not_found`: the client; `invalid`; `not_allowed`: the client may not have streams, or there are too
 *   many
 */
export async function createStream(
  parts: StreamParts,
  input: NewStream,
  actor: string,
): Promise<FoundStream> {
  const client = await findClient(parts, input.clientId);
  if (client.public || client.selfRegistered)
    throw new AdminError("not_allowed", "a stream needs a confidential client that an operator registered");
  const { store } = parts;
  const streams = await streamsOf(parts, client.id);
  if (streams.length >= MOST_OF_CLIENT)
    throw new AdminError("not_allowed", `the client has ${MOST_OF_CLIENT} streams already`);
  const { audience = wireClientId(client), endpointUrl, authorizationHeader, events, description } = input;
  checkStream(parts, input);
  const settings: StreamSettings = {
    clientId: client.id,
    audience,
    eventsRequested: events === undefined ? null : events.map(uriOf),
    endpointUrl: endpointUrl ?? null,
    description: description ?? null,
    notBefore: 0,
  };
  const id = randomUUID();
  const kind = endpointUrl === undefined ? "ssf_poll" : "ssf_push";
  const secrets =
    authorizationHeader === undefined
      ? null
      : sealSecrets(parts.keys.masterKeys, id, { authorizationHeader });
  const outcome = await store.subscriptions.create(
    { id, kind, settings: { ...settings }, secrets, from: "now" },
    MOST_SUBSCRIPTIONS,
    { type: "subscription.created", data: { subscription_id: id, kind, actor } },
  );
  if (outcome === "too_many")
    throw new AdminError("not_allowed", `there are ${MOST_SUBSCRIPTIONS} subscriptions already`);
  return findStream(parts, id);
}

/** @throws AdminError `not_found`; for a receiver also if the stream is another client's */
export async function findStream(
  { store }: Pick<StreamParts, "store">,
  id: string,
  clientId?: string,
): Promise<FoundStream> {
  const found = await store.subscriptions.find(id);
  const isOwn = clientId === undefined || (found && streamSettings(found).clientId === clientId);
  if (found === undefined || !isStream(found) || !isOwn) throw notFound("stream", id);
  return found;
}

/** All streams of a client. */
export async function streamsOf(
  { store }: Pick<StreamParts, "store">,
  clientId: string,
): Promise<FoundStream[]> {
  const all = await store.subscriptions.list({ limit: MOST_SUBSCRIPTIONS });
  return all.filter(isStream).filter((stream) => streamSettings(stream).clientId === clientId);
}

/** A page of all streams, in the order of their ids. @throws AdminError `invalid` */
export async function listStreams(
  { store }: Pick<StreamParts, "store">,
  page: PageOptions,
): Promise<Listing<FoundStream>> {
  requireCursor(page.after, UUID);
  const listing = await pageOf(
    {
      read: (after, limit) => store.subscriptions.list({ after, limit }),
      cursor: ({ id }) => id,
      keep: isStream,
    },
    page,
  );
  return { ...listing, items: listing.items.filter(isStream) };
}

/**
 * Changes what is given. A stream stays pushed or polled.
 *
 * @param replaces what is not given is removed, as a PUT asks for
 * @throws AdminError `not_found`, `invalid`
 */
export async function updateStream(
  parts: StreamParts,
  stream: FoundStream,
  changes: StreamChanges & { replaces?: boolean },
  actor: string,
): Promise<FoundStream> {
  checkStream(parts, changes);
  const { events, description, endpointUrl, authorizationHeader, replaces = false } = changes;
  const before = streamSettings(stream);
  const hasMoved = endpointUrl !== undefined && endpointUrl !== before.endpointUrl;
  if (hasMoved && stream.secrets !== null && authorizationHeader === undefined) throw headerMissing();
  const kept = <T>(value: T): T | null => (replaces ? null : value);
  const settings: StreamSettings = {
    ...before,
    eventsRequested: events === undefined ? kept(before.eventsRequested) : events.map(uriOf),
    description: description ?? kept(before.description),
    endpointUrl: endpointUrl ?? before.endpointUrl,
  };
  const change: SubscriptionChange = { settings: { ...settings } };
  if (authorizationHeader !== undefined)
    change.secrets = sealSecrets(parts.keys.masterKeys, stream.id, { authorizationHeader });
  const changed = Object.keys(changes).filter((name) => name !== "replaces");
  const data = { subscription_id: stream.id, kind: stream.kind, changed, actor };
  await update(parts, stream, change, { type: "subscription.updated", data });
  return findStream(parts, stream.id);
}

/**
 * Enables, pauses or disables a stream. While it is paused its events wait; while it is disabled they are dropped (SSF 1.0
 * §8.1.2).
 *
 * @throws AdminError `not_found`
 */
export async function setStreamStatus(
  parts: Pick<StreamParts, "store">,
  stream: FoundStream,
  { status, reason }: { status: SubscriptionStatus; reason?: string | undefined },
  actor: string,
): Promise<FoundStream> {
  if (status === stream.status && (reason ?? null) === stream.statusReason) return stream;
  const data = { subscription_id: stream.id, kind: stream.kind, actor };
  const change: SubscriptionChange = { status, statusReason: reason ?? null };
  if (status !== "disabled" && stream.status === "disabled")
    change.settings = { ...stream.settings, notBefore: parts.store.now() };
  const event = {
    enabled: { type: "subscription.resumed", data },
    paused: { type: "subscription.paused", data },
    disabled: { type: "subscription.disabled", data: { ...data, reason: reason ?? "It was disabled." } },
  } as const;
  await update(parts, stream, change, event[status]);
  return findStream(parts, stream.id);
}

/** @throws AdminError `not_found` */
export async function deleteStream(
  { store }: Pick<StreamParts, "store">,
  { id, kind }: Pick<Stream, "id" | "kind">,
  actor: string,
): Promise<void> {
  const data = { subscription_id: id, kind, actor };
  if (!(await store.subscriptions.delete(id, { type: "subscription.deleted", data })))
    throw notFound("stream", id);
}

/** A stream as JSON: its configuration as a receiver reads it, and how it stands, for operators. */
export function streamJson(issuer: string, stream: FoundStream) {
  const { status, statusReason, failures, lastError, waitingSince, deadLetters, createdAt } = stream;
  return {
    ...streamConfiguration(issuer, stream),
    client_id: streamSettings(stream).clientId,
    status,
    status_reason: statusReason,
    failures,
    last_error: lastError,
    waiting_since: waitingSince === null ? null : isoInstant(waitingSince),
    dead_letters: deadLetters,
    created_at: isoInstant(createdAt),
  };
}

/** A stream in wire names. */
export type StreamJson = ReturnType<typeof streamJson>;

async function update(
  { store }: Pick<StreamParts, "store">,
  { id, version }: FoundStream,
  ...[change, event]: [SubscriptionChange, Parameters<typeof store.subscriptions.update>[2]]
): Promise<void> {
  const outcome = await store.subscriptions.update(id, change, event, version);
  if (outcome === "not_found") throw notFound("stream", id);
  if (outcome === "conflict") throw new AdminError("conflict", "the stream was changed at the same time");
}

/** A name of the command line stands for its URI. */
function uriOf(event: string): string {
  return Object.hasOwn(STREAM_EVENTS, event) ? STREAM_EVENTS[event as keyof typeof STREAM_EVENTS] : event;
}

/** The stored header is a secret for the present endpoint: no other endpoint may get it. */
function headerMissing(): AdminError {
  const member = "authorization_header";
  const message = `${member} must be given again with another endpoint_url.`;
  return new AdminError("invalid", "the stream is not valid", { violations: [{ member, message }] });
}

function checkStream({ privateAddresses }: StreamParts, input: Partial<NewStream>): void {
  const { audience, endpointUrl, authorizationHeader, events, description } = input;
  const violations = [
    isText(audience, MAX_TEXT) ? undefined : { member: "aud", message: "aud must be text." },
    isText(description, MAX_TEXT)
      ? undefined
      : { member: "description", message: "description must be text." },
    authorizationHeader === undefined || isHeader(authorizationHeader)
      ? undefined
      : { member: "authorization_header", message: "authorization_header must be the value of a header." },
    endpointUrl === undefined ? undefined : urlViolation(refusedUrl(endpointUrl, privateAddresses)),
    events === undefined || isEventList(events)
      ? undefined
      : {
          member: "events_requested",
          message: `events_requested must be up to ${MAX_EVENTS} URIs: ${SUPPORTED_EVENTS.join(", ")}.`,
        },
  ].filter((violation) => violation !== undefined);
  if (violations.length > 0) throw new AdminError("invalid", "the stream is not valid", { violations });
}

function urlViolation(refusal: string | undefined) {
  return refusal === undefined ? undefined : { member: "endpoint_url", message: `endpoint_url ${refusal}` };
}

function isText(value: string | undefined, max: number): boolean {
  return value === undefined || (value !== "" && value.length <= max && !/[\p{Cc}\p{Cs}]/u.test(value));
}

function isHeader(value: string): boolean {
  return /^[\x21-\x7e][\x20-\x7e]*$/.test(value) && value.length <= MAX_HEADER;
}

function isEventList(events: readonly string[]): boolean {
  return events.length > 0 && events.length <= MAX_EVENTS && events.every((event) => isText(event, MAX_TEXT));
}
