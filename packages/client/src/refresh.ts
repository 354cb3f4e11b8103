import type { RefreshTrigger } from "./api.ts";
import { sleep } from "./clock.ts";
import { StoreError, TokenUnavailableError } from "./errors.ts";
import { exchange } from "./exchange.ts";
import type { RefreshAttempt } from "./exchange.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { nextStep } from "./step.ts";
import type { Awaitable, CredentialRecord, Lease } from "./types.ts";
import { refreshTimes } from "./windows.ts";

/** What a caller needs a refresh for, and which record satisfies it. */
export interface RefreshRequest {
  readonly trigger: RefreshTrigger;
  /** Whether a record, from any process, satisfies the request now. */
  readonly isMet: (record: CredentialRecord) => boolean;
  /** Whether a caller waits for the result; a background refresh waits for nothing. */
  readonly urgent: boolean;
}

/** A cooldown this short is waited out instead of failing, ms. */
const SHORT_COOLDOWN = 1500;

/** Poll interval while waiting for another process to change the record, ms. */
const POLL_INTERVAL = 200;

const BUSY = "another process is refreshing";

/** Bound of the loop, for a store that refuses every write. */
const MAX_ROUNDS = 200;

/**
 * Returns a record that satisfies the request: one that another process stored, or the result of its own exchange. The
 * loop reads the record and takes the step that it calls for, until a step returns. Where there is a lock, it is taken
 * before the first wait or exchange.
 *
 * @param attempt the one that holds the lock
 * @throws SessionEndedError, TokenUnavailableError, ClientConfigError, StoreError
 */
export async function refresh(
  deps: RefreshDeps,
  request: RefreshRequest,
  attempt?: RefreshAttempt,
): Promise<CredentialRecord> {
  const { clock, server, cache, store, lock, key, emit } = deps;
  let mayBackOff = request.urgent;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stored = await cache.read();
    const now = server.now();
    const clocksAgree = store.scope !== "shared" || !!attempt?.times.resendMs;
    const context = { ...deps, ...cache.claim(), clocksAgree };
    const step = nextStep(stored?.record, now, request.isMet, context);
    if (step.do === "use") return step.record;
    const wait = step.until - now;
    const unavailable = (reason: string) =>
      new TokenUnavailableError(`No token available: ${attempt?.failure ?? reason}`, {
        refusal: stored?.record.refusal,
        retryAt: server.local(step.until),
      });
    if (step.do === "back off") {
      if (!mayBackOff || wait > SHORT_COOLDOWN) throw unavailable("the server failed");
      mayBackOff = false;
      await sleep(clock, wait);
      continue;
    }
    // Its own claim, which remains after a lost response, is not waited for.
    if (step.do === "wait" && (!request.urgent || attempt?.failure)) throw unavailable(BUSY);
    attempt ??= {
      began: clock.monotonic(),
      trigger: request.trigger,
      times: refreshTimes(deps.timeout, await retryWindow(deps, stored?.record)),
    };
    if (lock && !attempt.lease) {
      const begun = attempt;
      const work = (lease: Lease) => refresh(deps, request, { ...begun, lease });
      return lock.refresh(work, { ...begun.times, key, clock, isAtomic: store.atomic });
    }
    // Proceeding beside the lock's holder is not safe.
    if (attempt.lease?.signal.aborted) throw unavailable(BUSY);
    if (step.do === "wait") {
      if (clock.monotonic() - attempt.began > attempt.times.waitMs) throw unavailable(BUSY);
      await sleep(clock, POLL_INTERVAL);
    } else {
      const record = await exchange(deps, attempt, stored);
      if (record) {
        emit({ type: "refreshed", by: "self", generation: record.generation, trigger: request.trigger });
        return record;
      }
    }
  }
  throw new StoreError("The store refuses every write");
}

/** The server's, ms; 0: none. */
function retryWindow({ refresh }: RefreshDeps, record: CredentialRecord | undefined): Awaitable<number> {
  const { retryWindowMs = async () => 0 } = refresh;
  if (typeof retryWindowMs === "number") return retryWindowMs;
  return record?.retryWindow ?? retryWindowMs().catch(() => 0);
}
