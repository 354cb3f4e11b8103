import { z } from "zod";
import { STREAM_EVENTS } from "../signals/event-uris.ts";
import { operation } from "./operation.ts";
import { INSTANT, PAGE, pageOf, text } from "./schemas.ts";

const NAMES = Object.keys(STREAM_EVENTS).join(", ");

const STREAM = z
  .looseObject({
    stream_id: z.string(),
    client_id: z.string().meta({ description: "The client that manages it and fetches from it." }),
    iss: z.string(),
    aud: z.string(),
    delivery: z.object({ method: z.string(), endpoint_url: z.string() }),
    events_supported: z.array(z.string()),
    events_requested: z.array(z.string()).optional(),
    events_delivered: z.array(z.string()),
    min_verification_interval: z.int(),
    description: z.string().optional(),
    status: z.enum(["enabled", "paused", "disabled"]),
    status_reason: z.string().nullable(),
    failures: z.int().meta({ description: "Attempts at the next event, one after another, that failed." }),
    last_error: z.string().nullable(),
    waiting_since: INSTANT.nullable().meta({
      description: "When the first event after its cursor was recorded.",
    }),
    dead_letters: z.int(),
    created_at: INSTANT,
  })
  .meta({ id: "Stream" });

const ID = { id: text(64, "The id of the stream.") };

/** The operations on streams of Shared Signals (SSF 1.0). */
export const STREAM_OPERATIONS = [
  operation({
    name: "streams.list",
    method: "GET",
    path: "/streams",
    scope: "read",
    summary: "List streams of Shared Signals",
    query: PAGE,
    response: pageOf(STREAM),
    call: (admin, { query }) => admin.streams.list(query),
  }),
  operation({
    name: "streams.create",
    method: "POST",
    path: "/streams",
    scope: "write",
    summary: "Create a stream",
    description: "It begins with the events from now on. Without `endpoint_url` its receiver polls.",
    body: z
      .strictObject({
        client_id: text(1024, "The receiver: a confidential client that an operator registered."),
        aud: text(1024, "`aud` of its SETs; by default the client's id.").optional(),
        endpoint_url: text(2048, "Where SETs are pushed to.").optional(),
        authorization_header: text(4096, "`Authorization` header of the requests there.").optional(),
        events: z
          .array(text(1024, `A URI, or one of ${NAMES}.`))
          .min(1)
          .max(50)
          .optional()
          .meta({ description: "By default all." }),
        description: text(1024, "For people.").optional(),
      })
      .meta({ id: "NewStream", examples: [{ client_id: "6f1c0a5e-3d0c-4b36-9a55-0c6f0f3f7a10" }] }),
    status: 201,
    response: STREAM,
    refuses: ["not_found", "not_allowed"],
    call: (admin, { body, by }) => {
      const { client_id: clientId, aud: audience, endpoint_url: endpointUrl, ...rest } = body;
      const { authorization_header: authorizationHeader, ...same } = rest;
      return admin.streams.create({ clientId, audience, endpointUrl, authorizationHeader, ...same }, by);
    },
  }),
  operation({
    name: "streams.get",
    method: "GET",
    path: "/streams/{id}",
    scope: "read",
    summary: "Read a stream",
    parameters: ID,
    response: STREAM,
    refuses: ["not_found"],
    call: (admin, { path }) => admin.streams.get(path.id),
  }),
  operation({
    name: "streams.setStatus",
    method: "PATCH",
    path: "/streams/{id}",
    scope: "write",
    summary: "Enable, pause or disable a stream",
    description: "While it is paused its events wait; while it is disabled they are dropped.",
    parameters: ID,
    body: z
      .strictObject({
        status: z.enum(["enabled", "paused", "disabled"]),
        reason: text(1024, "Why; its receiver reads it.").optional(),
      })
      .meta({ id: "StreamStatus", examples: [{ status: "paused" }] }),
    response: STREAM,
    refuses: ["not_found", "conflict"],
    call: (admin, { path, body, by }) => admin.streams.setStatus(path.id, { ...body, ...by }),
  }),
  operation({
    name: "streams.delete",
    method: "DELETE",
    path: "/streams/{id}",
    scope: "write",
    summary: "Delete a stream, with its dead letters",
    parameters: ID,
    status: 204,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.streams.delete(path.id, by),
  }),
];
