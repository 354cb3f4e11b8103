import { decide } from "../store/decide.ts";
import type { Decision } from "../store/decide.ts";
import type { Parent } from "../store/grant-status.ts";
import { recentUntil, resumed } from "../store/retry-windows.ts";
import type { Client, Grant } from "../store/store.ts";
import { presentedToken } from "../tokens/refresh-token.ts";
import type { RefreshToken } from "../tokens/refresh-token.ts";

/** What a refresh with a token would meet now. */
export interface RefreshOutcome {
  outcome: Decision["outcome"];
  /** With `retried`, until when it is answered so, ms. */
  until?: number | undefined;
}

/** The grant of a token, and what ends it. */
export interface PresentedGrant {
  grant: Grant | undefined;
  /** Of a child grant: the one that it was exchanged for. */
  parent: Parent | undefined;
  client: Client;
  now: number;
}

/**
 * Asks the decision table what a refresh of `client` with this token would meet. It changes nothing, and assumes that the
 * client proves possession of the grant's key, if the grant is bound to one.
 *
 * @param now the store's clock, ms
 * @param legacyEnd when a legacy token that has not moved yet expires, ms
 */
export function refreshOutcome(
  token: RefreshToken,
  { grant, parent, client, now }: PresentedGrant,
  legacyEnd = Infinity,
): RefreshOutcome {
  const presented = presentedToken(token, client, { binding: grant?.binding ?? null });
  const { outcome } = decide(grant, presented, now, parent);
  if (grant?.generation === 0 && now >= legacyEnd && outcome !== "unknown" && outcome !== "client_mismatch") {
    return { outcome: "expired" };
  }
  if (outcome !== "retried" || grant === undefined) return { outcome };
  return { outcome, until: recentUntil(resumed(grant, now), token.generation, client.retryWindow) };
}
