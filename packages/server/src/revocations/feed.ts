import type { Event, EventPosition, EventStore } from "../store/store.ts";
import { revocationOf } from "./revocation.ts";
import type { Revocation } from "./revocation.ts";

/** A page of the feed, and the position after it. */
interface RevocationPage {
  revocations: Revocation[];
  position: EventPosition;
  /** Whether a further page is available now. */
  more: boolean;
}

interface FeedDeps {
  store: { events: Pick<EventStore, "revocations">; now: () => number };
  /** The longest lifetime of access tokens, s: older revocations no longer matter. */
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
/** How often the store is read for other nodes' revocations while a reader waits, ms. */
const LOOK_INTERVAL = 400;
/** The most readers that may wait; further ones get a response at once and have to repeat the request. */
const MAX_WAITING = 1000;

/**
 * The feed of revocations for resource servers, in the order of the events (docs/verifying-tokens.md). One query serves
 * all waiting readers; without a waiting reader the store is not asked.
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

  /** Readers that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * The revocations after `from`. Without it, or if the store does not have that position since it was restored, all
   * that may still matter: those of the longest access token lifetime. If there are none, waits up to `wait` ms for the
   * first.
   *
   * @throws StoreBusyError, also after a wait: a failed read must not look like a page without revocations
   */
  async read(from: EventPosition | undefined, wait: number): Promise<RevocationPage> {
    const page = await this.#pageAfter(from);
    const news = page.more || page.revocations.length > 0;
    if (news || wait <= 0 || this.#closed || this.#waiting.size >= MAX_WAITING) return page;
    return this.#wait(page.position, wait);
  }

  /**
   * To be called after the commit of an event of this process. If it is a revocation, waiting readers get it at once;
   * those of other nodes are found within `LOOK_INTERVAL`.
   */
  wake(event: Event): void {
    if (this.#waiting.size > 0 && revocationOf(event) !== undefined) void this.#look();
  }

  /** Ends all waits as if their time were over, and allows no further ones. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#waiting) this.#leave(reader, quiet(reader.from));
  }

  async #pageAfter(from: EventPosition | undefined): Promise<RevocationPage> {
    const { store, keys } = this.#deps;
    const since = store.now() - keys.longestAccessTtl * 1000;
    const known = from && (await store.events.revocations(from, PAGE));
    const listed = known ?? (await store.events.revocations({ since }, PAGE));
    if (listed === undefined) throw new Error("the store does not list revocations since an instant");
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

  /** Reads the store for all waiting readers, and again if it was woken meanwhile. */
  async #look(): Promise<void> {
    this.#woken = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#woken && this.#waiting.size > 0) {
      this.#woken = false;
      const readers = [...this.#waiting];
      await this.#serve(readers).catch((error: unknown) => {
        // A failed read must not look like a page without revocations.
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
      // A store without this position was restored: each reader has to ask again with its own.
      if (listed === undefined) this.#leave(reader, quiet(reader.from));
      else this.#tell(reader, listed);
    }
  }

  /** Gives a reader its part of a page that begins at the oldest reader's position. */
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
