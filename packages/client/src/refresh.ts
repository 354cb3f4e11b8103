import type { RefreshTrigger } from "./api.ts";
import { sleep } from "./clock.ts";
import { ClientConfigError, isTokenError, SessionEndedError, TokenUnavailableError } from "./errors.ts";
import { spend } from "./spend.ts";
import type { Attempt, RefreshDeps } from "./spend.ts";
import { nextStep } from "./step.ts";
import type { CredentialRecord, Lease } from "./types.ts";
import { refreshTimes } from "./windows.ts";

/** Why somebody wants a refresh, and when it is no longer needed. */
export interface Demand {
  readonly trigger: RefreshTrigger;
  /** Whether a record, whoever stored it, has what is wanted at this instant of the server's clock. */
  isMet(record: CredentialRecord, now: number): boolean;
  /** Whether somebody waits for it; else nothing is waited for. */
  readonly urgent: boolean;
}

/** A cooldown that is not worth an error to those who wait, ms. */
const SHORT = 1500;

/**
 * Brings about a record that meets the demand: takes what somebody else stored, or claims the refresh token, spends it
 * and stores the successor.
 *
 * @throws SessionEndedError, TokenUnavailableError, ClientConfigError, StoreError
 */
export async function refresh(deps: RefreshDeps, demand: Demand): Promise<CredentialRecord> {
  const { lock, store, key, clock } = deps;
  const times = refreshTimes(deps.timeout, await deps.retryWindow());
  const patience = clock.monotonic() + times.wait;
  const attempt = { times, trigger: demand.trigger };
  const run = (lease?: Lease) => rounds(deps, demand, patience, { ...attempt, lease });
  if (!lock) return run();
  try {
    return await lock(key, run, { waitMs: times.wait, leaseMs: times.lease });
  } catch (error) {
    // The claim in the record is enough where the store can tell two writers apart.
    if (isTokenError(error, "lock_unavailable") && store.atomic) return run();
    if (!isTokenError(error, "lock_busy")) throw error;
    // The holder may have done it; if not, nobody goes on beside it.
    const record = (await deps.kept.read())?.record;
    if (record && !record.ended && demand.isMet(record, deps.server.now())) return record;
    throw new TokenUnavailableError("Another is refreshing", { retryAt: clock.now() + times.wait });
  }
}

/**
 * Reads and does what the record calls for, until there is a result.
 *
 * @param patience until when to wait for others, by the monotonic clock
 */
async function rounds(
  deps: RefreshDeps,
  demand: Demand,
  patience: number,
  attempt: Attempt,
): Promise<CredentialRecord> {
  const { clock, server, kept, store } = deps;
  let { urgent } = demand;
  for (;;) {
    const held = await kept.read();
    const now = server.now();
    const clocksAgree = store.scope !== "shared" || attempt.times.resend > 0;
    const surroundings = { ...deps, watched: kept.watched(), clocksAgree };
    const step = nextStep(held?.record, now, (record) => demand.isMet(record, now), surroundings);
    switch (step.do) {
      case "use":
        return step.record;
      case "end":
        throw new SessionEndedError(step.reason, `There is no session: ${step.reason}`);
      case "refuse":
        throw new ClientConfigError(`The client cannot refresh: ${step.why}`);
      case "cool":
        if (!urgent || step.until - now > SHORT)
          throw unavailable(attempt.why ?? "the server could not answer");
        urgent = false;
        await sleep(clock, step.until - now);
        break;
      case "watch":
        if (!demand.urgent || clock.monotonic() > patience) throw unavailable("another is refreshing");
        await kept.changed();
        break;
      case "spend": {
        const record = await spend(deps, attempt, held);
        if (record) return record;
      }
    }

    function unavailable(why: string): TokenUnavailableError {
      const wait = "until" in step ? step.until - now : 0;
      return new TokenUnavailableError(`No token now: ${why}`, { retryAt: clock.now() + wait });
    }
  }
}
