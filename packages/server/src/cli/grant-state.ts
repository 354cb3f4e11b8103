import type { Client, Grant, RevocationReason } from "../store/store.ts";
import { isoInstant } from "./output.ts";

/** Whether a grant still answers refreshes; instants in ms. */
export type GrantState =
  { state: "alive"; idleEndsAt: number } | { state: "ended"; at: number | null; because: EndReason };

export type EndReason = RevocationReason | "idle" | "lifetime" | "client_deleted";

/**
 * What became of a grant: of everything that can have ended it, whatever came first.
 *
 * @param client undefined: it was deleted; when is known from its event only
 */
export function grantState(grant: Grant, client: Client | undefined, now: number): GrantState {
  const ends: { at: number; because: EndReason }[] = [];
  if (grant.revokedAt !== null)
    ends.push({ at: grant.revokedAt, because: grant.revokedReason ?? "revoked_by_operator" });
  const clientEnd = client?.grantsRevokedAt ?? null;
  if (clientEnd !== null && grant.createdAt <= clientEnd)
    ends.push({ at: clientEnd, because: "client_disabled" });
  if (grant.expiresAt <= now) ends.push({ at: grant.expiresAt, because: "lifetime" });
  const idleEndsAt = client && grant.lastUsedAt + client.refreshIdleTtl * 1000;
  if (idleEndsAt !== undefined && idleEndsAt <= now) ends.push({ at: idleEndsAt, because: "idle" });

  const [first] = ends.toSorted((a, b) => a.at - b.at);
  if (first !== undefined) return { state: "ended", ...first };
  if (idleEndsAt === undefined) return { state: "ended", at: null, because: "client_deleted" };
  return { state: "alive", idleEndsAt };
}

/** A grant as JSON, for programs: wire names, instants in ISO 8601. */
export function grantJson(grant: Grant, state: GrantState): Record<string, unknown> {
  const alive = state.state === "alive";
  return {
    grant_id: grant.id,
    client_id: grant.clientId,
    subject: grant.subject,
    scope: grant.scope,
    state: state.state,
    ended_at: alive ? null : isoInstant(state.at),
    ended_because: alive ? null : state.because,
    generation: grant.generation,
    created_at: isoInstant(grant.createdAt),
    last_used_at: isoInstant(grant.lastUsedAt),
    idle_ends_at: alive ? isoInstant(state.idleEndsAt) : null,
    expires_at: isoInstant(grant.expiresAt),
  };
}

/** One word or two for a table. */
export function stateText(state: GrantState): string {
  return state.state === "alive" ? "alive" : `ended (${state.because})`;
}
