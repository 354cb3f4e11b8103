import type { GrantEnd, GrantStatus, Store } from "../../store/store.ts";
import { LONGEST, requireWholeNumber } from "../admin-error.ts";
import { invalid, pageOf, requireCursor, requireText, UUID } from "../listing.ts";
import type { Listing, PageOptions, Source } from "../listing.ts";
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
  if (by !== undefined && clientId === undefined && subject === undefined && !UUID.test(page.after ?? "")) {
    requireCursor(page.after, BY_END);
    const first = endOf(page.after) ?? { expiresAt: now, id: FIRST_ID };
    // Where the index is not built yet, by ids: that takes many pages.
    if ((await parts.store.grants.listEnding({ after: first, by }, 1)) !== undefined) {
      return pageOf(byEnd(parts, first, by), page);
    }
  }
  requireCursor(page.after, UUID);
  return pageOf(
    {
      // Not by both: of a subject with very many grants, few may be the client's.
      read: async (after, limit) =>
        viewsOf(
          parts,
          await parts.store.grants.list(subject === undefined ? { clientId } : { subject }, { after, limit }),
        ),
      cursor: ({ grant }) => grant.id,
      keep: keeping({ state, by, clientId: subject === undefined ? undefined : clientId }),
    },
    page,
  );
}

/** Which of the grants that are read are listed; undefined: all of them. */
function keeping({
  state,
  by,
  clientId,
}: {
  state?: string | undefined;
  by?: number | undefined;
  clientId?: string | undefined;
}) {
  if (state === undefined && by === undefined && clientId === undefined) return undefined;
  const wanted = by === undefined ? state : "active";
  return ({ grant, status }: GrantView) =>
    (wanted === undefined || status.state === wanted) &&
    (by === undefined || grant.expiresAt <= by) &&
    (clientId === undefined || grant.clientId === clientId);
}

/** The active grants in the order of their ends. */
function byEnd(parts: ListParts, first: GrantEnd, by: number): Source<GrantView> {
  return {
    async read(after, limit) {
      const grants = await parts.store.grants.listEnding({ after: endOf(after) ?? first, by }, limit);
      return viewsOf(parts, grants ?? []);
    },
    cursor: ({ grant }) => `${grant.expiresAt}.${grant.id}`,
    keep: ({ status }) => status.state === "active",
  };
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
