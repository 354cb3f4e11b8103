import { hash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { credentialOf } from "../client-settings/auth-methods.ts";
import { offeredAuthMethods } from "./mutual-tls.ts";
import type { MutualTls } from "./mutual-tls.ts";
import { clientViolations } from "../client-settings/violations.ts";
import { newClientSettings } from "../client-settings/settings.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { RegistrationToken } from "../store/registrations.ts";
import type { Client, Store } from "../store/store.ts";
import type { ClientCache } from "./client-cache.ts";
import { metadataError, readClientMetadata } from "./client-metadata.ts";
import type { RegistrationRules } from "./registration-rules.ts";
import { newClientSecret, secretDigest } from "./authentication/client-secret.ts";

/** Prefixes let secret scanners find leaks. */
const INITIAL = "rgi_";
const MANAGEMENT = "rgm_";
const TOKEN_BYTES = 32;
const MAX_TOKEN = 256;

/** Makes a token that allows its holder to register clients (RFC 7591 §3, "initial access token"). */
export function newRegistrationToken(): string {
  return INITIAL + randomBytes(TOKEN_BYTES).toString("base64url");
}

/** SHA-256 of an initial or registration access token, the form in which the store keeps it. */
export function registrationTokenDigest(token: string): Buffer {
  return hash("sha256", token, "buffer");
}

/** A client that has just registered itself, with the secrets of its response. Neither is stored. */
interface Registered {
  client: Client;
  secret: string | undefined;
  managementToken: string;
}

/**
 * Finds the initial access token that a request presents. None of its uses is spent.
 *
 * @throws OAuthError `invalid_token` (401) if it is missing, unknown, expired or used up
 */
export async function initialAccessToken(
  { store }: { store: Pick<Store, "registrations" | "now"> },
  token: string | undefined,
): Promise<RegistrationToken> {
  if (token === undefined) throw new OAuthError("registration_token_missing");
  const found = await store.registrations.findToken(registrationTokenDigest(token.slice(0, MAX_TOKEN)));
  const isExpired = found !== undefined && found.expiresAt !== null && found.expiresAt <= store.now();
  if (found === undefined || isExpired || found.usesLeft === 0)
    throw new OAuthError("registration_token_refused");
  return found;
}

/**
 * Registers a client by its own metadata (RFC 7591 §3.1).
 *
 * @param initialToken the bearer token of the request, found before; a use of it is spent
 * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata`, `invalid_token` (401), or
 *   `temporarily_unavailable` while too many registered clients are unused
 */
export async function registerItself(
  {
    store,
    registration,
    mutualTls,
  }: {
    store: Pick<Store, "registrations" | "clients">;
    registration: RegistrationRules;
    mutualTls: MutualTls;
  },
  metadata: unknown,
  initialToken: string | undefined,
): Promise<Registered> {
  const { mode, maxUnused, defaults } = registration;
  const given = readClientMetadata(metadata, {
    ...registration,
    authMethods: offeredAuthMethods(mutualTls),
    refusesUnsafeUris: true,
  });
  const isPublic = given.tokenEndpointAuthMethod === "none";
  const secret = credentialOf(given.tokenEndpointAuthMethod) === "secret" ? newClientSecret() : undefined;
  const managementToken = MANAGEMENT + randomBytes(TOKEN_BYTES).toString("base64url");
  const id = randomUUID();
  const settings = newClientSettings(
    { ...given, selfRegistered: true, requirePkce: true },
    defaults,
    isPublic,
  );
  const refusal = clientViolations(settings, isPublic)
    .map(metadataError)
    .find((error) => error !== undefined);
  if (refusal !== undefined) throw refusal;
  const outcome = await store.registrations.register({
    client: {
      ...settings,
      id,
      public: isPublic,
      secrets: secret === undefined ? [] : [{ digest: secretDigest(secret), expiresAt: null }],
    },
    tokenDigest: registrationTokenDigest(managementToken),
    initialToken: mode === "token" ? registrationTokenDigest(initialToken ?? "") : null,
    maxUnused,
    actor: "registration",
  });
  if (outcome === "token_refused") throw new OAuthError("registration_token_refused");
  if (outcome === "too_many_unused") throw new OAuthError("too_many_unused_clients");
  const client = await store.clients.find(id);
  if (client === undefined) throw new Error(`the registered client was not found: ${outcome}`);
  return { client, secret, managementToken };
}

/**
 * Finds the client that a registration access token manages (RFC 7592 §2). An unknown client, a client that an
 * operator registered and a wrong token are refused alike.
 *
 * @throws OAuthError `invalid_token` (401)
 */
export async function managedClient(
  { store, clients }: { store: Pick<Store, "registrations">; clients: Pick<ClientCache, "read"> },
  id: string,
  token: string | undefined,
): Promise<Client> {
  const registration = await store.registrations.find(id);
  const presented = registrationTokenDigest(token?.slice(0, MAX_TOKEN) ?? "");
  const matches = timingSafeEqual(registration?.tokenDigest ?? Buffer.alloc(presented.length), presented);
  const client = matches && registration !== undefined ? await clients.read(id) : undefined;
  if (client === undefined || client.disabledAt !== null) {
    throw new OAuthError("management_token_refused");
  }
  return client;
}
