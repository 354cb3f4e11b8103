import { setTimeout as pause } from "node:timers/promises";
import type { NewClient } from "./service.ts";
import { refresh, successorIn } from "./token-request.ts";
import type { Answer } from "./token-request.ts";

/** Refreshes in flight. */
const IN_FLIGHT = 32;

/** A client that refreshes without end, and after anything but a good answer tries again with the last token it holds. */
export interface Holder {
  held: string;
  /** Good answers, each with a new refresh token. */
  successors: number;
  /** The answer that ended it, if one did. */
  refusal?: Answer;
}

/** Holders who share one server, which may lose its database. */
export class Load {
  readonly holders: readonly Holder[];
  /** Answers that asked for another try: 503 with `Retry-After`. */
  busy = 0;
  /** Requests without an answer. */
  lost = 0;
  readonly #url: string;
  readonly #client: NewClient;
  /** Those without a refresh in flight, the one that waited longest first. */
  readonly #waiting: Holder[];
  readonly #watchers = new Set<() => void>();
  #stopped = false;

  constructor(url: string, client: NewClient, tokens: readonly string[]) {
    this.holders = tokens.map((held) => ({ held, successors: 0 }));
    this.#url = url;
    this.#client = client;
    this.#waiting = [...this.holders];
  }

  /** Refreshes for as long as `work` takes, and until every answer is there. */
  async during(work: () => Promise<void>): Promise<void> {
    const running = Array.from({ length: IN_FLIGHT }, () => this.#refreshUntilStopped());
    try {
      await work();
    } finally {
      this.#stopped = true;
      await Promise.all(running);
    }
  }

  /** Waits for what can become true with an answer; rejects after `patience`, ms, and when a holder was refused. */
  async until(holds: () => boolean, patience: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      const refused = this.holders.find(({ refusal }) => refusal !== undefined);
      if (refused !== undefined) reject(new Error(`a session was refused: ${JSON.stringify(refused)}`));
      else if (holds()) resolve();
    };
    const late = setTimeout(() => reject(new Error(`not within ${patience} ms: ${String(holds)}`)), patience);
    this.#watchers.add(look);
    look();
    await promise.finally(() => {
      clearTimeout(late);
      this.#watchers.delete(look);
    });
  }

  /** One of those that share the work: takes the next holder, sends its refresh, and puts it back. */
  async #refreshUntilStopped(): Promise<void> {
    while (!this.#stopped) {
      const holder = this.#waiting.shift();
      if (holder === undefined) return;
      const retryAfter = await this.#refreshOnce(holder);
      if (holder.refusal === undefined) this.#waiting.push(holder);
      for (const look of this.#watchers) look();
      await pause(retryAfter * 1000);
    }
  }

  /** @returns how long the service asks to wait, s */
  async #refreshOnce(holder: Holder): Promise<number> {
    let answer: Answer;
    try {
      answer = await refresh(this.#url, this.#client, holder.held);
    } catch {
      this.lost += 1;
      return 0;
    }
    if (answer.status === 503 && answer.retryAfter !== undefined) {
      this.busy += 1;
      return answer.retryAfter;
    }
    if (answer.status === 200) {
      holder.held = successorIn(answer);
      holder.successors += 1;
    } else {
      holder.refusal = answer;
    }
    return 0;
  }
}
