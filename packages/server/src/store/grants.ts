import type { RevocationReason } from "../events/grant-events.ts";
import type { Page, RotationPolicy } from "./clients.ts";
import type { UsableProof } from "./used-tokens.ts";
import type { EndedStatus, Grant, GrantClaims } from "./grant.ts";

export type { RevocationReason } from "../events/grant-events.ts";
export type * from "./grant.ts";

/** A grant to create. Its id is a UUIDv7, so that new rows are neighbours in the primary key. */
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
  /** The key that its refresh tokens are bound to, as `Grant.binding`; null: none. */
  binding: string | null;
  /** As in `Grant`; by default null. */
  parentId?: string | null;
  claims?: GrantClaims | null;
  /** What created it, for the event: a grant type, `host`, or the operator. */
  via: string;
  /** The hash that the subject's password was checked against for this grant; undefined: no account's was. */
  passwordHash?: string | undefined;
}

/** A grant that a client gets for another one (RFC 8693): it ends with its parent, and no later. */
export type NewChildGrant = NewGrant & { readonly parentId: string };

/** Why a child grant is not created. `parent_ended`: its parent expired, was revoked, or does not exist. */
export type RefusedChild = DisabledOutcome | "parent_ended";

/** A session that began at another token service. Its id and secret are derived from its refresh token there. */
export interface AdoptedGrant {
  /** A UUIDv8 derived from the token, so the same session has the same row however often it is adopted. */
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
  /** Requested scopes, canonical; undefined: those of the grant. */
  scope: readonly string[] | undefined;
  /** The requested resource; null: the client's own audience; undefined: that of the grant. */
  resource: string | null | undefined;
  /** The key whose possession the request proves, as `Grant.binding`; null: none. */
  binding: string | null;
  /** The proof of that key, which is used up if the token is accepted; null: none, or none that is used once. */
  proof: UsableProof | null;
  policy: RotationPolicy;
  /** The client's `grantsRevokedAt`. */
  grantsRevokedAt: number | null;
}

/**
 * How the end of a grant's absolute lifetime moves later: by `by` s, at least 1, from where it is, or to where that of a new
 * grant would be, `maxTtl` s from the store's now, if that is later.
 */
export type LifetimeExtension = { by: number } | { maxTtl: number };

/** What became of an extension: the row after it, and the end before it, ms. */
export type ExtensionResult =
  | { outcome: "lifetime_extended"; grant: Grant; previousExpiresAt: number }
  /** By `maxTtl`: the end is that late already. */
  | { outcome: "unchanged"; grant: Grant }
  /** By `by`: it is a child grant, which ends with its parent. */
  | { outcome: "is_child"; grant: Grant }
  /** By `by`: the end would be more than ten years from now. */
  | { outcome: "too_long"; grant: Grant }
  /** It expired or was revoked, and needs a new sign-in. */
  | { outcome: "not_active"; grant: Grant; status: EndedStatus }
  | { outcome: "not_found" };

/** Outcomes with tokens; docs/refresh.md describes each. */
export const ACCEPTED_OUTCOMES = ["rotated", "extended", "retried", "retried_late", "recovered"] as const;
export type AcceptedOutcome = (typeof ACCEPTED_OUTCOMES)[number];
/** Outcomes without tokens, each a cause of the error that is sent. */
export type RefusedOutcome =
  | "unknown"
  | "client_mismatch"
  | "revoked"
  | "expired"
  | "binding_mismatch"
  /** The proof was used before: the row is not looked at. */
  | "proof_used"
  | "reused"
  | "concurrent_use"
  | "generation_ahead"
  | "exhausted"
  | "scope_exceeded"
  | "resource_mismatch";

/** The outcomes of an accepted spent token. */
export type RetryOutcome = Extract<AcceptedOutcome, "retried" | "retried_late">;

/**
 * What became of an accepted token. `at` is the instant of the decision, ms; `grant` is the row after it, from which
 * the response's tokens are derived; `before` is the row before a retry.
 */
export type AcceptedRotation =
  | { outcome: RetryOutcome; at: number; grant: Grant; before: Grant }
  | { outcome: Exclude<AcceptedOutcome, RetryOutcome>; at: number; grant: Grant };

/** What became of a presented token. */
export type RotationResult = AcceptedRotation | { outcome: RefusedOutcome; at: number };

/** An access token for the denylist. */
export interface DeniedToken {
  /** The token's `jti` claim (RFC 7519 §4.1.7). */
  jti: string;
  /** The token's `exp`, ms: from then on the entry is swept. */
  expiresAt: number;
  clientId: string;
  actor: string;
}

/** Which grants to list. */
export interface GrantFilter {
  clientId?: string | undefined;
  subject?: string | undefined;
}

/** A grant's place in the order of ends: of the absolute lifetime, ms; then the id. */
export type GrantEnd = Pick<Grant, "expiresAt" | "id">;

/** Active grants of one subject, client, scope and resource together. Instants in ms. */
export interface ActiveGrants {
  clientId: string;
  scope: string;
  resource: string | null;
  /** When the first of them was created. */
  createdAt: number;
  /** When one of them was last used. */
  lastUsedAt: number;
  /** When the absolute lifetime of the first of them ends. */
  expiresAt: number;
}

/** Why a client and a subject get no grant. */
export type DisabledOutcome = "client_disabled" | "account_disabled";

/** Why a grant is not created. `wrong_password`: the account has another hash since the password was checked. */
export type RefusedGrant = DisabledOutcome | "wrong_password";

/** The part of the port for grants and the denylist. Conventions as in store.ts. */
export interface GrantStore {
  /**
   * Decides about a presented refresh token by `decide`, and updates the grant's row if it says so. Of simultaneous
   * refreshes of one token the first rotates; the others are retries and get the same successor.
   */
  rotate(presented: PresentedToken): Promise<RotationResult>;
  /**
   * Takes back what an accepted token cost when its response could not be made, by `held`: the windows stand still until
   * a response can be. Changes nothing if the grant went on meanwhile.
   */
  hold(failed: AcceptedRotation): Promise<void>;
  /**
   * Creates a grant if its client, and its account if the subject is one, are enabled, and the account still has the
   * password hash, if one is named.
   */
  create(grant: NewGrant): Promise<{ outcome: "created"; grant: Grant } | { outcome: RefusedGrant }>;
  /**
   * Creates a grant as `create` does, if its parent is active. Its absolute lifetime ends with the parent's at the latest.
   * From then on what revokes the parent revokes it in the same transaction.
   */
  createChild(
    grant: NewChildGrant,
  ): Promise<{ outcome: "created"; grant: Grant } | { outcome: RefusedChild }>;
  /**
   * Creates a grant at generation 0 for each session, without an event. Skips sessions that have a grant, even a revoked
   * one, and those whose client does not exist or whose client or account is disabled. Returns how many were created.
   */
  adopt(sessions: readonly AdoptedGrant[]): Promise<number>;
  /** Deletes those of the adopted grants that were never refreshed here and are not revoked. Returns how many. */
  release(ids: readonly string[]): Promise<number>;
  /** Undefined: no such grant, or it was swept. Whether it is active `grantStatus` says. */
  find(id: string): Promise<Grant | undefined>;
  /**
   * In the order of ids, which for grants made here is that of their creation; ended ones are listed until they are
   * swept.
   */
  list(filter: GrantFilter, page: Page): Promise<Grant[]>;
  /**
   * Grants whose absolute lifetime ends after a place in the order of ends and until `by`, ms, soonest first; among them
   * those that are over already. Undefined: the index for it is not built yet.
   */
  listEnding(ends: { after: GrantEnd; by: number }, limit: number): Promise<Grant[] | undefined>;
  /**
   * What of a subject's grants is active, without a row for each: a subject may have tens of thousands. The grants of
   * one client, scope and resource may come in several parts.
   */
  listActive(subject: string): Promise<ActiveGrants[]>;
  /**
   * Moves the end of an active grant's absolute lifetime later, and nothing else: tokens, idle lifetime and `authTime`
   * stay. A refresh at the same time is not disturbed.
   */
  extendLifetime(id: string, extension: LifetimeExtension, actor: string): Promise<ExtensionResult>;
  /**
   * Revokes a grant and with it its refresh tokens (RFC 7009 §2.1) and its child grants. False: no such grant, or it was
   * revoked before.
   */
  revoke(id: string, reason: RevocationReason, actor: string): Promise<boolean>;
  /**
   * Revokes each of these grants as `revoke` does, in one transaction and in the order of ids: a caller that has many
   * makes several calls. Returns how many it revoked; ids without a grant and grants that were revoked before do not count.
   *
   * @param withSubject they end with all grants of their subject, as `subject.revoked` has said; the events say so
   */
  revokeAll(
    ids: readonly string[],
    reason: RevocationReason,
    actor: string,
    withSubject?: boolean,
  ): Promise<number>;
  /** Puts an access token on the denylist until it expires. */
  denyAccessToken(token: DeniedToken): Promise<void>;
  /** Whether the token's `jti` is on the denylist; introspection asks (RFC 7662 §2.2). */
  isAccessTokenDenied(jti: string): Promise<boolean>;
}
