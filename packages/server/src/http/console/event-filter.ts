import type { EventQuery } from "@regrant/console";
import { AdminError } from "../../admin/admin-error.ts";
import { parseInstant } from "../../time-text.ts";
import { pick } from "./operator-request.ts";
import type { Values } from "./operator-request.ts";

/** Which events a page, the export or the tail shows. Instants in ms. */
export interface EventFilter {
  type: string | undefined;
  clientId: string | undefined;
  subject: string | undefined;
  grantId: string | undefined;
  since: number | undefined;
  until: number | undefined;
}

/** Reads the filter from the query, as it was typed and as the operation takes it. @throws AdminError `invalid` */
export function eventFilter(query: Values): { given: EventQuery; filter: EventFilter } {
  const given = pick(query, ["type", "client_id", "subject", "grant_id", "since", "until", "after"]);
  const filter = {
    type: given.type,
    clientId: given.client_id,
    subject: given.subject,
    grantId: given.grant_id,
    since: instantOf("since", given.since),
    until: instantOf("until", given.until),
  };
  return { given, filter };
}

function instantOf(member: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = parseInstant(text);
  if (at !== undefined) return at;
  const message = `${member} must be a date, or an instant with its offset: 2026-07-01, 2026-07-01T09:30Z.`;
  throw new AdminError("invalid", message, { violations: [{ member, message }] });
}
