import { z } from "zod";
import { instant, INSTANT, PAGE, pageOf, text } from "./schemas.ts";
import { operation } from "./operation.ts";

const EVENT = z
  .looseObject({
    id: z.int().meta({ description: "Grows with every event of this store." }),
    at: INSTANT,
    type: z.string().meta({ description: "Such as `grant.revoked`." }),
    client_id: z.string().optional(),
    subject: z.string().optional(),
    grant_id: z.string().optional(),
    address: z.string().optional().meta({ description: "Where the request came from." }),
    user_agent: z.string().optional().meta({ description: "What the program said that it is." }),
    request_id: z.string().optional(),
    data: z.looseObject({}).meta({ description: "What the type says: see the reference of events." }),
  })
  .meta({ id: "Event" });

/** Which events. */
const EVENT_FILTER = {
  type: text(64, "Only this type, or all types of a group: `grant`, `client` …").optional(),
  client_id: text(255, "Only events of this client.").optional(),
  subject: text(255, "Only events of this subject.").optional(),
  grant_id: text(64, "Only events of this grant.").optional(),
  since: instant("Only events since then.").optional(),
  until: instant("Only events until then.").optional(),
};

/** The parameters of a stream of events. */
export const STREAM_QUERY = {
  type: EVENT_FILTER.type,
  client_id: EVENT_FILTER.client_id,
  subject: EVENT_FILTER.subject,
  grant_id: EVENT_FILTER.grant_id,
  after: text(15, "The id of the last event that the client has.").optional(),
};

/** The operations on events. */
export const EVENT_OPERATIONS = [
  operation({
    name: "events.list",
    method: "GET",
    path: "/events",
    scope: "read",
    summary: "List events, the newest first; export them, or follow them",
    query: {
      ...EVENT_FILTER,
      order: z
        .enum(["newest", "oldest"], { error: "must be newest or oldest" })
        .optional()
        .meta({ description: "What comes first; by default `newest`." }),
      ...PAGE,
    },
    response: pageOf(EVENT),
    formats: {
      "text/csv": "All events that match, to be opened as a table.",
      "application/x-ndjson": "All events that match, one a line in JSON.",
      "text/event-stream":
        "Events as they happen (server-sent events), until the client or the service ends the stream. It has the events " +
        "after the one that `after`, or the header `Last-Event-ID`, names, by default those from now on. Of the parameters, " +
        "`type`, `client_id`, `subject` and `grant_id` apply.",
    },
    call: (admin, { query: { client_id: clientId, grant_id: grantId, ...filter } }) =>
      admin.events.list({ clientId, grantId, ...filter }),
  }),
];
