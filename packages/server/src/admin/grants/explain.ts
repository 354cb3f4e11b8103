import type { Grant } from "../../store/store.ts";
import { instantWithAge, isoInstant } from "../../time-text.ts";
import { createdMessage, eventMessage, REASON_MESSAGES } from "./event-messages.ts";
import { grantJson } from "./grants.ts";
import type { GrantJson } from "./grants.ts";
import { readHistory } from "./history.ts";
import type { GrantHistory, HistoryParts } from "./history.ts";
import { parseToken, unknownGrant } from "./parse-token.ts";
import type { TokenParts } from "./parse-token.ts";
import { sourceSentence } from "./source-sentence.ts";
import { previewRefresh } from "./refresh-preview.ts";
import type { RefreshPreview } from "./refresh-preview.ts";

/** One entry in the history of a grant, as sentences. */
interface TimelineEntry {
  /** ms */
  at: number;
  message: string;
  /** Absent for an entry derived from the row and not from an event. */
  event?: string;
  data?: Record<string, unknown>;
  /** Of the event's request. */
  address?: string | undefined;
  userAgent?: string | undefined;
  requestId?: string | undefined;
}

/** The history of a grant, its state, and what a refresh with one of its tokens would do. */
export interface GrantExplanation {
  history: GrantHistory;
  /** The oldest first. */
  timeline: TimelineEntry[];
  /** Undefined if the grant was named by its id. */
  preview: RefreshPreview | undefined;
  /** Why the grant is not active, or until when it is. */
  conclusion: string;
}

/** The row in wire names, or what the events keep of a removed row. */
export type ExplainedGrantJson =
  GrantJson | (Pick<GrantJson, "grant_id" | "client_id" | "subject"> & { state: "removed" });

/** An explanation in wire names; instants in ISO 8601. */
export type GrantExplanationJson = ExplainedGrantJson & {
  client_name: string | null;
  username: string | null;
  timeline: TimelineEntryJson[];
  preview: RefreshPreview | null;
  conclusion: string;
};

/** An entry in wire names. */
interface TimelineEntryJson {
  at: string;
  message: string;
  /** Null for an entry derived from the row. */
  event: string | null;
  data: Record<string, unknown> | null;
  /** Where the request came from that asked for it; null: no request did, it is not known, or not kept any more. */
  address: string | null;
  user_agent: string | null;
  request_id: string | null;
}

/**
 * Explains a grant to an operator: its timeline, its state, and what a refresh with `token` would return now. It
 * changes nothing.
 *
 * @param requested the grant's id, or one of its refresh tokens
 * @throws AdminError `not_found`; `invalid` for a token that is not genuine
 */
export async function explainGrant(
  parts: HistoryParts & TokenParts,
  requested: { id: string } | { token: string },
): Promise<GrantExplanation> {
  const token = "token" in requested ? await parseToken(parts, requested.token) : undefined;
  const grantId = "id" in requested ? requested.id : (token?.grantId ?? "");
  const history = await readHistory(parts, grantId);
  if (history === undefined) throw unknownGrant(parts, grantId, token);
  const preview = token && previewRefresh(token, history);
  return { history, timeline: timelineOf(history), preview, conclusion: conclusionOf(history) };
}

/** An explanation as JSON: the members of the grant, and those of the explanation. */
export function explanationJson(explanation: GrantExplanation): GrantExplanationJson {
  const { history, timeline, preview, conclusion } = explanation;
  const { grantId, clientId, subject, grant, client, status } = history;
  const removed = { grant_id: grantId, client_id: clientId, subject, state: "removed" } as const;
  return {
    ...(grant && status ? grantJson({ grant, client, status }) : removed),
    client_name: history.clientName ?? null,
    username: history.account?.username ?? null,
    timeline: timeline.map(({ at, message, event = null, data = null, ...source }) => {
      const { address = null, userAgent: user_agent = null, requestId: request_id = null } = source;
      return { at: isoInstant(at), message, event, data, address, user_agent, request_id };
    }),
    preview: preview ?? null,
    conclusion,
  };
}

/** All events in the order of time, and the last refresh. Plain refreshes are not events; the row has the last one. */
function timelineOf(history: GrantHistory): TimelineEntry[] {
  const { grant, events } = history;
  const timeline: TimelineEntry[] = events.map((event) => {
    const { at, type, data, address, userAgent, requestId } = event;
    const message = eventMessage(event, history) + sourceSentence(event, events);
    return { at, message, event: type, data, address, userAgent, requestId };
  });
  if (grant !== undefined && !events.some(({ type }) => type === "grant.created")) {
    timeline.unshift({ at: grant.createdAt, message: createdMessage(history, grant.scope, undefined) });
  }
  for (const child of history.children) {
    timeline.push({ at: child.createdAt, message: childMessage(child) });
  }
  if (grant !== undefined && grant.lastUsedAt > grant.createdAt) {
    timeline.push({ at: grant.lastUsedAt, message: refreshedMessage(grant) });
  }
  if (grant !== undefined && grant.windowsHeldAt !== null) {
    timeline.push({ at: grant.windowsHeldAt, message: HELD_MESSAGE });
  }
  return timeline.toSorted((a, b) => a.at - b.at);
}

function childMessage({ id, clientId, scope, revokedAt }: Grant): string {
  const scopes = scope === "" ? "without scope" : `with the scope "${scope}"`;
  const ended = revokedAt === null ? "" : " That has ended.";
  return `A token of it was exchanged: the client ${clientId} got the child grant ${id}, ${scopes}.${ended}`;
}

const HELD_MESSAGE =
  "A refresh was answered 503, since its response could not be made; the log has the cause. Until a refresh succeeds the " +
  "retry windows stand still, so the client loses nothing.";

function refreshedMessage({ generation }: Grant): string {
  if (generation === 0) return "Last refreshed; the client's policy has not rotated its refresh token yet.";
  const times = generation === 1 ? "once" : `${generation} times`;
  return `Last refreshed; its refresh token had been rotated ${times} by then.`;
}

/** The grant's state and its cause, in sentences. */
function conclusionOf(history: GrantHistory): string {
  const { grant } = history;
  if (typeof grant?.parentId !== "string") return stateOf(history);
  return `${stateOf(history)} It is a child of the grant ${grant.parentId}, with which it ends.`;
}

function stateOf({ grant, status, now }: GrantHistory): string {
  if (grant === undefined || status === undefined) {
    return "The grant is no longer active, and its row has been removed.";
  }
  const unused = grant.lastUsedAt === grant.createdAt ? " It was never refreshed." : "";
  if (status.state !== "active") {
    const since =
      status.since === null
        ? ""
        : ` Its tokens have been refused since ${instantWithAge(status.since, now)}.`;
    return `${REASON_MESSAGES[status.reason]}${since}${unused}`;
  }
  const bound = grant.binding === null ? "" : ` Its refresh tokens are bound to the key ${grant.binding}.`;
  const rest = `${bound}${unused}`;
  const last = instantWithAge(grant.expiresAt, now);
  if (status.idleExpiresAt >= grant.expiresAt) {
    return `The grant is active. It expires at ${last}, the end of its absolute lifetime.${rest}`;
  }
  const idle = instantWithAge(status.idleExpiresAt, now);
  return `The grant is active. It expires at ${idle} unless it is refreshed, and at ${last} at the latest.${rest}`;
}
