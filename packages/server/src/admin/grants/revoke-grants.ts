import { setTimeout as pause } from "node:timers/promises";
import type { Store } from "../../store/store.ts";
import { AdminError, requireInstant } from "../admin-error.ts";
import { findClient } from "../clients.ts";

/** What the revocation of many grants works with. */
export interface RevokeGrantsParts {
  store: Pick<Store, "grants" | "clients" | "signIns" | "codes" | "events" | "now">;
}

/** Which grants to revoke: those of a subject, of a client, or of both. */
export interface RevokeGrantsFilter {
  subject?: string | undefined;
  clientId?: string | undefined;
  /** Only grants created before then, ms; by default all that exist when the revocation begins. */
  before?: number | undefined;
}

/** How far a revocation has come. */
export interface RevokeGrantsProgress {
  /** Grants revoked so far. */
  revoked: number;
  /** Browsers signed out, before the first grant. */
  signedOut: number;
}

/** Grants of one transaction: it holds the lock of SQLite, or of its rows, for a few ms. */
const BATCH = 100;
/** Grants that are read at once. */
const READ = 1000;

/**
 * Revokes all grants that match, each as `revokeGrant` does, in short transactions; yields after each, so that a caller
 * can stop. What was revoked stays so, and a further call revokes the rest.
 *
 * First it ends what would become a grant without a new sign-in: authorization codes and allowed device requests that
 * match and, where a subject is named without a client, the subject's sign-ins. With `before` only those in which the
 * subject authenticated before then. A grant that is created after that is a new one, and stays.
 *
 * Of a subject without a client, `subject.revoked` comes before the first grant: resource servers refuse the access tokens
 * of all its grants from then on, also of those whose turn comes seconds later.
 *
 * @param actor recorded in the events
 * @throws AdminError `invalid`: neither a subject nor a client, an empty subject, or `before`; `not_found`: the client
 */
export async function* revokeGrants(
  parts: RevokeGrantsParts,
  { subject, clientId, before }: RevokeGrantsFilter,
  actor: string,
): AsyncGenerator<RevokeGrantsProgress, void> {
  if (subject === "") throw new AdminError("invalid", "the subject is empty");
  if (subject === undefined && clientId === undefined) {
    throw new AdminError("invalid", "name a subject or a client");
  }
  if (before !== undefined) requireInstant("before", before);
  if (clientId !== undefined) await findClient(parts, clientId);
  const { grants, signIns, codes, events } = parts.store;
  const ofSubject = clientId === undefined ? subject : undefined;
  const authenticatedBefore = before ?? Number.MAX_SAFE_INTEGER;
  const signedOut = ofSubject === undefined ? 0 : await signIns.endAll(ofSubject, authenticatedBefore);
  const begun = await codes.expire({ subject, clientId, authenticatedBefore });
  if (ofSubject !== undefined) {
    // Before anything that takes the longer the more grants there are.
    const data = { created_until: Math.min(authenticatedBefore - 1, begun), actor };
    await events.record({ type: "subject.revoked", subject: ofSubject, data });
  }
  const newest = await newestOfLaterClock(parts.store, { subject, clientId });
  const createdBefore = Math.min(authenticatedBefore, Math.max(begun, newest) + 1);

  let revoked = 0;
  yield { revoked, signedOut };
  for (let after: string | undefined; ;) {
    const started = performance.now();
    const page = await grants.list({ subject, clientId }, { after, limit: BATCH });
    const ids = page.filter((grant) => grant.createdAt < createdBefore).map(({ id }) => id);
    revoked += await grants.revokeAll(ids, "revoked_by_operator", actor, ofSubject !== undefined);
    yield { revoked, signedOut };
    after = page.at(-1)?.id;
    if (page.length < BATCH || after === undefined) return;
    // As long again for others: SQLite gives its lock to the first that asks.
    await pause(performance.now() - started);
  }
}

/** When the last of the grants was created that are of the future, since the clock has gone back, ms; 0: none is. */
async function newestOfLaterClock(
  store: RevokeGrantsParts["store"],
  filter: RevokeGrantsFilter,
): Promise<number> {
  let newest = 0;
  for (let after: string | undefined; ;) {
    const page = await store.grants.list(filter, { after, limit: READ });
    const now = store.now();
    newest = Math.max(newest, ...page.map(({ createdAt }) => createdAt).filter((at) => at > now));
    after = page.at(-1)?.id;
    if (page.length < READ || after === undefined) return newest;
  }
}

/** Runs a revocation to its end. @throws as `revokeGrants` */
export async function revokeAllGrants(
  ...args: Parameters<typeof revokeGrants>
): Promise<RevokeGrantsProgress> {
  let last: RevokeGrantsProgress = { revoked: 0, signedOut: 0 };
  for await (const progress of revokeGrants(...args)) last = progress;
  return last;
}
