import { setTimeout as delay } from "node:timers/promises";
import type { RevocationFeed } from "../revocations/feed.ts";
import type { Revocation } from "../revocations/revocation.ts";
import type { EventPosition, GrantStore } from "../store/store.ts";
import { rollbackTokenId } from "./rollback.ts";
import type { PassportRows } from "./rows.ts";

/** How long one read of the feed waits for revocations, ms. */
const WAIT = 30_000;
/** Pause after a failed read or write, ms. */
const REST = 1000;
const PAGE = 100;

interface RevocationSyncDeps {
  feed: Pick<RevocationFeed, "read">;
  grants: Pick<GrantStore, "find" | "list">;
  rows: Pick<PassportRows, "endSession" | "endAccessToken">;
  log: { warn(fields: Record<string, unknown>, message: string): void };
  /** Ends it before the next write, once the feed has been closed. */
  stopped: () => boolean;
}

/**
 * Revokes in Passport's tables what is revoked here, by any actor and on any node, so that nothing becomes valid again
 * after a rollback. It begins with all revocations that may still matter; applying one again is harmless. A disabled
 * client is left out: Passport has a flag of its own for that.
 */
export async function followRevocations(deps: RevocationSyncDeps): Promise<void> {
  const { stopped } = deps;
  let position: EventPosition | undefined;
  while (!stopped()) {
    try {
      const page = await deps.feed.read(position, WAIT);
      for (const revocation of page.revocations) {
        if (stopped()) return;
        await endInPassport(deps, revocation);
      }
      ({ position } = page);
    } catch (error) {
      if (stopped()) return;
      deps.log.warn({ err: error }, "revocations could not be written to Passport's tables; trying again");
      await delay(REST, undefined, { ref: false });
    }
  }
}

async function endInPassport(deps: RevocationSyncDeps, ended: Revocation): Promise<void> {
  const { grants, rows } = deps;
  if ("jti" in ended) return rows.endAccessToken(ended.jti);
  if ("grantId" in ended) {
    const grant = await grants.find(ended.grantId);
    if (grant !== undefined) await rows.endSession(rollbackTokenId(grant.id, grant.generation));
  } else if ("subject" in ended) {
    await endSubject(deps, ended);
  }
}

async function endSubject(
  { grants, rows, stopped }: RevocationSyncDeps,
  { subject, at }: { subject: string; at: number },
): Promise<void> {
  for (let after: string | undefined; ;) {
    const page = await grants.list({ subject }, { after, limit: PAGE });
    for (const { id, generation, createdAt } of page) {
      if (stopped()) return;
      if (createdAt <= at) await rows.endSession(rollbackTokenId(id, generation));
    }
    after = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}
