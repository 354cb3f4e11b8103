import { newClientSettings } from "../../client-settings/settings.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { network } from "../../limits/network.ts";
import { QueueFullError } from "../../limits/queue.ts";
import type { Throttles } from "../../limits/throttles.ts";
import type { Log } from "../../log.ts";
import type { Client, Store } from "../../store/store.ts";
import type { ClientCache } from "../client-cache.ts";
import { presentMembers, readClientMetadata } from "../client-metadata.ts";
import type { RegisteredSettings } from "../client-metadata.ts";
import { invalidMetadata } from "../negotiate-metadata.ts";
import { availableScopes, ownChanges } from "../own-updates.ts";
import type { RegistrationRules } from "../registration-rules.ts";
import { documentClientId, isDocumentUrl } from "./client-id-url.ts";
import type { RemoteDocuments } from "../remote-documents.ts";
import { DocumentError } from "./fetch-document.ts";

/** The actor of changes that a document causes, as events name it. */
const ACTOR = "metadata document";

/** What the functions of this file need of the service. */
interface DocumentParts {
  readonly store: Pick<Store, "registrations" | "clients">;
  readonly clients: ClientCache;
  readonly registration: RegistrationRules;
  readonly documents: RemoteDocuments;
  readonly throttles: Pick<Throttles, "metadataDocuments">;
  readonly log: Pick<Log, "info">;
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
 *   after requests from this address have named too many documents; `temporarily_unavailable` while too many are
 *   being fetched
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
    if (error instanceof QueueFullError) return withoutFetch(known, error);
    if (!(error instanceof DocumentError)) throw error;
    const { fault, member, violation } = error;
    const line = { client_id: id, metadata_uri: url, fault, member, violation };
    parts.log.info(line, "a client's metadata document cannot be used");
    return withoutDocument(known, error);
  }
  return parts.clients.read(id);
}

/**
 * The client as it was, if its document merely cannot be reached.
 *
 * @throws OAuthError `invalid_client`; it names the member at fault, which the document's author reads on the page
 */
function withoutDocument(known: Client | undefined, { fault, member, violation }: DocumentError): Client {
  if (known !== undefined && fault === "unreachable") return known;
  throw member === undefined || violation === undefined
    ? new OAuthError("metadata_document_refused", { detail: fault })
    : new OAuthError("metadata_document_invalid", { parameter: member, violation, detail: fault });
}

/**
 * The client as it was, while too many documents are being fetched.
 *
 * @throws OAuthError `temporarily_unavailable`
 */
function withoutFetch(known: Client | undefined, cause: QueueFullError): Client {
  if (known !== undefined) return known;
  throw new OAuthError("metadata_documents_busy", { retryAfter: cause.retryAfter, cause });
}

/** Registers or updates the client. The fetch took its time, so the client is read after it. */
async function keep(parts: DocumentParts, url: string, id: string, body: unknown): Promise<void> {
  const { registration } = parts;
  const known = await parts.clients.read(id);
  const scopes = availableScopes(known, registration.scopes);
  const given = await orMalformed(() => readDocument(body, url, { ...registration, scopes }));
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
  const isPublic = given.tokenEndpointAuthMethod === "none";
  const outcome = await store.registrations.register({
    client: {
      ...newClientSettings(settings, registration.defaults, isPublic),
      id,
      public: isPublic,
      secrets: [],
    },
    tokenDigest: null,
    initialToken: null,
    maxUnused: registration.maxUnused,
    actor: ACTOR,
  });
  if (outcome === "too_many_unused") throw new OAuthError("too_many_unused_clients");
}

/**
 * Reads a document as it can be registered. It is one for all servers, and its host gets no response: so whatever can
 * be left out is. Draft §4.1: `client_id` MUST be the document's own URL, and there MUST NOT be a client secret.
 *
 * @throws OAuthError `invalid_client_metadata` or `invalid_redirect_uri`
 */
function readDocument(body: unknown, url: string, rules: RegistrationRules): RegisteredSettings {
  const members = presentMembers(body);
  if (members.get("client_id") !== url) throw invalidMetadata("client_id", "must be the URL of the document");
  if (members.has("client_secret"))
    throw invalidMetadata("client_secret", "must not be in a public document");
  return readClientMetadata(body, {
    ...rules,
    authMethods: ["none", "private_key_jwt"],
    refusesUnsafeUris: false,
  });
}
