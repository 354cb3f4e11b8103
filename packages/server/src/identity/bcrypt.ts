import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** `$2y$12$` and 53 digits of salt and tag; PHP writes `2y`, others `2a` or `2b`. */
const FORM = /^\$2[aby]\$(\d\d)\$[./A-Za-z\d]{53}$/;
/** Each step doubles the time; at this one it is about a second. */
const MAX_COST = 14;

/** `.ts` in the sources, `.js` in the build. */
const THREAD = import.meta.filename.replace(/bcrypt(?=\.\w+$)/, "bcrypt-thread");

/** Whether this is a bcrypt hash of an acceptable cost, 4 to 14. */
export function isBcrypt(hash: string): boolean {
  const cost = Number(FORM.exec(hash)?.[1]);
  return cost >= 4 && cost <= MAX_COST;
}

/**
 * Whether `password` is the one that was hashed with bcrypt. Each check gets its own thread: in
 * JavaScript it takes 50 ms or more, and it is rare, as hashes come from imports and are replaced at the first success.
 */
export async function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  // PHP refuses to hash a password with U+0000; some implementations truncate there.
  if (!password.isWellFormed() || password.includes("\0")) return false;
  const thread = new Worker(THREAD, { workerData: { password, hash } });
  const [matches] = (await once(thread, "message")) as [boolean];
  return matches;
}
