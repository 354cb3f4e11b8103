import type { Event, EventPosition, EventStore } from "../store/store.ts";
import { revocationOf } from "./revocation.ts";
import type { Revocation } from "./revocation.ts";

/** A part of the feed, and where it goes on. */
export interface RevocationPage {
  revocations: Revocation[];
  position: EventPosition;
  /** There is more already. */
  more: boolean;
}

interface FeedDeps {
  store: { events: Pick<EventStore, "revocations">; now: () => number };
  /** Lifetime, s, of the longest-lived access token: what ended longer ago is of no interest to anybody. */
  keys: { readonly longestAccessTtl: number };
}

interface Listed {
  events: Event[];
  position: EventPosition;
}

interface Reader {
  from: EventPosition;
  resolve: (page: RevocationPage) => void;
  reject: (error: unknown) => void;
}

/** About 100 KiB on the wire. */
const PAGE = 1000;
/** How often another node's revocations are looked for while somebody waits, ms. */
const LOOK_INTERVAL = 400;
/** Readers that may wait; further ones are answered at once and have to come again. */
const MAX_WAITING = 1000;

/**
 * What ended access tokens, for those who verify them: in the order of the events, and told as soon as it is known. All
 * who wait are served by one query; while nobody waits, nothing is asked.
 */
export class RevocationFeed {
  readonly #deps: FeedDeps;
  readonly #waiting = new Set<Reader>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #woken = false;
  #closed = false;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /**
   * What ended after `from`, or, where it is left out or not known here, all that may still matter. Waits up to `wait`
   * ms for the first news; `more` is never waited for.
   */
  async read(from: EventPosition | undefined, wait: number): Promise<RevocationPage> {
    const page = await this.#pageAfter(from);
    const news = page.more || page.revocations.length > 0;
    if (news || wait <= 0 || this.#closed || this.#waiting.size >= MAX_WAITING) return page;
    return this.#wait(page.position, wait);
  }

  /** Call after the commit of an event: readers who wait for such are told at once. */
  wake(event: Event): void {
    if (this.#waiting.size > 0 && revocationOf(event) !== undefined) void this.#look();
  }

  /** Answers all who wait, as if their time were over; nobody waits any more. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#waiting) this.#leave(reader, quiet(reader.from));
  }

  async #pageAfter(from: EventPosition | undefined): Promise<RevocationPage> {
    const { store, keys } = this.#deps;
    const since = store.now() - keys.longestAccessTtl * 1000;
    const known = from && (await store.events.revocations(from, PAGE));
    const listed = known ?? (await store.events.revocations({ since }, PAGE));
    if (listed === undefined) throw new Error("the store does not list what ended since an instant");
    return pageOf(listed.events, listed);
  }

  async #wait(from: EventPosition, wait: number): Promise<RevocationPage> {
    const { promise, resolve, reject } = Promise.withResolvers<RevocationPage>();
    const reader: Reader = { from, resolve, reject };
    const timer = setTimeout(() => this.#leave(reader, quiet(reader.from)), wait);
    this.#waiting.add(reader);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_INTERVAL).unref();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** One look for all who wait; what is told meanwhile is looked for again. */
  async #look(): Promise<void> {
    this.#woken = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#woken && this.#waiting.size > 0) {
      this.#woken = false;
      const readers = [...this.#waiting];
      await this.#serve(readers).catch((error: unknown) => {
        // Who hears nothing must not take it for no news.
        for (const reader of readers) {
          reader.reject(error);
          this.#forget(reader);
        }
      });
    }
    this.#looking = false;
  }

  async #serve(readers: readonly Reader[]): Promise<void> {
    const oldest = readers.reduce((one, other) => (other.from.id < one.from.id ? other : one));
    const listed = await this.#deps.store.events.revocations(oldest.from, PAGE);
    for (const reader of readers) {
      // A store that does not know the position any more was restored: each has to ask anew with its own.
      if (listed === undefined) this.#leave(reader, quiet(reader.from));
      else this.#tell(reader, listed);
    }
  }

  #tell(reader: Reader, listed: Listed): void {
    const { from } = reader;
    const page = pageOf(
      listed.events.filter(({ id }) => id > from.id),
      listed,
    );
    if (page.revocations.length > 0) this.#leave(reader, page);
    else if (listed.position.id > from.id) reader.from = listed.position;
  }

  #leave(reader: Reader, page: RevocationPage): void {
    reader.resolve(page);
    this.#forget(reader);
  }

  #forget(reader: Reader): void {
    this.#waiting.delete(reader);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function pageOf(events: readonly Event[], { position, events: all }: Listed): RevocationPage {
  const revocations = events.map(revocationOf).filter((one) => one !== undefined);
  return { revocations, position, more: all.length === PAGE };
}

function quiet(position: EventPosition): RevocationPage {
  return { revocations: [], position, more: false };
}
