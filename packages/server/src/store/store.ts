/**
 * The store's port: what every engine does, each operation atomic. Instants are integer milliseconds of the
 * store's own clock, lifetimes are seconds, ids are UUID strings, scopes are canonical space-separated strings.
 */

import type { AuthorizationStores } from "./authorization.ts";
import type { DeviceStore } from "./devices.ts";
import type { RegistrationStore } from "./registrations.ts";

/** RFC 8628 §3.4 */
export const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

export type GrantType =
  "refresh_token" | "password" | "client_credentials" | "authorization_code" | typeof DEVICE_CODE;
export type AccessTokenProfile = "rfc9068" | "passport";

/** What one client's refresh tokens may do. All lifetimes in s. */
export interface RotationPolicy {
  rotation: "always" | "threshold" | "never";
  /** With `threshold`: age of the head, s, from which a refresh rotates. */
  rotationThreshold: number;
  reuse: "revoke" | "detect";
  lateRetry: "once" | "refuse";
  ahead: "heal" | "reject";
  shadowing: "report" | "revoke";
  retryWindow: number;
  refreshIdleTtl: number;
}

export interface ClientSettings extends RotationPolicy {
  name: string;
  grantTypes: readonly GrantType[];
  /** Scopes that may be granted; a request without `scope` gets all of them. */
  scopes: readonly string[];
  /** Where authorization answers may go. */
  redirectUris: readonly string[];
  /** The provider's own: nobody is asked for consent. */
  firstParty: boolean;
  /** An authorization request must carry a PKCE challenge; one of a public client always must. */
  requirePkce: boolean;
  /** Authorization requests must be pushed (RFC 9126). */
  requirePushed: boolean;
  /** Nobody has looked at it: it registered itself. */
  selfRegistered: boolean;
  /** Its id on the wire, where its metadata document is; null: `id` is. */
  metadataUri: string | null;
  /** What people read about the client (RFC 7591 §2); null: nothing. */
  logoUri: string | null;
  clientUri: string | null;
  policyUri: string | null;
  tosUri: string | null;
  profile: AccessTokenProfile;
  /** `aud` of the `rfc9068` profile; null: the issuer. */
  audience: string | null;
  accessTtl: number;
  refreshMaxTtl: number;
  /** A resource server: may introspect every token, not only its own. */
  introspect: boolean;
  /** The provider's own login page: may say who somebody is. */
  loginPage: boolean;
}

export type ClientSecret = {
  /** null: valid until rotated. */
  expiresAt: number | null;
} & (
  | {
      /** SHA-256 of the secret. */
      digest: Buffer;
    }
  | {
      /** Of a secret that was imported and not yet presented here: bcrypt (`$2y$…`) or argon2id (PHC string). */
      slowHash: string;
    }
);

export interface Client extends ClientSettings {
  id: string;
  /** A public client has no secret (RFC 6749 §2.1). */
  public: boolean;
  secrets: readonly ClientSecret[];
  createdAt: number;
  disabledAt: number | null;
  /** Grants made at or before this instant are revoked (the client was disabled then). */
  grantsRevokedAt: number | null;
}

export interface Account {
  subject: string;
  username: string;
  /** argon2id (PHC string); null: no password may match. */
  passwordHash: string | null;
  createdAt: number;
  disabledAt: number | null;
}

/** What a refresh changes. */
export interface GrantHead {
  generation: number;
  /** When the head was made: the instant of the last rotation, or of the grant. */
  rotatedAt: number;
  lastUsedAt: number;
  burstAt: number;
  /** The generation whose rotation began the burst: spent tokens from it on may be recent. */
  burstGeneration: number;
  burstMarked: boolean;
  /** How many bursts in a row before this one were marked. */
  markedBursts: number;
}

/** Why a grant ended, as `explain` and the events name it. */
export type RevocationReason =
  | "reused"
  | "shadowed"
  | "code_reused"
  | "revoked_by_subject"
  | "revoked_by_client"
  | "revoked_by_operator"
  | "account_disabled"
  | "client_disabled";

/** One authorization of one client for one subject: the row that a refresh updates. */
export interface Grant extends GrantHead {
  id: string;
  clientId: string;
  subject: string;
  scope: string;
  /** SHA-256 of the grant secret. */
  secretHash: Buffer;
  createdAt: number;
  /** End of the absolute lifetime. */
  expiresAt: number;
  authTime: number | null;
  /** The audience of its access tokens (RFC 8707); null: the client's own. */
  resource: string | null;
  revokedAt: number | null;
  revokedReason: RevocationReason | null;
}

export interface NewGrant {
  id: string;
  clientId: string;
  subject: string;
  scope: string;
  secretHash: Buffer;
  /** s, from the store's now. */
  maxTtl: number;
  /** When the subject authenticated, ms; null: not known. */
  authTime: number | "now" | null;
  /** The audience of its access tokens (RFC 8707); null: the client's own. */
  resource: string | null;
  /** Who made it, for the event: `password`, or the operator. */
  via: string;
}

/** A session that began at another token service; its id and secret follow from the token that it has there. */
export interface AdoptedGrant {
  /** A UUIDv8: its token's, so the same session has the same row however often it is adopted. */
  id: string;
  clientId: string;
  subject: string;
  scope: string;
  secretHash: Buffer;
  /** s, from the store's now. */
  maxTtl: number;
}

/** A refresh token whose MAC has been verified, presented by an authenticated client. */
export interface PresentedToken {
  grantId: string;
  generation: number;
  secretHash: Buffer;
  clientId: string;
  /** Scopes asked for, canonical; undefined: those of the grant. */
  scope: readonly string[] | undefined;
  /** The resource asked for, null: the client's own audience; undefined: that of the grant. */
  resource: string | null | undefined;
  policy: RotationPolicy;
  /** The client's `grantsRevokedAt`. */
  grantsRevokedAt: number | null;
}

export type AnsweredOutcome = "rotated" | "extended" | "replayed" | "replayed_late" | "healed";
export type RefusedOutcome =
  | "unknown"
  | "foreign_client"
  | "revoked"
  | "expired"
  | "reused"
  | "shadowed"
  | "ahead"
  | "exhausted"
  | "wider"
  | "foreign_resource";

export type RotationResult =
  { outcome: AnsweredOutcome; at: number; grant: Grant } | { outcome: RefusedOutcome; at: number };

export type EventType =
  | "grant.created"
  | "grant.replayed"
  | "grant.replayed_late"
  | "grant.shadowed"
  | "grant.reused"
  | "grant.healed"
  | "grant.ahead"
  | "grant.foreign_client"
  | "grant.revoked"
  | "access_token.revoked"
  | "client.created"
  | "client.updated"
  | "client.secret_rotated"
  | "client.disabled"
  | "client.enabled"
  | "client.deleted"
  | "client.refused"
  | "account.created"
  | "account.password_changed"
  | "account.refused"
  | "account.disabled"
  | "account.enabled"
  | "sign_in.started"
  | "sign_in.ended"
  | "consent.given"
  | "consent.withdrawn"
  | "device.allowed"
  | "device.denied"
  | "registration_token.created"
  | "registration_token.deleted"
  | "key.created"
  | "key.distrusted"
  | "store.restored";

export interface NewEvent {
  type: EventType;
  clientId?: string | undefined;
  subject?: string | undefined;
  grantId?: string | undefined;
  /** JSON: cause, generation, distance, age (ms), actor … Never a secret. */
  data?: Record<string, unknown>;
}

export interface Event extends NewEvent {
  /** Grows with every event of this store. */
  id: number;
  at: number;
  data: Record<string, unknown>;
}

export interface Page {
  /** Return rows after this id (exclusive). */
  after?: string | undefined;
  limit: number;
}

/** One access token that ends before its time. */
export interface DeniedToken {
  jti: string;
  expiresAt: number;
  clientId: string;
  actor: string;
}

export interface GrantStore {
  /** One row update, no insert; `decide` is its specification. */
  rotate(presented: PresentedToken): Promise<RotationResult>;
  /** Made only while its client, and its account if the subject is one, are enabled. */
  create(
    grant: NewGrant,
  ): Promise<{ outcome: "created"; grant: Grant } | { outcome: "client_disabled" | "account_disabled" }>;
  /**
   * Makes a grant at generation 0 for each session, without an event. Passed over are those that are here already, ended
   * ones too, and those whose client, or account, does not exist or is disabled. Returns how many were made.
   */
  adopt(sessions: readonly AdoptedGrant[]): Promise<number>;
  /** Removes those adopted sessions that were never refreshed here and have not ended. Returns how many. */
  release(ids: readonly string[]): Promise<number>;
  find(id: string): Promise<Grant | undefined>;
  list(filter: { clientId?: string | undefined; subject?: string | undefined }, page: Page): Promise<Grant[]>;
  /** False: there was none, or it had ended. */
  revoke(id: string, reason: RevocationReason, actor: string): Promise<boolean>;
  /** Denies one access token until it expires. */
  denyAccessToken(token: DeniedToken): Promise<void>;
  isAccessTokenDenied(jti: string): Promise<boolean>;
}

export interface ClientStore {
  find(id: string): Promise<Client | undefined>;
  list(page: Page): Promise<Client[]>;
  /** False: the id is taken. */
  create(
    client: Omit<Client, "createdAt" | "disabledAt" | "grantsRevokedAt">,
    actor: string,
  ): Promise<boolean>;
  /** False: no such client. `changed` names the settings, for the event. */
  update(id: string, settings: ClientSettings, changed: readonly string[], actor: string): Promise<boolean>;
  /** Adds `digest`; the present secrets stay valid until `overlap` s from now. False: no such client. */
  rotateSecret(id: string, digest: Buffer, overlap: number, actor: string): Promise<boolean>;
  /** The same secret as its SHA-256: no event. False: it has no secret with this slow hash. */
  upgradeSecret(id: string, slowHash: string, digest: Buffer): Promise<boolean>;
  /** Ends its grants. False: no such client, or it was disabled already. */
  disable(id: string, actor: string): Promise<boolean>;
  enable(id: string, actor: string): Promise<boolean>;
  /** Removes the client; its grants are refused at once and swept later. */
  delete(id: string, actor: string): Promise<boolean>;
}

export interface AccountStore {
  find(subject: string): Promise<Account | undefined>;
  findByUsername(username: string): Promise<Account | undefined>;
  list(page: Page): Promise<Account[]>;
  /** False: the username or subject is taken. */
  create(account: Omit<Account, "createdAt" | "disabledAt">, actor: string): Promise<boolean>;
  /** null: no password may match. False: no such account. */
  setPasswordHash(subject: string, hash: string | null, actor: string): Promise<boolean>;
  /** The same password, better hashed: no event. False: the hash is not `from` any more. */
  upgradePasswordHash(subject: string, from: string, to: string): Promise<boolean>;
  /** Ends the account's grants. False: no such account, or it was disabled already. */
  disable(subject: string, actor: string): Promise<boolean>;
  enable(subject: string, actor: string): Promise<boolean>;
}

export interface SigningKeyRecord {
  kid: string;
  algorithm: "RS256" | "ES256" | "EdDSA";
  /** Public JWK, JSON. */
  publicJwk: string;
  /** AES-256-GCM under the master key. */
  sealedPrivateKey: Buffer;
  createdAt: number;
  /** Signs from this instant, until a later key's. */
  activeAt: number;
}

/** The derivation's inputs; the key itself is never stored. */
export interface MacKeyRecord {
  number: number;
  /** Which master key it is derived from. */
  masterKeyId: string;
  activeAt: number;
  distrustedAt: number | null;
}

export interface KeyStore {
  list(): Promise<{ signing: SigningKeyRecord[]; mac: MacKeyRecord[]; longestAccessTtl: number }>;
  /** False: another process made a key since `previousKid` was the newest (undefined: there was none). */
  addSigningKey(key: SigningKeyRecord, previousKid: string | undefined, actor: string): Promise<boolean>;
  /** Replaces the sealed form, after a change of the master key. */
  resealSigningKey(kid: string, sealedPrivateKey: Buffer): Promise<void>;
  /** With `distrustedBy`, who ordered it, as an event: tokens that it signed are believed no more. False: there is none. */
  removeSigningKey(kid: string, distrustedBy?: string): Promise<boolean>;
  /** False: the number is taken. */
  addMacKey(key: Omit<MacKeyRecord, "distrustedAt">, actor: string): Promise<boolean>;
  distrustMacKey(number: number, masterKeyId: string, actor: string): Promise<boolean>;
}

export interface EventFilter {
  after?: number | undefined;
  /** A type, or its first word (`grant`). */
  type?: string | undefined;
  clientId?: string | undefined;
  subject?: string | undefined;
  grantId?: string | undefined;
  since?: number | undefined;
  /** Inclusive, as `since`. */
  until?: number | undefined;
}

/** A place in the order of events: the last one that a reader has seen; `{ id: 0, at: 0 }` is before the first. */
export interface EventPosition {
  id: number;
  at: number;
}

export interface EventStore {
  /** Oldest first, from `filter.after` on. */
  list(filter: EventFilter, limit: number): Promise<Event[]>;
  /**
   * The events that end access tokens before their time (`ENDINGS`), oldest first: those after a position, or those
   * since an instant, up to `limit`, and the position to go on from. None is missed, however late it is committed.
   * Undefined: this store has no such event as the position names; it was restored, or the event was swept.
   */
  endings(
    from: EventPosition | { since: number },
    limit: number,
  ): Promise<{ events: Event[]; position: EventPosition } | undefined>;
  /** With `once`: not if the same type was recorded for the same grant (else client, else subject) in the last `once` s. */
  record(event: NewEvent, options?: { once?: number }): Promise<void>;
  /** Applies a revocation, disabling or secret change of another copy of this store. False: it changed nothing. */
  replay(event: Event): Promise<boolean>;
}

/** Failed attempts, counted for all nodes together. */
export interface FailureStore {
  /**
   * Counts one failure under each of the keys, which are different; a key's count begins anew `window` s after the
   * first failure of it. A crash may forget the last ones. Returns, in the order of the keys, the count with this one
   * and the ms until it begins anew.
   */
  count(keys: readonly string[], window: number): Promise<{ count: number; remaining: number }[]>;
}

export interface Store extends AuthorizationStores {
  readonly devices: DeviceStore;
  readonly registrations: RegistrationStore;
  readonly grants: GrantStore;
  readonly clients: ClientStore;
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly events: EventStore;
  /** null: one machine's store, of which each process counts for itself. */
  readonly failures: FailureStore | null;
  /** The store's clock, ms. */
  now(): number;
  /** Calls back after clients or keys changed, by this process or another, within a second. Returns the stop. */
  watch(onChange: () => void): () => void;
  /**
   * Examines the next `limit` grants in id order and removes those that died 7 days ago or more, and as many lapsed
   * deny-list rows, sign-ins, logins, codes, pushed and device requests, registration tokens, and events older than
   * `eventRetention` s. `done`: every grant has been examined; the next call
   * begins again.
   */
  sweep(options: { limit: number; eventRetention: number }): Promise<{ removed: number; done: boolean }>;
  /** Rejects when the store cannot be written to. */
  ping(): Promise<void>;
  /** Finishes what is queued, then closes. */
  close(): Promise<void>;
}

/** Given by whoever opens an engine. */
export interface StoreOptions {
  /** Clock in ms; tests inject one. */
  now?: () => number;
  /** After the commit, once for every event row. */
  onEvent?: (event: Event) => void;
  /** After each transaction of the write path: members and duration in s. */
  onBatch?: (members: number, seconds: number) => void;
}

/** The store did not answer in time; the caller may try again (HTTP 503). */
export class StoreBusyError extends Error {
  override readonly name = "StoreBusyError";
}
