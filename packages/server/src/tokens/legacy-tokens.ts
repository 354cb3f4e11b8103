import type { Client, Grant, PresentedToken, RotationResult } from "../store/store.ts";
import type { RefreshToken } from "./refresh-token.ts";

/** A refresh token that another token service issued, as the grant that its session has, or will have, here. */
export interface LegacyToken extends RefreshToken {
  /** Presented for the first time, it moves its session to Regrant; false: it is an envelope of one of our own tokens. */
  readonly migrates: boolean;
  /** When the lifetime ends that the former service gave it, ms. Once its session has moved, the grant's hold instead. */
  readonly expiresAt: number;
}

/** What the response to a request is made of, when the former service must be able to read it. */
export interface IssuedTokens {
  readonly grant: Grant;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the refresh token expires, ms. */
  readonly refreshExpiresAt: number;
  /** The store's now, ms. */
  readonly at: number;
  /** The token that was presented, if the former service can read it. */
  readonly presented: LegacyToken | undefined;
}

/**
 * The refresh tokens of the service that was used before Regrant: the port that a migration fills. Each method may throw
 * an `OAuthError`.
 */
export interface LegacyTokens {
  /** @returns undefined: the text is not a token of that service */
  open(client: Client, token: string, address: () => string): Promise<LegacyToken | undefined>;
  /** As `GrantStore.rotate`; the first rotation moves the session here. */
  rotate(client: Client, token: LegacyToken, presented: PresentedToken): Promise<RotationResult>;
  /** The refresh token to respond with: one that the former service can read too, while a rollback is kept open. */
  wrap(client: Client, issued: IssuedTokens): Promise<string>;
}
