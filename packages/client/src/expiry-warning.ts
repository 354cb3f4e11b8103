import type { RefreshDeps } from "./refresh-deps.ts";

/** Longest default lead, ms: a week. */
const MAX_LEAD = 604_800_000;

/**
 * Returns a function that emits `expiring` if the session in the record ends soon: once per session and reason, and
 * again if that end has moved later by more than the lead. It is called after a refresh that was due, and so reports what
 * that did not postpone.
 */
export function expiryWarning({ cache, server, grant, expiringLeadMs, emit }: RefreshDeps): () => void {
  /** The ends that were reported, by reason and session. */
  const warned: Partial<Record<string, number>> = {};
  const lead = (lifetime: number) =>
    Math.min(expiringLeadMs ?? Math.min(lifetime / 10, MAX_LEAD), lifetime / 2);

  return () => {
    const record = cache.last();
    // With a grant, the client starts the next session by itself.
    if (!record || grant) return;
    const { issuedAt, startedAt = issuedAt, expiresAt = Infinity } = record;
    const { authorizationExpiresAt = Infinity, refreshTokenExpiresAt = Infinity } = record;
    const now = server.now();
    // The refresh that comes when the access token expires replaces the refresh token in time.
    const isReplaced = now < expiresAt && expiresAt < refreshTokenExpiresAt;
    const ends = [
      ["authorization", authorizationExpiresAt, startedAt],
      ["refresh_token", isReplaced ? Infinity : refreshTokenExpiresAt, issuedAt],
    ] as const;
    for (const [reason, at, since] of ends) {
      const ahead = lead(at - since);
      if (at === Infinity || at - now > ahead) continue;
      const key = reason + startedAt;
      if (at - (warned[key] ?? 0) > ahead) {
        warned[key] = at;
        emit({ type: "expiring", reason, at: at - server.offset() });
      }
      return;
    }
  };
}
