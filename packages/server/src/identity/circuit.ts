/** The call was not made; the caller may try again (HTTP 503). */
export class CircuitOpenError extends Error {
  override readonly name = "CircuitOpenError";
  readonly why: "failing" | "crowded";
  /** s */
  readonly retryAfter: number;

  constructor(why: "failing" | "crowded", retryAfter: number) {
    super(why === "failing" ? "it keeps failing" : "too many calls at a time");
    this.why = why;
    this.retryAfter = retryAfter;
  }
}

/** When a circuit opens, and for how long. */
interface CircuitOptions {
  /** Failures in a row that open the circuit. */
  failures: number;
  /** How long it stays open before one call is let through, ms. */
  pause: number;
  /** Most calls at a time. */
  maxCalls: number;
  /** ms, monotonic. */
  now?: () => number;
}

/**
 * A circuit breaker: after some failures in a row, calls fail at once, until one that is let through succeeds. It spares
 * the failing service, and the callers that would wait for it.
 */
export class Circuit {
  readonly #options: Required<CircuitOptions>;
  #failures = 0;
  #openUntil = 0;
  #calls = 0;

  constructor(options: CircuitOptions) {
    this.#options = { now: () => performance.now(), ...options };
  }

  /** @throws CircuitOpenError without calling; else what the call throws, which counts as a failure */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const { failures, pause, maxCalls, now } = this.#options;
    if (this.#calls >= maxCalls) throw new CircuitOpenError("crowded", 1);
    const wait = this.#openUntil - now();
    if (this.#failures >= failures) {
      if (wait > 0) throw new CircuitOpenError("failing", Math.ceil(wait / 1000));
      // This call may try; the others fail until it has succeeded.
      this.#openUntil = now() + pause;
    }
    this.#calls += 1;
    try {
      const value = await call();
      this.#failures = 0;
      return value;
    } catch (error) {
      this.#failures += 1;
      this.#openUntil = now() + pause;
      throw error;
    } finally {
      this.#calls -= 1;
    }
  }
}
