import { randomUUID } from "node:crypto";
import { credentialOf } from "../client-settings/auth-methods.ts";
import {
  changeSettings,
  CLIENT_SETTING_KEYS,
  memberOf,
  newClientSettings,
} from "../client-settings/settings.ts";
import type { ClientDefaults, ClientSettings, ClientSettingsJson } from "../client-settings/settings.ts";
import { clientViolations } from "../client-settings/violations.ts";
import { operatorRecord } from "../clients/own-updates.ts";
import { newClientSecret, secretDigest } from "../clients/authentication/client-secret.ts";
import type { Client, Store, UpdatedClient } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { AdminError, notFound, requireWholeNumber } from "./admin-error.ts";
import { limitOf, pageOf, requireCursor, requireText } from "./listing.ts";
import type { Listing, PageOptions } from "./listing.ts";

/** What the operations on clients work with. `actor` is the name that the events record. */
export interface ClientParts {
  store: Pick<Store, "clients" | "now">;
}

/** The settings of a new client. A public client has no secret (RFC 6749 §2.1). */
export type NewClientInput = Partial<ClientSettings> & { name: string; public?: boolean };

/** A client in wire names, its settings among them; instants in ISO 8601. */
export type ClientJson = ClientSettingsJson & {
  client_id: string;
  public: boolean;
  /** Without the secrets themselves, which are not stored; null: does not expire. */
  secrets: { expires_at: string | null }[];
  created_at: string;
  disabled_at: string | null;
};

/** A new client, and its secret, which is returned here alone; a public client has none. */
export type NewClientJson = ClientJson & { client_secret: string | undefined };

/** A new secret, which is returned here alone. */
export interface RotatedSecretJson {
  client_id: string;
  client_secret: string;
  /** Until when older secrets are accepted too; null: none is. */
  old_secret_valid_until: string | null;
}

/** A client after an operation; `changed` is false if it was so already. */
interface ChangedClient {
  client: Client;
  changed: boolean;
}

/**
 * Registers a client with a new id and, if its method of authentication needs one, a secret, which is returned here and
 * not stored.
 *
 * @param defaults lifetimes for which `input` has no value, s
 * @throws AdminError `invalid` with every violation
 */
export async function createClient(
  { store, defaults }: ClientParts & { defaults: ClientDefaults },
  { public: isPublic = false, ...given }: NewClientInput,
  actor: string,
): Promise<{ client: Client; secret: string | undefined }> {
  requireKnown(given);
  const settings = newClientSettings(given, defaults, isPublic);
  requireValid(settings, isPublic);
  const secret = credentialOf(settings.tokenEndpointAuthMethod) === "secret" ? newClientSecret() : undefined;
  const secrets = secret === undefined ? [] : [{ digest: secretDigest(secret), expiresAt: null }];
  const id = randomUUID();
  await store.clients.create({ ...settings, id, public: isPublic, secrets }, actor);
  return { client: await findClient({ store }, id), secret };
}

/**
 * Finds a client by its id.
 *
 * @throws AdminError `not_found`
 */
export async function findClient({ store }: ClientParts, id: string): Promise<Client> {
  const client = await store.clients.find(id);
  if (client === undefined) throw notFound("client", id);
  return client;
}

/** Which clients to list; all of them without a filter. */
export interface ClientFilter {
  /** The whole id, or a part of the name, the home page or the address of its metadata document, in any case. */
  search?: string | undefined;
}

/**
 * Lists a page of clients in the order of their ids. One whose id is searched for is the first.
 *
 * @throws AdminError `invalid`
 */
export async function listClients(
  { store }: ClientParts,
  { search, ...page }: ClientFilter & PageOptions,
): Promise<Listing<Client>> {
  requireCursor(page.after, CLIENT_ID);
  requireText("search", search);
  if (search === undefined) {
    const read = (after: string | undefined, limit: number) => store.clients.list({ after, limit });
    return pageOf({ read, cursor: ({ id }: Client) => id }, page);
  }
  const text = fold(search);
  const { clients, next } = await store.clients.search(text, { after: page.after, limit: limitOf(page) });
  const named = page.after === undefined ? await store.clients.find(search) : undefined;
  const items = clients.filter((client) => client.id !== search && isNamed(client, text));
  return { items: named === undefined ? items : [named, ...items], next };
}

const CLIENT_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|0|[1-9]\d{0,13})$/;

function isNamed({ name, clientUri, metadataUri }: Client, text: string): boolean {
  return [name, clientUri, metadataUri].some((value) => value !== null && fold(value).includes(text));
}

/** The form in which texts are compared. */
function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/**
 * Changes the given settings. `changed` names those whose value has changed. A client that registered itself cannot
 * change them back.
 *
 * @param matches whether the client, as JSON, is still the one that is to be changed
 * @throws AdminError `not_found`; `invalid` with every violation of the resulting settings; `precondition_failed`
 */
export async function updateClient(
  parts: ClientParts,
  id: string,
  changes: Partial<ClientSettings>,
  actor: string,
  matches: (present: object) => boolean = () => true,
): Promise<UpdatedClient> {
  requireKnown(changes);
  const change = (present: Client) => {
    if (!matches(clientJson(present))) {
      throw new AdminError("precondition_failed", "the client has changed since it was read");
    }
    const all = { ...operatorRecord(present, changes), ...changes };
    requireValid(changeSettings(present, all).settings, present.public);
    return all;
  };
  const updated = await parts.store.clients.update(id, change, actor);
  if (updated === undefined) throw notFound("client", id);
  return updated;
}

/**
 * Gives a client a new secret, which is returned here and not stored. Its other secrets are valid for at most
 * `overlap` s more. `oldSecretsUntil` is when the last of them expires, ms; null if all have expired.
 *
 * @throws AdminError `not_found`; `not_allowed`: the client has no secret; `invalid`: `overlap` is not a whole number
 *   of seconds up to ten years
 */
export async function rotateClientSecret(
  parts: ClientParts,
  id: string,
  overlap: number,
  actor: string,
): Promise<{ secret: string; oldSecretsUntil: number | null }> {
  requireWholeNumber("overlap", overlap, 0);
  const { public: isPublic, tokenEndpointAuthMethod: method } = await findClient(parts, id);
  if (isPublic) throw new AdminError("not_allowed", "a public client has no secret");
  if (credentialOf(method) !== "secret") {
    throw new AdminError("not_allowed", `the client authenticates by ${method}, and has no secret`);
  }
  const secret = newClientSecret();
  await parts.store.clients.rotateSecret(id, secretDigest(secret), overlap, actor);
  const { secrets } = await findClient(parts, id);
  const end = Math.max(0, ...secrets.map(({ expiresAt }) => expiresAt ?? 0));
  return { secret, oldSecretsUntil: end > parts.store.now() ? end : null };
}

/**
 * Refuses a client and revokes its grants. `changed`: false if it was disabled already.
 *
 * @throws AdminError `not_found`
 */
export async function disableClient(parts: ClientParts, id: string, actor: string): Promise<ChangedClient> {
  await findClient(parts, id);
  const changed = await parts.store.clients.disable(id, actor);
  return { client: await findClient(parts, id), changed };
}

/**
 * Accepts a disabled client again; its revoked grants stay revoked. `changed`: false if it was enabled already.
 *
 * @throws AdminError `not_found`
 */
export async function enableClient(parts: ClientParts, id: string, actor: string): Promise<ChangedClient> {
  await findClient(parts, id);
  const changed = await parts.store.clients.enable(id, actor);
  return { client: await findClient(parts, id), changed };
}

/**
 * Deletes a client and revokes its grants. Returns the client as it was.
 *
 * @throws AdminError `not_found`
 */
export async function deleteClient(parts: ClientParts, id: string, actor: string): Promise<Client> {
  const client = await findClient(parts, id);
  if (!(await parts.store.clients.delete(id, actor))) throw notFound("client", id);
  return client;
}

/**
 * A client as JSON: each setting under its member, instants in ISO 8601, lifetimes in s. Without secrets and their
 * digests.
 */
export function clientJson(client: Client): ClientJson {
  const [, ...members] = CLIENT_SETTING_KEYS.map((key) => [memberOf(key), client[key]] as const);
  // The members and their types are those of the table.
  const settings = Object.fromEntries(members) as Omit<ClientSettingsJson, "name">;
  return {
    client_id: client.id,
    name: client.name,
    public: client.public,
    ...settings,
    secrets: client.secrets.map(({ expiresAt }) => ({ expires_at: isoInstant(expiresAt) })),
    created_at: isoInstant(client.createdAt),
    disabled_at: isoInstant(client.disabledAt),
  };
}

/** A new client as JSON: the only response that contains its secret. A public client has none. */
export function newClientJson({
  client,
  secret,
}: {
  client: Client;
  secret: string | undefined;
}): NewClientJson {
  const { client_id, ...members } = clientJson(client);
  return { client_id, client_secret: secret, ...members };
}

/** A client after an operation as JSON. */
export function changedClientJson({ client, changed }: ChangedClient): ClientJson & { changed: boolean } {
  return { ...clientJson(client), changed };
}

/** A rotation as JSON: the only response that contains the new secret. */
export function rotatedSecretJson(
  id: string,
  { secret, oldSecretsUntil }: { secret: string; oldSecretsUntil: number | null },
): RotatedSecretJson {
  return { client_id: id, client_secret: secret, old_secret_valid_until: isoInstant(oldSecretsUntil) };
}

/** A misspelt setting would otherwise be stored and do nothing. @throws AdminError `invalid` */
function requireKnown(given: object): void {
  const known: ReadonlySet<string> = new Set(CLIENT_SETTING_KEYS);
  const unknown = Object.keys(given).filter((key) => !known.has(key));
  if (unknown.length === 0) return;
  const violations = unknown.map((member) => ({
    member,
    message: `${member} is not a setting of a client.`,
  }));
  throw new AdminError("invalid", "the client's settings are not valid", { violations });
}

function requireValid(settings: ClientSettings, isPublic: boolean): void {
  const violations = clientViolations(settings, isPublic);
  if (violations.length === 0) return;
  throw new AdminError("invalid", "the client's settings are not valid", { violations });
}
