import type { VirtualTime } from "./virtual-time.ts";

/** The request is processed and its response lost. `delayed`: it arrives after the client's timeout. */
const LOST_AFTER = ["delayed", "lost_after", "hangs_after", "half", "gateway"] as const;

/** The request is not processed. */
const LOST_BEFORE = ["lost_before", "hangs_before", "unavailable", "limited"] as const;

export const FAULTS = ["slow", ...LOST_BEFORE, ...LOST_AFTER] as const;

/** What happens to one token request. */
export type Delivery = "delivered" | (typeof FAULTS)[number];

/** Deliveries after which the server has rotated and the client does not know. */
export const RESPONSE_LOST: ReadonlySet<Delivery> = new Set(LOST_AFTER);

/** A refresh token in transit; Infinity: the event never happened. */
export interface SentToken {
  readonly token: string;
  readonly from: number;
  /** When the client had the outcome or timed out. */
  clientDoneAt: number;
  /** When the server had processed it. */
  processedAt: number;
}

/** An authorization server with one token family: it rotates, and reuse outside the retry window revokes the family. */
export class ModelServer {
  readonly #time: VirtualTime;
  /** Retry window, ms; 0: none. */
  readonly window: number;
  /** s */
  readonly lifetime = 60;
  head = 1;
  isRevoked = false;
  rotatedAt = 0;
  readonly sent: SentToken[] = [];

  constructor(time: VirtualTime, window: number) {
    this.#time = time;
    this.window = window;
  }

  /** The response with the newest tokens. */
  response() {
    return {
      access_token: `access-${this.head}`,
      refresh_token: `refresh-${this.head}`,
      expires_in: this.lifetime,
    };
  }

  /** A request with this round-trip time, ms. */
  async post(token: string, delivery: Delivery, ms: number, signal: AbortSignal): Promise<Response> {
    const sent = { token, from: this.#time.at, clientDoneAt: Infinity, processedAt: Infinity };
    this.sent.push(sent);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
    try {
      return await Promise.race([this.#deliver(sent, delivery, ms), aborted]);
    } finally {
      sent.clientDoneAt = this.#time.at;
    }
  }

  async #deliver(sent: SentToken, delivery: Delivery, ms: number): Promise<Response> {
    const never = new Promise<never>(() => {});
    await this.#time.wait(delivery === "delayed" ? 9000 : delivery === "slow" ? 7000 : ms / 2);
    if (delivery === "lost_before") throw new TypeError("fetch failed");
    if (delivery === "hangs_before") return never;
    if (delivery === "unavailable" || delivery === "limited") {
      return this.#respond(delivery === "limited" ? 429 : 503, "<h1>Later</h1>");
    }
    const { status, body } = this.#refresh(sent.token);
    sent.processedAt = this.#time.at;
    await this.#time.wait(ms / 2);
    if (delivery === "lost_after") throw new TypeError("fetch failed");
    if (delivery === "hangs_after") return never;
    if (delivery === "gateway") return this.#respond(502, "<h1>Bad gateway</h1>");
    return this.#respond(status, delivery === "half" ? body.slice(0, body.length / 2) : body);
  }

  #refresh(token: string): { status: number; body: string } {
    const isHead = token === `refresh-${this.head}`;
    const isRetry = token === `refresh-${this.head - 1}` && this.#time.at - this.rotatedAt <= this.window;
    if (!this.isRevoked && isHead) {
      this.head += 1;
      this.rotatedAt = this.#time.at;
    } else if (!isRetry) this.isRevoked = true;
    if (this.isRevoked) return { status: 400, body: JSON.stringify({ error: "invalid_grant" }) };
    return { status: 200, body: JSON.stringify(this.response()) };
  }

  #respond(status: number, body: string): Response {
    return new Response(body, { status, headers: { date: new Date(this.#time.at).toUTCString() } });
  }
}
