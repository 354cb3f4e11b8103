import type { RevocationReason } from "../events/grant-events.ts";

/** The columns that a refresh changes. Instants in ms. */
export interface GrantHead {
  generation: number;
  /** When the head was issued: at the last rotation, or with the grant. */
  rotatedAt: number;
  /** When the head was last presented, or the grant was created: the idle lifetime counts from it. */
  lastUsedAt: number;
  /** When the current window started: rotations join it until the client's retry window has passed. */
  windowStartedAt: number;
  /** The last rotation in it, or the late retry that started it: its spent tokens are recent for one retry window more. */
  windowEndedAt: number;
  /** The generation whose rotation started the window: spent tokens from it on may be recent. */
  windowGeneration: number;
  /** Whether a spent token was accepted in the window. */
  windowRetried: boolean;
  /** The first generation of the window before, whose last is before `windowGeneration`; null: none of it is recent. */
  previousWindowGeneration: number | null;
  previousWindowEndedAt: number | null;
  /** Whether a spent token was accepted in the window before, also where none of it is recent any more. */
  previousWindowRetried: boolean;
  /** Of the windows before this one: each that was retried adds 8, each that was not takes 1 away, down to 0. */
  retryScore: number;
  /**
   * Since when no response could be made for an accepted token: the windows stand still from then until the next one that
   * can. null: they go on.
   */
  windowsHeldAt: number | null;
  /** Whether the windows stood still for a failed retry in this window: they do so once. */
  windowRetryHeld: boolean;
}

/** A member of `authorization_details` (RFC 9396 §2). */
export interface AuthorizationDetail {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Who acts for the subject; nested in it, who acted before (RFC 8693 §4.1). */
export interface Actor {
  readonly sub: string;
  readonly iss?: string;
  readonly client_id?: string;
  readonly act?: Actor;
}

/** Claims of a grant's access tokens, by their names in the tokens. */
export interface GrantClaims {
  /** How the subject authenticated (RFC 9470 §6.2). */
  readonly acr?: string;
  /** RFC 9396 §9.1 */
  readonly authorization_details?: readonly AuthorizationDetail[];
  readonly act?: Actor;
  /** `client_id`s of the clients with which it ends too: those of the grants and tokens that it was exchanged for. */
  readonly grant_clients?: readonly string[];
}

/** The claims with how the subject authenticated, if that is known. */
export function withAcr(claims: GrantClaims | null, acr: string | null | undefined): GrantClaims | null {
  return acr === null || acr === undefined ? claims : { ...claims, acr };
}

/** One authorization of one client for one subject: the row that a refresh updates. */
export interface Grant extends GrantHead {
  id: string;
  clientId: string;
  subject: string;
  scope: string;
  /** SHA-256 of the grant secret. */
  secretHash: Buffer;
  /** Compared with the client's `grantsRevokedAt`. */
  createdAt: number;
  /** End of the absolute lifetime. */
  expiresAt: number;
  /** When the subject authenticated, the `auth_time` of its access tokens (RFC 9068 §2.2.1); null: not known. */
  authTime: number | null;
  /** The audience of its access tokens (RFC 8707); null: the client's own. */
  resource: string | null;
  /** The key that the refresh tokens are bound to: `jkt:…` (RFC 9449) or `x5t:…` (RFC 8705); null: to none. */
  binding: string | null;
  /** The newest generation that was given out before a refresh bound the grant to a key; null: no refresh bound it. */
  boundGeneration: number | null;
  /** The grant that it was exchanged for (RFC 8693), with which it ends; null: none. */
  parentId: string | null;
  /** Other grants have it as their parent, or had. */
  hasChildren: boolean;
  /** What its access tokens say beside the other columns; null: nothing. */
  claims: GrantClaims | null;
  /** null: not revoked by itself. Its client may end it too: ask `grantStatus`. */
  revokedAt: number | null;
  revokedReason: RevocationReason | null;
}

/** What ends a grant's lifetime: too long without a refresh, or the end that it has from the start. */
export type ExpiryReason = "idle_lifetime" | "absolute_lifetime";

/** What has become of a grant, as `grantStatus` says. Instants in ms. */
export type GrantStatus =
  | { state: "active"; idleExpiresAt: number }
  | { state: "expired"; since: number; reason: ExpiryReason }
  /** `since` is null where only the event of the client's deletion knows it. */
  | { state: "revoked"; since: number | null; reason: RevocationReason | "client_deleted" };

/** That of a grant whose tokens are refused. */
export type EndedStatus = Exclude<GrantStatus, { state: "active" }>;
