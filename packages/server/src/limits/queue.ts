/** Too many jobs are waiting; the caller may try again (HTTP 503). */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
  /** s */
  readonly retryAfter = 1;
}

/** Runs a few jobs at a time, in the order of arrival, and lets a bounded number wait. */
export class Queue {
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(concurrency: number, maxWaiting: number) {
    this.#concurrency = concurrency;
    this.#maxWaiting = maxWaiting;
  }

  /** Jobs that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Runs `job` when its turn comes; the turn is passed on when the job has settled.
   *
   * @throws {QueueFullError} if the longest queue is reached
   */
  async run<T>(job: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await job();
    } finally {
      this.#passOn();
    }
  }

  /** @throws {QueueFullError} if `run` would */
  refuseIfFull(): void {
    if (this.#waiting.length < this.#maxWaiting || this.#running < this.#concurrency) return;
    throw new QueueFullError(`${this.#maxWaiting} jobs are waiting`);
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

/** A queue for each key, while it has jobs. */
export class QueueByKey {
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #queues = new Map<string, { queue: Queue; jobs: number }>();

  /** Both limits are those of one key. */
  constructor(concurrency: number, maxWaiting: number) {
    this.#concurrency = concurrency;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Runs `job` when the key's turn comes.
   *
   * @throws {QueueFullError} if too many jobs of the key are waiting
   */
  async run<T>(key: string, job: () => Promise<T>): Promise<T> {
    const own = this.#queues.get(key) ?? { queue: new Queue(this.#concurrency, this.#maxWaiting), jobs: 0 };
    this.#queues.set(key, own);
    own.jobs += 1;
    try {
      return await own.queue.run(job);
    } finally {
      own.jobs -= 1;
      if (own.jobs === 0) this.#queues.delete(key);
    }
  }
}
