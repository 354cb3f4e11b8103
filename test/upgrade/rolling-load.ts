import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { NewClient, TokenResponse } from "../service.ts";
import { readRefreshToken, refresh, successorIn } from "../token-request.ts";
import type { Answer } from "../token-request.ts";

/** One refresh in so many is sent again, to any node. */
const RETRIED = 5;
/** Between two refreshes of a client, ms. */
const PAUSE = 80;

/** A client with one session. */
interface Holder {
  held: string;
  /** Of the last response. */
  accessToken: string | undefined;
}

/**
 * Clients that refresh their sessions without end, each request at any of the nodes. What is not answered is sent again;
 * what is refused, or answered twice in two ways, is a failure.
 */
export class RollingLoad {
  /** Requests that got no answer. */
  lost = 0;
  answered = 0;
  readonly #failures: string[] = [];
  readonly #holders: Holder[];
  readonly #client: NewClient;
  #urls: readonly string[];
  #stopped = false;
  #running: Promise<unknown>;

  constructor(urls: readonly string[], client: NewClient, tokens: readonly string[]) {
    this.#urls = urls;
    this.#client = client;
    this.#holders = tokens.map((held) => ({ held, accessToken: undefined }));
    this.#running = Promise.all(this.#holders.map((holder) => this.#refreshUntilStopped(holder)));
  }

  /** From now on requests go to these nodes. */
  goTo(...urls: readonly string[]): void {
    this.#urls = urls;
  }

  /** Waits for so many answers more. */
  async answers(count: number): Promise<void> {
    const goal = this.answered + count;
    while (this.answered < goal && this.#failures.length === 0) await pause(PAUSE);
    this.assertNoFailure();
  }

  accessTokens(): (string | undefined)[] {
    return this.#holders.map(({ accessToken }) => accessToken);
  }

  assertNoFailure(): void {
    assert.deepEqual(this.#failures, []);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Ends it, and checks that each session goes on. */
  async finish(): Promise<void> {
    await this.stop();
    this.assertNoFailure();
    for (const { held } of this.#holders) successorIn(await refresh(this.#anyUrl(), this.#client, held));
  }

  async #refreshUntilStopped(holder: Holder): Promise<void> {
    for (let sent = 1; !this.#stopped && this.#failures.length === 0; sent += 1) {
      const first = await this.#ask(holder.held);
      if (first === undefined) continue;
      const next = first.refresh_token;
      if (sent % RETRIED === 0) {
        const again = await this.#ask(holder.held);
        if (again !== undefined && again.refresh_token !== next)
          this.#fail("a retry got another token", holder);
      }
      const [before, after] = [holder.held, next].map((token) => readRefreshToken(token));
      // One generation for each answer that counted: none was rotated twice, none was lost.
      if (after?.generation !== (before?.generation ?? 0) + 1)
        this.#fail("a generation was left out", holder);
      holder.held = next;
      holder.accessToken = first.access_token;
      await pause(PAUSE);
    }
  }

  /** Undefined: it got no answer. */
  async #ask(token: string): Promise<TokenResponse | undefined> {
    const url = this.#anyUrl();
    let answer: Answer;
    try {
      answer = await refresh(url, this.#client, token);
    } catch {
      this.lost += 1;
      await pause(PAUSE);
      return undefined;
    }
    this.answered += 1;
    if (answer.status === 200) return answer.body as TokenResponse;
    this.#fail(`${url} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return undefined;
  }

  #fail(what: string, holder?: Holder): void {
    this.#failures.push(
      holder === undefined ? what : `${what}: ${JSON.stringify(readRefreshToken(holder.held))}`,
    );
  }

  #anyUrl(): string {
    return this.#urls[Math.floor(Math.random() * this.#urls.length)] ?? "";
  }
}
