import type { VirtualTime } from "./virtual-time.ts";

/** The request is carried out and the client does not learn of it. `delayed`: it arrives when the client has given up. */
const LOST_AFTER = ["delayed", "lost_after", "hangs_after", "half", "gateway"] as const;

/** It is not carried out. */
const LOST_BEFORE = ["lost_before", "hangs_before", "unavailable", "limited"] as const;

export const FAULTS = ["slow", ...LOST_BEFORE, ...LOST_AFTER] as const;

/** What becomes of one token request. */
export type Fate = "answered" | (typeof FAULTS)[number];

/** Fates in which the server has rotated and the client does not know. */
export const LOSING: ReadonlySet<Fate> = new Set(LOST_AFTER);

/** A refresh token on its way; Infinity: it was never taken, or its client died before it could be. */
export interface Spend {
  readonly token: string;
  readonly from: number;
  /** When the client knew, or gave up. */
  left: number;
  /** When the server was done with it. */
  taken: number;
}

/** An authorization server with one family of tokens: it rotates, and reuse outside the retry window ends the family. */
export class ModelServer {
  readonly #time: VirtualTime;
  /** ms; 0: strict */
  readonly window: number;
  readonly lifetime = 60;
  head = 1;
  isRevoked = false;
  rotatedAt = 0;
  readonly spends: Spend[] = [];

  constructor(time: VirtualTime, window: number) {
    this.#time = time;
    this.window = window;
  }

  /** The tokens of the head. */
  answer() {
    return {
      access_token: `access-${this.head}`,
      refresh_token: `refresh-${this.head}`,
      expires_in: this.lifetime,
    };
  }

  /** Sends a request to it, `ms` from end to end. */
  async post(token: string, fate: Fate, ms: number, signal: AbortSignal): Promise<Response> {
    const spend = { token, from: this.#time.at, left: Infinity, taken: Infinity };
    this.spends.push(spend);
    const given = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
    try {
      return await Promise.race([this.#travel(spend, fate, ms), given]);
    } finally {
      spend.left = this.#time.at;
    }
  }

  async #travel(spend: Spend, fate: Fate, ms: number): Promise<Response> {
    const never = new Promise<never>(() => {});
    await this.#time.wait(fate === "delayed" ? 9000 : fate === "slow" ? 7000 : ms / 2);
    if (fate === "lost_before") throw new TypeError("fetch failed");
    if (fate === "hangs_before") return never;
    if (fate === "unavailable" || fate === "limited") {
      return this.#respond(fate === "limited" ? 429 : 503, "<h1>Later</h1>");
    }
    const { status, body } = this.#present(spend.token);
    spend.taken = this.#time.at;
    await this.#time.wait(ms / 2);
    if (fate === "lost_after") throw new TypeError("fetch failed");
    if (fate === "hangs_after") return never;
    if (fate === "gateway") return this.#respond(502, "<h1>Bad gateway</h1>");
    return this.#respond(status, fate === "half" ? body.slice(0, body.length / 2) : body);
  }

  #present(token: string): { status: number; body: string } {
    const isHead = token === `refresh-${this.head}`;
    const isRetry = token === `refresh-${this.head - 1}` && this.#time.at - this.rotatedAt <= this.window;
    if (!this.isRevoked && isHead) {
      this.head += 1;
      this.rotatedAt = this.#time.at;
    } else if (!isRetry) this.isRevoked = true;
    if (this.isRevoked) return { status: 400, body: JSON.stringify({ error: "invalid_grant" }) };
    return { status: 200, body: JSON.stringify(this.answer()) };
  }

  #respond(status: number, body: string): Response {
    return new Response(body, { status, headers: { date: new Date(this.#time.at).toUTCString() } });
  }
}
