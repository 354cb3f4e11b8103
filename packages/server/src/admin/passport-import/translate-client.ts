import { redirectUriViolation } from "../../client-settings/redirect-uri.ts";
import { newClientSettings } from "../../client-settings/settings.ts";
import type { ClientDefaults } from "../../client-settings/settings.ts";
import { GRANT_TYPES } from "../../client-settings/grant-types.ts";
import { clientViolations } from "../../client-settings/violations.ts";
import { secretDigest } from "../../clients/authentication/client-secret.ts";
import { isScopeToken } from "../../config/values.ts";
import { isBcrypt } from "../../identity/bcrypt.ts";
import type { PassportClient } from "../../passport/import/clients.ts";
import type { Client, ClientSecret, ClientSettings } from "../../store/store.ts";

/** A client of Passport's as it is registered here. */
type ImportedClient = Pick<Client, "id" | "public" | "secrets"> & ClientSettings;

/** A translated client, with notes about what could not be imported. */
export interface TranslatedClient {
  client: ImportedClient;
  notes: string[];
}

/** Settings that Passport's tables do not have. */
export interface ClientOverrides {
  defaults: ClientDefaults;
  /** The scopes of clients for which Passport has none. */
  scopes: readonly string[];
}

/** The ids of Passport's clients: a UUID as Laravel writes it, or an auto-increment. */
const ID = /^(?:0|[1-9]\d{0,13}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const MAX_NAME = 200;

/**
 * Translates a client: same id, same secret, Passport's claims.
 *
 * @returns a sentence if the client cannot be imported
 */
export function translateClient(
  from: PassportClient,
  { defaults, scopes }: ClientOverrides,
): TranslatedClient | string {
  if (!ID.test(from.id)) return "its id is neither a number nor a UUID";
  const notes: string[] = [];
  const isPublic = from.secret === null;
  const redirectUris = from.redirectUris.filter((uri) => {
    const violation = redirectUriViolation(uri);
    if (violation !== undefined)
      notes.push(`redirect URI ${JSON.stringify(uri)} left out: ${violation.message}`);
    return violation === undefined;
  });
  const named = from.scopes ?? scopes;
  const settings = newClientSettings(
    {
      name: importedName(from),
      grantTypes: takeGrantTypes(from, redirectUris.length > 0, notes),
      redirectUris: [...new Set(redirectUris)],
      scopes: [...new Set(named)].filter(isScopeToken),
      profile: "passport",
    },
    defaults,
    isPublic,
  );
  const violations = clientViolations(settings, isPublic);
  if (violations.length > 0) return violations.map(({ message }) => message).join(" ");
  return { client: { ...settings, id: from.id, public: isPublic, secrets: takeSecret(from, notes) }, notes };
}

/** Passport lets every user name a client: the name is cut, and loses what would act on a page or a terminal. */
function importedName({ id, name }: PassportClient): string {
  const cut = name.slice(0, 4 * MAX_NAME).toWellFormed();
  const clean = cut.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, " ");
  return clean.trim().slice(0, MAX_NAME).toWellFormed().trim() || `Client ${id}`;
}

/** Keeps the grant types that Regrant has and the client can use. */
function takeGrantTypes(
  { grantTypes, secret }: PassportClient,
  hasRedirectUri: boolean,
  notes: string[],
): ClientSettings["grantTypes"] {
  const unknown = grantTypes.filter((type) => !GRANT_TYPES.some((one) => one === type));
  if (unknown.length > 0) notes.push(`grant types not supported: ${unknown.join(", ")}`);
  // RFC 6749 §4.4: the client credentials grant MUST only be used by confidential clients.
  const barred = secret === null ? "client_credentials" : undefined;
  const known = GRANT_TYPES.filter((type) => type !== barred && grantTypes.includes(type));
  if (hasRedirectUri || !known.includes("authorization_code")) return known;
  notes.push("authorization_code left out: it needs a redirect URI");
  return known.filter((type) => type !== "authorization_code");
}

/** Keeps the secret: a slow hash as it is, a plain one as its SHA-256. */
function takeSecret({ id, secret }: PassportClient, notes: string[]): ClientSecret[] {
  if (secret === null) return [];
  if (isBcrypt(secret) || secret.startsWith("$argon2id$")) return [{ slowHash: secret, expiresAt: null }];
  if (!/^\$(?:2[abxy]|argon2[di]?)\$/.test(secret))
    return [{ digest: secretDigest(secret), expiresAt: null }];
  notes.push(
    `its secret's hash is not supported; give it a new secret: npx regrant client rotate-secret ${id}`,
  );
  return [];
}

/** Names what Passport has differently for a client that exists here. Policies and lifetimes are Regrant's. */
export function differences(here: Client, { client }: TranslatedClient): string[] {
  const names = ["name", "redirectUris", "grantTypes"] as const;
  const different: string[] = names.filter(
    (name) => JSON.stringify(here[name]) !== JSON.stringify(client[name]),
  );
  // A slow hash cannot be compared with the SHA-256 that has replaced it here.
  const plain = client.secrets.find((secret) => "digest" in secret);
  const isHere = (digest: Buffer) =>
    here.secrets.some((secret) => "digest" in secret && secret.digest.equals(digest));
  if (plain !== undefined && "digest" in plain && !isHere(plain.digest)) different.push("secret");
  return different;
}
