import { OAuthError } from "../errors/oauth-error.ts";
import { Queue, QueueByKey, QueueFullError } from "../limits/queue.ts";

/** Password checks that may wait; at 28 ms each, two at a time, the last of them waits about a second. */
const MAX_WAITING = 64;

/** Argon2 runs in the thread pool that also signs tokens: it gets half of the threads, and two at most. */
export function passwordConcurrency(threadPoolSize: string | undefined): number {
  const threads = Number(threadPoolSize ?? 4);
  return threads >= 4 ? 2 : 1;
}

const CONCURRENCY = passwordConcurrency(process.env["UV_THREADPOOL_SIZE"]);
const queue = new Queue(CONCURRENCY, MAX_WAITING);

/** What strangers of one network may have waiting, so that the turns of others stay free. */
const perNetwork = new QueueByKey(CONCURRENCY, MAX_WAITING / 2);

/** Checks that wait for their turn, of all services in this process. */
export function passwordChecksWaiting(): number {
  return queue.waiting;
}

/**
 * Runs `job` when it may use argon2. A job must not wait for a second turn: it could wait for itself.
 *
 * @param from the network of the request that is the reason; undefined: none is
 * @param prepare comes before the turn: a database that hangs must hold none, as client secrets wait for turns too
 * @throws {QueueFullError} if 64 jobs are waiting, or 32 of this network
 */
export async function inPasswordTurn<T>(
  job: () => Promise<T>,
  { from, prepare }: { from?: string; prepare?: () => Promise<void> } = {},
): Promise<T> {
  if (prepare !== undefined) {
    queue.refuseIfFull();
    await prepare();
  }
  return from === undefined ? queue.run(job) : perNetwork.run(from, () => queue.run(job));
}

/**
 * Waits for `turn`, and turns a full queue into the error that may be sent.
 *
 * @throws {OAuthError} `temporarily_unavailable`
 */
export async function orUnavailable<T>(turn: Promise<T>): Promise<T> {
  try {
    return await turn;
  } catch (error) {
    if (!(error instanceof QueueFullError)) throw error;
    throw new OAuthError("password_queue_full", { retryAfter: error.retryAfter, cause: error });
  }
}
