import { setTimeout as pause } from "node:timers/promises";
import { OAuthError } from "../errors/oauth-error.ts";
import { network } from "./network.ts";
import { QueueFullError } from "./queue.ts";
import type { QueueByKey } from "./queue.ts";
import { refuseWhile } from "./throttle.ts";
import type { UsernameThrottle } from "./username-throttle.ts";

/**
 * After a wrong password a network that is slowed down has no check for so long, ms. So who guesses there gets 240 checks
 * a minute, and who is right waits for 16 of them, about 4 s, at most.
 */
const PAUSE = 250;

/** What `throttlePassword` needs of the throttle. */
export type PasswordThrottle = Pick<
  UsernameThrottle,
  "wait" | "isSlowed" | "slowed" | "failed" | "succeeded"
>;

/**
 * Checks a password in turn, unless there were too many failures for the username. A verdict with a cause counts as a
 * failure; an error does not, as it says nothing of the password.
 *
 * @param takeTurn waits, then runs the check
 * @throws OAuthError `invalid_request` (429) after too many failures, or while too many checks of a network that is
 *   slowed down are waiting
 */
export async function throttlePassword<Verdict extends { cause?: string | undefined }>(
  throttle: PasswordThrottle,
  { username, address }: { username: string; address: string },
  takeTurn: (check: () => Promise<Verdict>) => Promise<Verdict>,
  check: () => Promise<Verdict>,
): Promise<Verdict> {
  const refuseIfBlocked = (): void => refuseWhile(throttle.wait(username, address), "too_many_failures");
  refuseIfBlocked();
  const attempt = (): Promise<Verdict> =>
    takeTurn(async () => {
      // Again, as others may have failed while this one waited. A failure is counted before the next turn.
      refuseIfBlocked();
      const found = await check();
      if (found.cause !== undefined) await throttle.failed(username, address);
      return found;
    });
  const isSlowed = throttle.isSlowed(username, address);
  const verdict = await (isSlowed ? slowDown(throttle.slowed, network(address), attempt) : attempt());
  if (verdict.cause === undefined) throttle.succeeded(username, address);
  return verdict;
}

async function slowDown<Verdict extends { cause?: string | undefined }>(
  slowed: QueueByKey,
  from: string,
  attempt: () => Promise<Verdict>,
): Promise<Verdict> {
  try {
    return await slowed.run(from, async () => {
      const verdict = await attempt();
      if (verdict.cause !== undefined) await pause(PAUSE);
      return verdict;
    });
  } catch (cause) {
    if (!(cause instanceof QueueFullError)) throw cause;
    throw new OAuthError("too_many_failures", { retryAfter: cause.retryAfter, cause });
  }
}
