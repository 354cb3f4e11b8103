import type { ClientSettings } from "../client-settings/settings.ts";

export { DEVICE_CODE, GRANT_TYPES } from "../client-settings/grant-types.ts";
export type { ClientSettings } from "../client-settings/settings.ts";

export type GrantType = ClientSettings["grantTypes"][number];
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
>;

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

/** A slice of a list in the order of ids. */
export interface Page {
  /** Only rows after this id. */
  after?: string | undefined;
  limit: number;
}

export interface ClientStore {
  find(id: string): Promise<Client | undefined>;
  list(page: Page): Promise<Client[]>;
  /** False: the id is taken. */
  create(
    client: Omit<Client, "createdAt" | "disabledAt" | "grantsRevokedAt">,
    actor: string,
  ): Promise<boolean>;
  /**
   * What a newer program wrote beside the settings stays. False: no such client. `changed` names the settings, for the
   * event.
   */
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
