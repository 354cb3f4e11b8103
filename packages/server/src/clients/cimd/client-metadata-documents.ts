import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import type { Client, ClientSettings } from "../../store/store.ts";
import { newClientSettings } from "../client.ts";
import { readClientMetadata } from "../client-metadata.ts";
import type { ClientMetadata } from "../client-metadata.ts";
import { DocumentError } from "./fetch-document.ts";
import { network } from "../../limits/network.ts";
import type { FetchedDocument } from "./fetch-document.ts";
import { documentClientId, isDocumentUrl } from "./client-id-url.ts";

/** How long a document is believed before it is fetched again, s: what its server says, within these. */
const LEAST_AGE = 60;
const USUAL_AGE = 300;
const GREATEST_AGE = 86_400;
/** ClientMetadataDocuments whose age is remembered; of more than that, the oldest are fetched again. */
const MAX_REMEMBERED = 1000;

const ACTOR = "metadata document";

/** Which documents were fetched lately by this process, and one fetch for all who ask for the same at once. */
export class ClientMetadataDocuments {
  readonly #fetch: (url: string) => Promise<FetchedDocument>;
  readonly #now: () => number;
  /** By URL: until when, ms. The oldest first. */
  readonly #freshUntil = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(fetch: (url: string) => Promise<FetchedDocument>, now: () => number) {
    this.#fetch = fetch;
    this.#now = now;
  }

  isFresh(url: string): boolean {
    return (this.#freshUntil.get(url) ?? 0) > this.#now();
  }

  /**
   * Fetches a document; `use` has it before it counts as fresh.
   *
   * @throws DocumentError, and what `use` throws
   */
  async fetch(url: string, use: (body: unknown) => Promise<void>): Promise<void> {
    const underWay = this.#underWay.get(url) ?? this.#fetchAnew(url, use);
    this.#underWay.set(url, underWay);
    await underWay;
  }

  async #fetchAnew(url: string, use: (body: unknown) => Promise<void>): Promise<void> {
    try {
      const { body, maxAge = USUAL_AGE } = await this.#fetch(url);
      await use(body);
      const age = Math.min(Math.max(maxAge, LEAST_AGE), GREATEST_AGE);
      this.#freshUntil.delete(url);
      this.#freshUntil.set(url, this.#now() + age * 1000);
      const [oldest] = this.#freshUntil.keys();
      if (this.#freshUntil.size > MAX_REMEMBERED && oldest !== undefined) this.#freshUntil.delete(oldest);
    } finally {
      this.#underWay.delete(url);
    }
  }
}

/** Whoever names a metadata document as its client is made known, or brought up to date, before it is looked up. */
export async function refreshClientMetadata(
  deps: Deps,
  clientId: string | undefined,
  address: () => string,
): Promise<void> {
  if (!deps.registration.documents || clientId === undefined || !isDocumentUrl(clientId)) return;
  await documentClient(deps, clientId, address);
}

/**
 * The client that the metadata document at `url` describes, made or brought up to date where the document has not been
 * read lately. A document that cannot be reached leaves the client as it was last seen; one that is gone or no longer
 * right refuses it.
 *
 * @throws OAuthError `invalid_client` (400) where there is no such document, or it is refused; `invalid_request` with 429
 *   after too many documents named by this address
 */
export async function documentClient(
  deps: Deps,
  url: string,
  address: () => string,
): Promise<Client | undefined> {
  const id = documentClientId(url);
  const known = await deps.clients.get(id);
  if (known !== undefined && deps.documents.isFresh(url)) return known;
  await deps.throttles.metadataDocuments.admit(network(address()));
  try {
    await deps.documents.fetch(url, (body) => keep(deps, url, id, known, body));
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    deps.log.info({ client_id: id, fault: error.fault }, "a client's metadata document cannot be used");
    if (known === undefined || error.fault !== "unreachable")
      throw new OAuthError("metadata_document_refused", { detail: error.fault });
    return known;
  }
  return deps.clients.read(id);
}

async function keep(
  deps: Deps,
  url: string,
  id: string,
  known: Client | undefined,
  body: unknown,
): Promise<void> {
  const { settings } = readDocument(body, url, deps.registration.scopes);
  if (known === undefined) return make(deps, id, { ...settings, metadataUri: url });
  const names = Object.keys(settings) as (keyof typeof settings)[];
  const changed = names.filter((name) => JSON.stringify(known[name]) !== JSON.stringify(settings[name]));
  if (changed.length === 0) return;
  await deps.store.clients.update(id, { ...known, ...settings }, changed, ACTOR);
}

/** Several nodes may do so at once: then one has made it. */
async function make(
  deps: Deps,
  id: string,
  settings: ClientMetadata["settings"] & Pick<ClientSettings, "metadataUri">,
): Promise<void> {
  const { defaults, maxUnused } = deps.registration;
  const outcome = await deps.store.registrations.register({
    client: {
      ...newClientSettings({ ...settings, selfRegistered: true }, defaults),
      id,
      public: true,
      secrets: [],
    },
    tokenDigest: null,
    authMethod: "none",
    initialToken: null,
    maxUnused,
    actor: ACTOR,
  });
  if (outcome === "too_many_unused") throw new OAuthError("too_many_unused_clients");
}

/** Draft §4.1: the document names its own URL, and holds no secret. */
function readDocument(body: unknown, url: string, scopes: readonly string[]): ClientMetadata {
  const { client_id: id, client_secret: secret } = (body ?? {}) as Record<string, unknown>;
  if (id !== url || secret !== undefined) throw new DocumentError("malformed");
  let metadata: ClientMetadata;
  try {
    metadata = readClientMetadata(body, scopes, "none");
  } catch (error) {
    throw error instanceof OAuthError ? new DocumentError("malformed", error) : error;
  }
  if (metadata.authMethod !== "none") throw new DocumentError("malformed");
  return metadata;
}
