import type { Grant, GrantStatus, Store } from "../../store/store.ts";
import { LONGEST, requireWholeNumber } from "../admin-error.ts";
import { invalid, pageOf, requireCursor, requireText, UUID } from "../listing.ts";
import type { Listing, PageOptions } from "../listing.ts";
import { viewsOf } from "./grants.ts";
import type { GrantView } from "./grants.ts";

/** ms */
const DAY = 86_400_000;

const FIRST_ID = "00000000-0000-0000-0000-000000000000";
/** The end of the lifetime, ms, and the id. */
const BY_END = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const STATES = ["active", "expired", "revoked"] as const satisfies readonly GrantStatus["state"][];

/** Which grants to list; all of them without a filter. */
export interface GrantFilter {
  clientId?: string | undefined;
  subject?: string | undefined;
  /** Of an account, in any case: only grants for its subject. */
  username?: string | undefined;
  state?: GrantStatus["state"] | undefined;
  /** Only active grants whose absolute lifetime ends within this many days: refreshing does not save them. */
  endingWithin?: number | undefined;
}

/** What the listing reads. */
interface ListParts {
  store: Pick<Store, "grants" | "clients" | "accounts" | "now">;
}

/**
 * Lists a page of grants in the order of their ids, which is that of their creation; those that end soon, of all subjects
 * and clients, in that of their ends. A grant is listed until it is swept, 7 days after it expired or was revoked.
 *
 * @throws AdminError `invalid`
 */
export async function listGrants(
  parts: ListParts,
  filter: GrantFilter & PageOptions,
): Promise<Listing<GrantView>> {
  requireFilter(filter);
  const { clientId, username, state, endingWithin, ...page } = filter;
  const subject = await subjectOf(parts, filter);
  if (subject === null) return { items: [], next: null };
  const now = parts.store.now();
  const by = endingWithin === undefined ? undefined : now + endingWithin * DAY;
  const views = async (grants: Promise<Grant[]>) => viewsOf(parts, await grants);
  if (by !== undefined && clientId === undefined && subject === undefined) {
    requireCursor(page.after, BY_END);
    return pageOf(
      {
        read: (after, limit) =>
          views(
            parts.store.grants.listEnding(
              { after: endOf(after) ?? { expiresAt: now, id: FIRST_ID }, by },
              limit,
            ),
          ),
        cursor: ({ grant }) => `${grant.expiresAt}.${grant.id}`,
        keep: ({ status }) => status.state === "active",
      },
      page,
    );
  }
  requireCursor(page.after, UUID);
  const isKept = ({ grant, status }: GrantView) =>
    by === undefined ? status.state === state : status.state === "active" && grant.expiresAt <= by;
  return pageOf(
    {
      read: (after, limit) => views(parts.store.grants.list({ clientId, subject }, { after, limit })),
      cursor: ({ grant }) => grant.id,
      keep: by === undefined && state === undefined ? undefined : isKept,
    },
    page,
  );
}

function requireFilter({ clientId, subject, username, state, endingWithin }: GrantFilter): void {
  requireText("client_id", clientId);
  requireText("subject", subject);
  requireText("username", username);
  if (state !== undefined && !STATES.includes(state))
    throw invalid("state", `state must be ${STATES.join(", ")}.`);
  if (endingWithin === undefined) return;
  requireWholeNumber("ending_within", endingWithin, 1, LONGEST / 86_400);
  if (state !== undefined && state !== "active") {
    throw invalid("state", "state must be active beside ending_within: only active grants end.");
  }
}

/** The subject whose grants are listed; undefined: every one's; null: no one's. */
async function subjectOf(
  { store }: ListParts,
  { subject, username }: GrantFilter,
): Promise<string | null | undefined> {
  if (username === undefined) return subject;
  const account = await store.accounts.findByUsername(username);
  if (account === undefined) return null;
  return subject === undefined || subject === account.subject ? account.subject : null;
}

function endOf(after: string | undefined) {
  const [, expiresAt, id] = BY_END.exec(after ?? "") ?? [];
  return expiresAt === undefined || id === undefined ? undefined : { expiresAt: Number(expiresAt), id };
}
