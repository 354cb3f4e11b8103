/** A user whose password was right just now. */
export interface AuthenticatedUser {
  subject: string;
  /** What the pages call the user; no control characters. */
  name: string;
  /** The account's hash, which a grant or sign-in needs unchanged when it begins; undefined: the store is not Regrant's. */
  passwordHash?: string | undefined;
}

/** What a user entered, or a client sent for the password grant (RFC 6749 §4.3.2). */
export interface UserCredentials {
  username: string;
  password: string;
  /** IP address that the credentials came from. */
  address: string;
  /** The client for which the user signs in; undefined: for one of Regrant's own pages. */
  clientId?: string | undefined;
}

/** Longer ones are refused unread: hashing is what they would cost. Bytes. */
export const MAX_USERNAME = 320;
export const MAX_PASSWORD = 1024;

/** Where users have their accounts. The `password` grant and the sign-in page ask it alike. */
export interface UserStore {
  /**
   * The user whom a username and password prove. An unknown username, a wrong password and a disabled account look
   * alike.
   *
   * @throws OAuthError `invalid_grant` for a wrong username or password; `invalid_request` (429) after too many
   *   failures; `temporarily_unavailable` where the password cannot be checked now
   */
  authenticate(credentials: UserCredentials): Promise<AuthenticatedUser>;
}
