/**
 * What is wrong with one SET, as its receiver sees it (RFC 8935 §2.4; `invalid_state` of SSF 1.0 §8.1.4.1): sending it again
 * does not mend it.
 */
const FINAL = ["invalid_request", "invalid_state"];
/** What somebody has to mend at one end or the other, after which the same SET is taken (RFC 8935 §2.4). */
const PASSING = [
  "invalid_key",
  "invalid_issuer",
  "invalid_audience",
  "authentication_failed",
  "access_denied",
];

/** The error code of a receiver's error. Undefined: it is not registered, and its text is the receiver's own. */
export function errorCode({ err }: { err?: unknown }): string | undefined {
  return [...FINAL, ...PASSING].find((code) => code === err);
}

export function isFinalError(code: string | undefined): boolean {
  return code !== undefined && FINAL.includes(code);
}
