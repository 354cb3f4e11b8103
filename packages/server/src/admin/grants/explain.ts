import type { Grant } from "../../store/store.ts";
import { instantWithAge, isoInstant } from "../../time-text.ts";
import { createdMessage, eventMessage, REASON_MESSAGES } from "./event-messages.ts";
import { grantJson } from "./grants.ts";
import type { GrantJson } from "./grants.ts";
import { readHistory } from "./history.ts";
import type { GrantHistory, HistoryParts } from "./history.ts";
import { parseToken, unknownGrant } from "./parse-token.ts";
import type { TokenParts } from "./parse-token.ts";
import { previewRefresh } from "./refresh-preview.ts";
import type { RefreshPreview } from "./refresh-preview.ts";

/** One thing that happened to a grant, as sentences. */
export interface TimelineEntry {
  /** ms */
  at: number;
  message: string;
  /** undefined: the row says it, no event does. */
  event?: string;
  data?: Record<string, unknown>;
}

/** What happened to a grant, what state it is in, and what one of its tokens would meet. */
export interface GrantExplanation {
  history: GrantHistory;
  /** The oldest first. */
  timeline: TimelineEntry[];
  /** undefined: the grant was asked for by its id. */
  preview: RefreshPreview | undefined;
  /** Why the grant is not active, or until when it is. */
  conclusion: string;
}

/** The row in wire names, or what its events keep of a row that was removed. */
type ExplainedRow =
  GrantJson | (Pick<GrantJson, "grant_id" | "client_id" | "subject"> & { state: "removed" });

export type GrantExplanationJson = ExplainedRow & {
  client_name: string | null;
  username: string | null;
  timeline: { at: string; message: string; event: string | null; data: Record<string, unknown> | null }[];
  preview: RefreshPreview | null;
  conclusion: string;
};

/**
 * Explains a grant to an operator: its timeline, its state, and what a refresh with `token` would answer now.
 *
 * @param asked the grant's id, or one of its refresh tokens
 * @throws AdminError `not_found`; `invalid` for a token that is not genuine
 */
export async function explainGrant(
  parts: HistoryParts & TokenParts,
  asked: { id: string } | { token: string },
): Promise<GrantExplanation> {
  const token = "token" in asked ? await parseToken(parts, asked.token) : undefined;
  const grantId = "id" in asked ? asked.id : (token?.grantId ?? "");
  const history = await readHistory(parts, grantId);
  if (history === undefined) throw unknownGrant(parts, grantId, token);
  const preview = token && previewRefresh(token, history);
  return { history, timeline: timelineOf(history), preview, conclusion: conclusionOf(history) };
}

export function explanationJson(explanation: GrantExplanation): GrantExplanationJson {
  const { history, timeline, preview, conclusion } = explanation;
  const { grantId, clientId, subject, grant, client, status } = history;
  const removed = { grant_id: grantId, client_id: clientId, subject, state: "removed" } as const;
  return {
    ...(grant && status ? grantJson({ grant, client, status }) : removed),
    client_name: history.clientName ?? null,
    username: history.account?.username ?? null,
    timeline: timeline.map(({ at, message, event = null, data = null }) => {
      return { at: isoInstant(at), message, event, data };
    }),
    preview: preview ?? null,
    conclusion,
  };
}

/** Every event in the order of time, the last refresh among them. */
function timelineOf(history: GrantHistory): TimelineEntry[] {
  const { grant, events } = history;
  const timeline: TimelineEntry[] = events.map((event) => {
    return { at: event.at, message: eventMessage(event, history), event: event.type, data: event.data };
  });
  if (grant !== undefined && !events.some(({ type }) => type === "grant.created")) {
    timeline.unshift({ at: grant.createdAt, message: createdMessage(history, grant.scope, undefined) });
  }
  if (grant !== undefined && grant.lastUsedAt > grant.createdAt) {
    timeline.push({ at: grant.lastUsedAt, message: refreshedMessage(grant) });
  }
  return timeline.toSorted((a, b) => a.at - b.at);
}

function refreshedMessage({ generation }: Grant): string {
  if (generation === 0) return "Last refreshed; the client's policy has not rotated its refresh token yet.";
  const times = generation === 1 ? "once" : `${generation} times`;
  return `Last refreshed; its refresh token had been rotated ${times} by then.`;
}

function conclusionOf({ grant, status, now }: GrantHistory): string {
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
  const last = instantWithAge(grant.expiresAt, now);
  if (status.idleExpiresAt >= grant.expiresAt) {
    return `The grant is active. It expires at ${last}, the end of its absolute lifetime.${unused}`;
  }
  const idle = instantWithAge(status.idleExpiresAt, now);
  return `The grant is active. It expires at ${idle} unless it is refreshed, and at ${last} at the latest.${unused}`;
}
