import { authenticateAccount } from "./authenticate-account.ts";
import type { AccountCredentials, AuthenticateAccountDeps } from "./authenticate-account.ts";

/** Who somebody is, proven just now. */
export interface AuthenticatedUser {
  subject: string;
  /** What the pages call them; no control characters. */
  name: string;
}

/** Longer ones are refused unread: hashing is what they would cost. Bytes. */
export const MAX_USERNAME = 320;
export const MAX_PASSWORD = 1024;

/** Whose accounts people have. The `password` grant and the sign-in page ask it alike. */
export interface UserStore {
  /**
   * Whom a username and password prove. An unknown username, a wrong password and a disabled account look alike.
   *
   * @throws OAuthError `invalid_grant` for a wrong username or password; `invalid_request` (429) after too many
   *   failures; `temporarily_unavailable` where the password cannot be checked now
   */
  authenticate(credentials: AccountCredentials): Promise<AuthenticatedUser>;
}

/** Accounts that are kept as names and hashes: Regrant's own, or those of a takeover. */
export function localAccounts(deps: AuthenticateAccountDeps): UserStore {
  return {
    async authenticate(credentials) {
      const { subject, username } = await authenticateAccount(deps, credentials);
      return { subject, name: username };
    },
  };
}
