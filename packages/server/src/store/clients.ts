/** RFC 8628 §3.4 */
export const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** Every grant type, by its name on the wire. */
export const GRANT_TYPES = [
  "authorization_code",
  "refresh_token",
  "password",
  "client_credentials",
  DEVICE_CODE,
] as const;

export type GrantType = (typeof GRANT_TYPES)[number];
export type AccessTokenProfile = "rfc9068" | "passport";

/** What one client's refresh tokens may do. All lifetimes in s. */
export interface RotationPolicy {
  rotation: "always" | "threshold" | "never";
  /** With `threshold`: age of the head, s, from which a refresh rotates. */
  rotationThreshold: number;
  reuse: "revoke" | "detect";
  lateRetry: "once" | "refuse";
  lostWrites: "recover" | "reject";
  concurrentUse: "report" | "revoke";
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
  requirePar: boolean;
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
  resourceServer: boolean;
  /** The provider's own login page: may say who somebody is. */
  loginProvider: boolean;
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
