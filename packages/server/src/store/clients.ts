import type { ClientSettingKey, ClientSettings } from "../client-settings/settings.ts";

export type { ClientSettings } from "../client-settings/settings.ts";

/** A `grant_type` of the token endpoint (RFC 6749 §4, RFC 8628 §3.4). */
export type GrantType = ClientSettings["grantTypes"][number];
/** The claims of a client's access tokens: those of RFC 9068, or Laravel Passport's. */
export type AccessTokenProfile = ClientSettings["profile"];

/** What one client's refresh tokens may do. All lifetimes in s. */
export type RotationPolicy = Pick<
  ClientSettings,
  | "rotation"
  | "rotationThreshold"
  | "reuse"
  | "lateRetry"
  | "lostWrites"
  | "concurrentUse"
  | "retryWindow"
  | "refreshIdleTtl"
  | "bindOnRefresh"
>;

/** One secret of a confidential client, as the store keeps it. Several are valid while a rotation overlaps. */
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

/** A registered client: its settings, and what operations change. Instants in ms. */
export interface Client extends ClientSettings {
  /** In the store. On the wire it may be the URL of the client's metadata document (`wireClientId`). */
  id: string;
  /** A public client has no secret (RFC 6749 §2.1). */
  public: boolean;
  /** The newest first; empty for a public client. A secret whose `expiresAt` has passed may still be listed. */
  secrets: readonly ClientSecret[];
  createdAt: number;
  /** null: enabled. A disabled client gets no tokens, and its grants are revoked. */
  disabledAt: number | null;
  /** Grants made at or before this instant are revoked (the client was disabled then). */
  grantsRevokedAt: number | null;
}

/**
 * What an update changes: settings, or a function that makes them from the client as it is inside the transaction. The
 * function may run more than once; if it throws, nothing changes.
 */
export type SettingsChange = Partial<ClientSettings> | ((present: Client) => Partial<ClientSettings>);

/** A client after an update, and the settings whose value the update changed. */
export interface UpdatedClient {
  client: Client;
  changed: ClientSettingKey[];
}

/** A slice of a list in the order of ids. */
export interface Page {
  /** Only rows after this id. */
  after?: string | undefined;
  /** The most rows to return. */
  limit: number;
}

/**
 * The part of the port for clients. Conventions as in store.ts. Every change is followed by a change notice
 * (`Store.watch`), on which processes drop their cached clients.
 */
export interface ClientStore {
  /** Undefined: no such client, or it was deleted. A disabled client is returned too. */
  find(id: string): Promise<Client | undefined>;
  /** Those of the clients that exist, in no order. */
  findAll(ids: readonly string[]): Promise<Client[]>;
  /** In the order of ids, after the id `after`; disabled clients are included, deleted ones are not. */
  list(page: Page): Promise<Client[]>;
  /**
   * Of the next few thousand clients in the order of ids, the first `limit` whose settings may have the text somewhere,
   * whatever its case; and the id after which to continue, null at the end. The caller looks closer.
   */
  search(text: string, page: Page): Promise<{ clients: Client[]; next: string | null }>;
  /**
   * Creates a client, with the lifetimes and settings already complete. False: the id is taken, if only by a deleted
   * client that is not swept yet.
   */
  create(
    client: Omit<Client, "createdAt" | "disabledAt" | "grantsRevokedAt">,
    actor: string,
  ): Promise<boolean>;
  /**
   * Merges the change into the settings, in one transaction: what another update has written meanwhile stays, as does
   * what a newer program wrote beside the settings. The event names the changed settings; without any there is no event.
   * Undefined: no such client.
   *
   * @throws what the function of `change` throws
   */
  update(id: string, change: SettingsChange, actor: string): Promise<UpdatedClient | undefined>;
  /**
   * Adds `digest`; the present secrets stay valid until `overlap` s from now at most. False: no such client, or the
   * secret is in force already.
   */
  rotateSecret(id: string, digest: Buffer, overlap: number, actor: string): Promise<boolean>;
  /**
   * Replaces the slow hash of an imported secret by the SHA-256 of the same secret, without an event: the secret stays
   * what it was. False: no secret has this slow hash.
   */
  upgradeSecret(id: string, slowHash: string, digest: Buffer): Promise<boolean>;
  /** Disables the client and ends its grants. False: no such client, or it was disabled already. */
  disable(id: string, actor: string): Promise<boolean>;
  /** Enables the client again. Its grants stay revoked. False: no such client, or it was not disabled. */
  enable(id: string, actor: string): Promise<boolean>;
  /** Removes the client; its grants are refused at once and swept later. False: no such client. */
  delete(id: string, actor: string): Promise<boolean>;
}
