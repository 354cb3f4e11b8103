import { OAuthError } from "../errors/oauth-error.ts";

/** Password checks that may wait; at 28 ms each, two at a time, the last of them waits about a second. */
const MAX_WAITING = 64;

/** Too many jobs are waiting; the caller may try again (HTTP 503). */
export class PasswordQueueFullError extends Error {
  override readonly name = "PasswordQueueFullError";
  /** s */
  readonly retryAfter = 1;
}

/** Runs a few jobs at a time, in the order of arrival, and lets a bounded number wait. */
export class PasswordQueue {
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(concurrency: number, maxWaiting: number) {
    this.#concurrency = concurrency;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Runs `job` when its turn comes; the turn is passed on when the job has settled.
   *
   * @throws {PasswordQueueFullError} if the longest queue is reached
   */
  async run<T>(job: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await job();
    } finally {
      this.#passOn();
    }
  }

  /** @throws {PasswordQueueFullError} if `run` would */
  refuseIfFull(): void {
    if (this.#waiting.length < this.#maxWaiting || this.#running < this.#concurrency) return;
    throw new PasswordQueueFullError(`${this.#maxWaiting} password checks are waiting`);
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#concurrency) {
      this.#running += 1;
      return;
    }
    this.refuseIfFull();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

/** Argon2 runs in the thread pool that also signs tokens: it gets half of the threads, and two at most. */
export function passwordConcurrency(threadPoolSize: string | undefined): number {
  const threads = Number(threadPoolSize ?? 4);
  return threads >= 4 ? 2 : 1;
}

const queue = new PasswordQueue(passwordConcurrency(process.env["UV_THREADPOOL_SIZE"]), MAX_WAITING);

/**
 * Runs `job` when it may use argon2. A job must not wait for a second turn: it could wait for itself.
 *
 * @param prepare comes before the turn: a database that hangs must hold none, as client secrets wait for turns too
 * @throws {PasswordQueueFullError} if 64 jobs are waiting
 */
export async function inPasswordTurn<T>(job: () => Promise<T>, prepare?: () => Promise<void>): Promise<T> {
  if (prepare !== undefined) {
    queue.refuseIfFull();
    await prepare();
  }
  return queue.run(job);
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
    if (!(error instanceof PasswordQueueFullError)) throw error;
    throw new OAuthError("password_queue_full", { retryAfter: error.retryAfter, cause: error });
  }
}
