import { QueueFullError } from "../limits/queue.ts";
import { RecentMap } from "../limits/recent-map.ts";
import { DocumentError } from "./cimd/fetch-document.ts";
import type { FetchedDocument } from "./cimd/fetch-document.ts";
import { domainOf } from "../outbound/resolve-host.ts";

/** How long a document is used before it is fetched again, s: what its server allows, within these bounds. */
const LEAST_AGE = 60;
const USUAL_AGE = 300;
const GREATEST_AGE = 86_400;
/** How long a document that could not be used is not fetched again, s. */
const FAILURE_AGE = 60;
/** How many URLs are remembered as fresh, and as failed; beyond it, the oldest are fetched again. */
const MAX_REMEMBERED = 1000;
/** Fetches at a time, in all and from one registrable domain. Each may take 5 s, and strangers choose the server. */
const MAX_UNDER_WAY = 64;
const MAX_OF_DOMAIN = 8;

/**
 * Documents at the URLs of clients: their metadata, and their keys. It remembers which of them this process fetched
 * lately, and which it could not use. Concurrent requests for one document share one fetch.
 */
export class RemoteDocuments {
  readonly #fetch: (url: string) => Promise<FetchedDocument>;
  readonly #now: () => number;
  /** By URL: fresh until, ms. */
  readonly #freshUntil = new RecentMap<number>(MAX_REMEMBERED);
  /** By URL: why it could not be used, and until when it is not tried again, ms. */
  readonly #failed = new RecentMap<{ error: DocumentError; until: number }>(MAX_REMEMBERED);
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(fetch: (url: string) => Promise<FetchedDocument>, now: () => number) {
    this.#fetch = fetch;
    this.#now = now;
  }

  /** Whether the document was fetched lately enough to be used without another fetch (RFC 9111 §4.2). */
  isFresh(url: string): boolean {
    return (this.#freshUntil.get(url) ?? 0) > this.#now();
  }

  /** Why the document could not be used, if that was less than a minute ago: it is not fetched again until then. */
  recentFailure(url: string): DocumentError | undefined {
    const failure = this.#failed.get(url);
    return failure !== undefined && failure.until > this.#now() ? failure.error : undefined;
  }

  /**
   * Fetches a document and passes it to `use`. It counts as fresh once `use` has succeeded.
   *
   * @throws DocumentError; QueueFullError while too many are being fetched, which is not remembered; what `use` throws
   */
  async fetch(url: string, use: (body: unknown) => Promise<void>): Promise<void> {
    const underWay = this.#underWay.get(url);
    if (underWay === undefined) this.#refuseIfFull(url);
    const fetched = underWay ?? this.#fetchAndUse(url, use);
    this.#underWay.set(url, fetched);
    await fetched;
  }

  #refuseIfFull(url: string): void {
    const domain = domainOfUrl(url);
    const ofDomain = [...this.#underWay.keys()].filter((other) => domainOfUrl(other) === domain).length;
    if (this.#underWay.size >= MAX_UNDER_WAY || ofDomain >= MAX_OF_DOMAIN)
      throw new QueueFullError("too many documents of clients are being fetched");
  }

  async #fetchAndUse(url: string, use: (body: unknown) => Promise<void>): Promise<void> {
    try {
      const { body, maxAge = USUAL_AGE } = await this.#fetch(url);
      await use(body);
      const age = Math.min(Math.max(maxAge, LEAST_AGE), GREATEST_AGE);
      this.#freshUntil.put(url, this.#now() + age * 1000);
    } catch (error) {
      if (error instanceof DocumentError) {
        this.#failed.put(url, { error, until: this.#now() + FAILURE_AGE * 1000 });
      }
      throw error;
    } finally {
      this.#underWay.delete(url);
    }
  }
}

function domainOfUrl(url: string): string {
  return domainOf(new URL(url).hostname);
}
