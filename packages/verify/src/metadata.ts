import { sharedLoad, systemClock } from "@regrant/client/internal";
import { discover } from "@regrant/client/metadata";

export interface MetadataOptions {
  issuer: string;
  fetch: typeof fetch;
  allowHttp: boolean;
}

/** For all places where metadata may be, ms. */
const TIMEOUT = 5000;
/** Age at which an endpoint is looked up again, ms: a server may move it. */
const MAX_AGE = 3_600_000;

/** The authorization server's metadata (RFC 8414), loaded when first needed. */
export class Metadata {
  readonly #options: MetadataOptions;
  #issuer: string;

  constructor(options: MetadataOptions) {
    this.#options = options;
    this.#issuer = options.issuer;
  }

  /** The issuer as the metadata has it, with which tokens must agree exactly; until it is loaded, as configured. */
  get issuer(): string {
    return this.#issuer;
  }

  /**
   * Returns a function that resolves to the URL of one endpoint.
   *
   * @throws DiscoveryError the metadata cannot be loaded, is another issuer's, or lacks the endpoint
   */
  endpoint(name: string): () => Promise<string> {
    let known: { url: string; loadedAt: number } | undefined;
    const load = sharedLoad(systemClock, TIMEOUT, async () => {
      const { issuer, ...options } = this.#options;
      const metadata = await discover(issuer, { ...options, timeoutMs: TIMEOUT, endpoints: [name] });
      this.#issuer = metadata.issuer;
      known = { url: metadata[name] as string, loadedAt: systemClock.monotonic() };
      return known;
    });
    return async () => {
      if (known !== undefined && systemClock.monotonic() - known.loadedAt < MAX_AGE) return known.url;
      const last = known;
      const { url } = await load().catch((error: unknown) => {
        if (last === undefined) throw error;
        return last;
      });
      return url;
    };
  }
}
