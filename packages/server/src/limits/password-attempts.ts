import { refuseWhile } from "./throttle.ts";
import type { UsernameThrottle } from "./username-throttle.ts";

/**
 * Checks a password in turn, unless there were too many failures. A verdict with a cause counts as a failure; an error
 * does not, as it says nothing of the password.
 *
 * @param takeTurn waits, then runs the check
 * @throws OAuthError `invalid_request` (429) after too many failures
 */
export async function throttlePassword<Verdict extends { cause?: string | undefined }>(
  throttle: Pick<UsernameThrottle, "wait" | "failed" | "succeeded">,
  { username, address }: { username: string; address: string },
  takeTurn: (check: () => Promise<Verdict>) => Promise<Verdict>,
  check: () => Promise<Verdict>,
): Promise<Verdict> {
  const refuseIfBlocked = (): void => refuseWhile(throttle.wait(username, address), "too_many_failures");
  refuseIfBlocked();
  const verdict = await takeTurn(async () => {
    // Again, as others may have failed while this one waited. A failure is counted before the next turn.
    refuseIfBlocked();
    const found = await check();
    if (found.cause !== undefined) await throttle.failed(username, address);
    return found;
  });
  if (verdict.cause === undefined) throttle.succeeded(username, address);
  return verdict;
}
