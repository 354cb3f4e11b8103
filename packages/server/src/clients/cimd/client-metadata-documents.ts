import type { Logger } from "pino";
import { changeSettings, newClientSettings } from "../../client-settings/settings.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { network } from "../../limits/network.ts";
import type { Throttles } from "../../limits/throttles.ts";
import type { Client, Store } from "../../store/store.ts";
import type { ClientCache } from "../client-cache.ts";
import { readClientMetadata } from "../client-metadata.ts";
import type { RegisteredSettings } from "../client-metadata.ts";
import type { RegistrationRules } from "../self-registration.ts";
import { documentClientId, isDocumentUrl } from "./client-id-url.ts";
import { DocumentError } from "./fetch-document.ts";
import type { FetchedDocument } from "./fetch-document.ts";

/** How long a document is used before it is fetched again, s: what its server allows, within these bounds. */
const LEAST_AGE = 60;
const USUAL_AGE = 300;
const GREATEST_AGE = 86_400;
/** How many URLs are remembered as fresh; beyond it, the oldest are fetched again. */
const MAX_REMEMBERED = 1000;

// The actor of changes that a document causes, as events name it.
const ACTOR = "metadata document";

/** What the functions of this file need of the service. */
interface DocumentParts {
  readonly store: Pick<Store, "registrations" | "clients">;
  readonly clients: ClientCache;
  readonly registration: RegistrationRules;
  readonly documents: ClientMetadataDocuments;
  readonly throttles: Pick<Throttles, "metadataDocuments">;
  readonly log: Pick<Logger, "info">;
}

/** Remembers which documents this process fetched lately. Concurrent requests for one document share one fetch. */
export class ClientMetadataDocuments {
  readonly #fetch: (url: string) => Promise<FetchedDocument>;
  readonly #now: () => number;
  /** By URL, the oldest first: fresh until, ms. */
  readonly #freshUntil = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(fetch: (url: string) => Promise<FetchedDocument>, now: () => number) {
    this.#fetch = fetch;
    this.#now = now;
  }

  /** Whether the document was fetched lately enough to be used without another fetch (RFC 9111 §4.2). */
  isFresh(url: string): boolean {
    return (this.#freshUntil.get(url) ?? 0) > this.#now();
  }

  /**
   * Fetches a document and passes it to `use`. It counts as fresh once `use` has succeeded.
   *
   * @throws DocumentError, and what `use` throws
   */
  async fetch(url: string, use: (body: unknown) => Promise<void>): Promise<void> {
    const underWay = this.#underWay.get(url) ?? this.#fetchAndUse(url, use);
    this.#underWay.set(url, underWay);
    await underWay;
  }

  async #fetchAndUse(url: string, use: (body: unknown) => Promise<void>): Promise<void> {
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

/**
 * Registers or updates the client of a metadata document, if `clientId` is the URL of one and such clients are
 * allowed.
 *
 * @throws OAuthError as `documentClient`
 */
export async function refreshClientMetadata(
  parts: DocumentParts,
  clientId: string | undefined,
  address: () => string,
): Promise<void> {
  if (!parts.registration.documents || clientId === undefined || !isDocumentUrl(clientId)) return;
  await documentClient(parts, clientId, address);
}

/**
 * Returns the client of the metadata document at `url`, registered or updated unless the document was read lately. A
 * known client keeps its settings while the document is unreachable; if the document is gone or invalid, the client
 * is refused.
 *
 * @throws OAuthError `invalid_client` (400) if the document does not exist or is invalid; `invalid_request` with 429
 *   after requests from this address have named too many documents
 */
export async function documentClient(
  parts: DocumentParts,
  url: string,
  address: () => string,
): Promise<Client | undefined> {
  const id = documentClientId(url);
  const known = await parts.clients.get(id);
  if (known !== undefined && parts.documents.isFresh(url)) return known;
  await parts.throttles.metadataDocuments.admit(network(address()));
  try {
    await parts.documents.fetch(url, (body) => keep(parts, url, id, known, body));
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    parts.log.info({ client_id: id, fault: error.fault }, "a client's metadata document cannot be used");
    if (known === undefined || error.fault !== "unreachable")
      throw new OAuthError("metadata_document_refused", { detail: error.fault });
    return known;
  }
  return parts.clients.read(id);
}

async function keep(
  parts: DocumentParts,
  url: string,
  id: string,
  known: Client | undefined,
  body: unknown,
): Promise<void> {
  const given = readDocument(body, url, parts.registration.scopes);
  if (known === undefined) return register(parts, id, url, given);
  const { settings, changed } = changeSettings(known, given);
  if (changed.length > 0) await parts.store.clients.update(id, settings, changed, ACTOR);
}

/** Registers the client. If several nodes do so at once, all but one find it registered. */
async function register(
  { store, registration }: DocumentParts,
  id: string,
  url: string,
  given: RegisteredSettings,
): Promise<void> {
  const settings = { ...given, metadataUri: url, selfRegistered: true };
  const outcome = await store.registrations.register({
    client: { ...newClientSettings(settings, registration.defaults, true), id, public: true, secrets: [] },
    tokenDigest: null,
    initialToken: null,
    maxUnused: registration.maxUnused,
    actor: ACTOR,
  });
  if (outcome === "too_many_unused") throw new OAuthError("too_many_unused_clients");
}

/** Draft §4.1: `client_id` MUST be the document's own URL, and there MUST NOT be a client secret. */
function readDocument(body: unknown, url: string, scopes: readonly string[]): RegisteredSettings {
  const { client_id: id, client_secret: secret } = (body ?? {}) as Record<string, unknown>;
  if (id !== url || secret !== undefined) throw new DocumentError("malformed");
  let metadata: RegisteredSettings;
  try {
    metadata = readClientMetadata(body, scopes, "none");
  } catch (error) {
    throw error instanceof OAuthError ? new DocumentError("malformed", error) : error;
  }
  if (metadata.tokenEndpointAuthMethod !== "none") throw new DocumentError("malformed");
  return metadata;
}
