import type { Logger } from "pino";
import { newClientSettings } from "../../client-settings/settings.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { network } from "../../limits/network.ts";
import { RecentMap } from "../../limits/recent-map.ts";
import type { Throttles } from "../../limits/throttles.ts";
import type { Client, Store } from "../../store/store.ts";
import type { ClientCache } from "../client-cache.ts";
import { readClientMetadata } from "../client-metadata.ts";
import type { RegisteredSettings } from "../client-metadata.ts";
import { availableScopes, ownChanges } from "../own-updates.ts";
import type { RegistrationRules } from "../self-registration.ts";
import { documentClientId, isDocumentUrl } from "./client-id-url.ts";
import { DocumentError } from "./fetch-document.ts";
import type { FetchedDocument } from "./fetch-document.ts";

/** How long a document is used before it is fetched again, s: what its server allows, within these bounds. */
const LEAST_AGE = 60;
const USUAL_AGE = 300;
const GREATEST_AGE = 86_400;
/** How long a document that could not be used is not fetched again, s. */
const FAILURE_AGE = 60;
/** How many URLs are remembered as fresh, and as failed; beyond it, the oldest are fetched again. */
const MAX_REMEMBERED = 1000;
/** Fetches at a time. Each may take 5 s, and whoever sends requests chooses the server. */
const MAX_UNDER_WAY = 64;

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

/**
 * Remembers which documents this process fetched lately, and which it could not use. Concurrent requests for one
 * document share one fetch.
 */
export class ClientMetadataDocuments {
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
   * @throws DocumentError, also while too many are being fetched; and what `use` throws
   */
  async fetch(url: string, use: (body: unknown) => Promise<void>): Promise<void> {
    const underWay = this.#underWay.get(url);
    if (underWay === undefined && this.#underWay.size >= MAX_UNDER_WAY)
      throw new DocumentError("unreachable");
    const fetched = underWay ?? this.#fetchAndUse(url, use);
    this.#underWay.set(url, fetched);
    await fetched;
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
  const failure = parts.documents.recentFailure(url);
  if (failure !== undefined) return withoutDocument(known, failure);
  const from = network(address());
  // Others at this address may have named too many documents. A client that is known can do without a new look at its.
  if (known !== undefined && parts.throttles.metadataDocuments.wait(from) > 0) return known;
  await parts.throttles.metadataDocuments.admit(from);
  try {
    await parts.documents.fetch(url, (body) => keep(parts, url, id, body));
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    parts.log.info({ client_id: id, fault: error.fault }, "a client's metadata document cannot be used");
    return withoutDocument(known, error);
  }
  return parts.clients.read(id);
}

/** @throws OAuthError `invalid_client` unless the client is known and its document merely cannot be reached */
function withoutDocument(known: Client | undefined, { fault }: DocumentError): Client {
  if (known !== undefined && fault === "unreachable") return known;
  throw new OAuthError("metadata_document_refused", { detail: fault });
}

/** Registers or updates the client. The fetch took its time, so the client is read after it. */
async function keep(parts: DocumentParts, url: string, id: string, body: unknown): Promise<void> {
  const { scopes } = parts.registration;
  const known = await parts.clients.read(id);
  const given = await orMalformed(() => readDocument(body, url, availableScopes(known, scopes)));
  if (known === undefined) return register(parts, id, url, given);
  const change = (present: Client) => ownChanges(present, given, scopes);
  await orMalformed(() => parts.store.clients.update(id, change, ACTOR));
}

/** Metadata that is refused is the document's fault. @throws DocumentError */
async function orMalformed<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OAuthError ? new DocumentError("malformed", error) : error;
  }
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
  const metadata = readClientMetadata(body, scopes, "none");
  if (metadata.tokenEndpointAuthMethod !== "none") throw new DocumentError("malformed");
  return metadata;
}
