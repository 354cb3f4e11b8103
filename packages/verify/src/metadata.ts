import { checkUrl, fetchJson } from "./http.ts";

export interface MetadataOptions {
  issuer: string;
  fetch: typeof fetch;
  allowHttp: boolean;
}

/** ms */
const TIMEOUT = 5000;

/** The authorization server's metadata (RFC 8414), loaded when first needed and cached. */
export class Metadata {
  readonly #options: MetadataOptions;
  #read: Promise<Record<string, unknown>> | undefined;

  constructor(options: MetadataOptions) {
    this.#options = options;
  }

  /**
   * The URL of one endpoint.
   *
   * @throws Error the metadata cannot be loaded, is another issuer's, or lacks the endpoint
   */
  async endpoint(name: string): Promise<string> {
    this.#read ??= this.#fetch().catch((error: unknown) => {
      this.#read = undefined;
      throw error;
    });
    const url = (await this.#read)[name];
    if (typeof url !== "string") {
      // The server may advertise it after an upgrade: load the metadata again next time.
      this.#read = undefined;
      throw new Error(`${this.#options.issuer} does not advertise ${name} in its metadata`);
    }
    return checkUrl(name, url, this.#options.allowHttp);
  }

  async #fetch(): Promise<Record<string, unknown>> {
    const { issuer, fetch } = this.#options;
    const metadata = await fetchJson(metadataUrl(issuer), { fetch, timeout: TIMEOUT });
    // RFC 8414 §3.3: the issuer must be identical, or the metadata must not be used.
    if (metadata["issuer"] !== issuer) throw new Error(`the metadata of ${issuer} names another issuer`);
    return metadata;
  }
}

/** RFC 8414 §3.1: the well-known path is inserted between the host and the issuer's path. */
function metadataUrl(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, "")}`;
}
