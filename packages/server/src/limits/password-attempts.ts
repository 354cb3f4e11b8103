import { OAuthError } from "../errors/oauth-error.ts";

/** Failures by username and address. */
export interface UsernameThrottle {
  /** s to wait before this username may be tried from this address; 0: go on. */
  usernameBlocked(username: string, address: string): number;
  usernameFailed(username: string, address: string): Promise<void>;
  usernameSucceeded(username: string, address: string): void;
}

/** Whose password is checked, and for whom. */
export interface Claimant {
  username: string;
  /** Of the program that sent it. */
  address: string;
}

/**
 * Checks a password when its turn comes, within the limits on failures. A verdict with a cause is a failure; an error is
 * none: nothing was found out about the password.
 *
 * @param turn waits, then runs the check
 * @throws OAuthError `invalid_request` (429) after too many failures
 */
export async function withinLimits<Verdict extends { cause?: string | undefined }>(
  attempts: UsernameThrottle,
  { username, address }: Claimant,
  turn: (check: () => Promise<Verdict>) => Promise<Verdict>,
  check: () => Promise<Verdict>,
): Promise<Verdict> {
  refuseIfBlocked(attempts, username, address);
  const verdict = await turn(async () => {
    // Again, since others may have failed while this one waited; a failure is counted before the turn is passed on.
    refuseIfBlocked(attempts, username, address);
    const found = await check();
    if (found.cause !== undefined) await attempts.usernameFailed(username, address);
    return found;
  });
  if (verdict.cause === undefined) attempts.usernameSucceeded(username, address);
  return verdict;
}

function refuseIfBlocked(attempts: UsernameThrottle, username: string, address: string): void {
  const wait = attempts.usernameBlocked(username, address);
  if (wait === 0) return;
  throw new OAuthError("too_many_failures", { retryAfter: wait });
}
