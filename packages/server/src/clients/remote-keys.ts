import { isKey, keysOf, publicKeyOf } from "../client-settings/jwks.ts";
import type { PublicJwk } from "../client-settings/jwks.ts";
import { QueueFullError } from "../limits/queue.ts";
import { RecentMap } from "../limits/recent-map.ts";
import type { Log } from "../log.ts";
import { RemoteDocuments } from "./remote-documents.ts";
import { DocumentError } from "./cimd/fetch-document.ts";
import type { fetchDocument } from "./cimd/fetch-document.ts";

/** Largest JWK Set, bytes, and how many of its keys are looked at: with certificates in it, a key has some kilobytes. */
const MAX_BYTES = 64 * 1024;
const MAX_LISTED = 100;
/** How many sets are remembered. */
const MAX_REMEMBERED = 1000;
/** How long known keys serve while their URL cannot be read, ms. */
const LONGEST_USE = 86_400_000;
/** Least time between two fetches of one URL because of an unknown key, ms: strangers can name such keys. */
const REREAD_INTERVAL = 10_000;

/** What fetching keys needs of the service. */
export interface RemoteKeyParts {
  /** ms. */
  readonly now: () => number;
  readonly log: Pick<Log, "warn">;
}

/** The keys that a URL had. What is no public key is left out. */
export interface KeySet {
  readonly keys: readonly PublicJwk[];
  /** ms. */
  readonly readAt: number;
}

/**
 * JWK Sets at the URLs of clients (`jwks_uri`, RFC 7591 §2), fetched as client ID metadata documents are: from public
 * addresses, one fetch at a time, and for as long as the response may be cached.
 */
export class RemoteKeys {
  readonly #documents: RemoteDocuments;
  readonly #now: () => number;
  readonly #log: RemoteKeyParts["log"];
  readonly #known = new RecentMap<KeySet>(MAX_REMEMBERED);
  /** By URL: when it was last fetched for an unknown key, ms. */
  readonly #rereadAt = new RecentMap<number>(MAX_REMEMBERED);

  constructor(fetch: typeof fetchDocument, { now, log }: RemoteKeyParts) {
    this.#log = log;
    this.#documents = new RemoteDocuments((url) => fetch(url, { maxBytes: MAX_BYTES }), now);
    this.#now = now;
  }

  /**
   * The keys at a URL. While it cannot be read, those that it had in the last day.
   *
   * @returns undefined if there are none
   */
  async read(url: string): Promise<KeySet | undefined> {
    if (!this.#documents.isFresh(url)) await this.#fetch(url);
    const known = this.#known.get(url);
    return known !== undefined && known.readAt + LONGEST_USE > this.#now() ? known : undefined;
  }

  /** The keys at a URL, fetched again because a key is not among `old`. Undefined: it is too soon for another fetch. */
  async reread(url: string, old: KeySet): Promise<KeySet | undefined> {
    const isRecent = (this.#rereadAt.get(url) ?? 0) + REREAD_INTERVAL > this.#now();
    if (!isRecent) {
      this.#rereadAt.put(url, this.#now());
      await this.#fetch(url);
    }
    const known = this.#known.get(url);
    return known === old ? undefined : known;
  }

  /** A failure leaves what is known. */
  async #fetch(url: string): Promise<void> {
    if (this.#documents.recentFailure(url) !== undefined) return;
    try {
      await this.#documents.fetch(url, async (body) =>
        this.#known.put(url, { keys: publicKeysOf(body), readAt: this.#now() }),
      );
    } catch (error) {
      if (!(error instanceof DocumentError || error instanceof QueueFullError)) throw error;
      const fault = error instanceof DocumentError ? error.fault : "too_many_fetches";
      this.#log.warn({ jwks_uri: url, fault }, "the keys of a client cannot be fetched");
    }
  }
}

/** @throws DocumentError if it is no JWK Set */
function publicKeysOf(body: unknown): PublicJwk[] {
  const keys = keysOf(body);
  if (keys === undefined) throw new DocumentError("malformed");
  return keys
    .slice(0, MAX_LISTED)
    .filter(isKey)
    .filter((key) => publicKeyOf(key) !== null);
}
