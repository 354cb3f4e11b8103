import type { RevocationReason } from "../events/grant-events.ts";
import type { Page, RotationPolicy } from "./clients.ts";

export type { RevocationReason } from "../events/grant-events.ts";

/** What a refresh changes. */
export interface GrantHead {
  generation: number;
  /** When the head was issued: at the last rotation, or with the grant. */
  rotatedAt: number;
  lastUsedAt: number;
  /** When the current window started: rotations join it until the client's retry window has passed. */
  windowStartedAt: number;
  /** The generation whose rotation started the window: spent tokens from it on may be recent. */
  windowGeneration: number;
  /** Whether a spent token was accepted in the window. */
  windowRetried: boolean;
  /** How many windows in a row before this one were retried. */
  retriedWindows: number;
}

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

export type AcceptedOutcome = "rotated" | "extended" | "retried" | "retried_late" | "recovered";
export type RefusedOutcome =
  | "unknown"
  | "client_mismatch"
  | "revoked"
  | "expired"
  | "reused"
  | "concurrent_use"
  | "generation_ahead"
  | "exhausted"
  | "scope_exceeded"
  | "resource_mismatch";

export type RotationResult =
  { outcome: AcceptedOutcome; at: number; grant: Grant } | { outcome: RefusedOutcome; at: number };

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
