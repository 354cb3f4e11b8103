/**
 * Warns before a session ends: `warnBeforeEnd(client, onExpiring)`.
 *
 * @module
 */
import type { Clock, TokenClient, TokenStatus } from "./api.ts";
import { systemClock } from "./clock.ts";

/** The session ends soon. */
export interface ExpiryWarning {
  /**
   * `authorization`: however often it is refreshed; only a login, or an extension at the server, postpones it.
   * `refresh_token`: unless it is refreshed before.
   */
  readonly reason: "authorization" | "refresh_token";
  /** When, ms since the epoch by this machine's clock. */
  readonly at: number;
}

/** When to warn. */
export interface ExpiryWarningOptions {
  /** Warns this long before the end, ms; capped at half of the lifetime. Default: a tenth of the lifetime, at most 7 days. */
  readonly leadMs?: number | undefined;
  /** The source of time, for tests. Default: the system's clocks. */
  readonly clock?: Clock | undefined;
}

/** Longest default lead, ms: a week. */
const MAX_LEAD = 604_800_000;
/** Bounds of the pause between two looks at the session, ms. */
const MIN_PAUSE = 1000;
const MAX_PAUSE = 60_000;

/**
 * Returns a client that warns when its session ends soon: once per session and reason, and again if that end has moved
 * later by more than the lead. It looks after a call that needs a token, once a minute at most, and so reports what a
 * refresh that was due did not postpone. Not for a client with a `grant`, which starts the next session by itself.
 *
 * @param onExpiring not awaited; what it throws is ignored
 */
export function warnBeforeEnd<Client extends Pick<TokenClient, "getToken" | "status">>(
  client: Client,
  onExpiring: (warning: ExpiryWarning) => void,
  { leadMs, clock = systemClock }: ExpiryWarningOptions = {},
): Client {
  /** The ends that were reported, by reason and session. */
  const warned: Partial<Record<string, number>> = {};
  const lead = (lifetime: number) => Math.min(leadMs ?? Math.min(lifetime / 10, MAX_LEAD), lifetime / 2);
  let checkAt = 0;

  async function check(): Promise<void> {
    if (clock.monotonic() < checkAt) return;
    checkAt = clock.monotonic() + MAX_PAUSE;
    try {
      const warning = look(await client.status());
      if (warning) onExpiring(warning);
    } catch {}
  }

  /** Finds the end to report, if there is one, and when to look again. */
  function look(status: TokenStatus): ExpiryWarning | undefined {
    const { issuedAt = 0, startedAt = issuedAt, expiresAt = Infinity } = status;
    const { authorizationExpiresAt = Infinity, refreshTokenExpiresAt = Infinity } = status;
    const now = clock.now();
    // The refresh that comes when the access token expires replaces the refresh token in time.
    const isReplaced = now < expiresAt && expiresAt < refreshTokenExpiresAt;
    const ends = [
      ["authorization", authorizationExpiresAt, startedAt],
      ["refresh_token", isReplaced ? Infinity : refreshTokenExpiresAt, issuedAt],
    ] as const;
    const waits = ends.map(([, at, since]) => (at < Infinity ? at - lead(at - since) - now : Infinity));
    // A login may come at any time.
    const next = status.issuedAt ? Math.min(MAX_PAUSE, ...waits.filter((wait) => wait > 0)) : 0;
    checkAt = clock.monotonic() + Math.max(next, MIN_PAUSE);
    const soon = ends[waits.findIndex((wait) => wait <= 0)];
    if (!soon) return undefined;
    const [reason, at, since] = soon;
    const key = reason + startedAt;
    if (at - (warned[key] ?? 0) <= lead(at - since)) return undefined;
    warned[key] = at;
    return { reason, at };
  }

  return {
    ...client,
    async getToken(options) {
      try {
        return await client.getToken(options);
      } finally {
        await check();
      }
    },
  };
}
