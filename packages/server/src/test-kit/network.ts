/** A network on which the issuer alone is reachable. */
export class TestNetwork {
  readonly #origin: string;
  readonly #respond: (request: Request) => Promise<Response>;
  #losesNext = false;

  /** @param respond what the issuer does with a request */
  constructor(issuer: string, respond: (request: Request) => Promise<Response>) {
    this.#origin = new URL(issuer).origin;
    this.#respond = respond;
  }

  /** Has the next POST processed, and loses its response. */
  loseNextResponse(): void {
    this.#losesNext = true;
  }

  /** In place of the global `fetch`. Redirects are not followed. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    if (origin !== this.#origin)
      throw new TypeError(`fetch failed: this network reaches ${this.#origin} alone, not ${origin}`);
    const isLost = this.#losesNext && request.method === "POST";
    if (isLost) this.#losesNext = false;
    const response = await orAborted(request.signal, this.#respond(request));
    if (isLost) throw new TypeError("fetch failed: the response was lost");
    return response;
  };
}

/** What the signal aborts with, unless `response` is there before. */
async function orAborted(signal: AbortSignal, response: Promise<Response>): Promise<Response> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    return await Promise.race([response, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
