/** Why an operation of administration was refused: a closed union, so that a `switch` on it is checked. */
export type AdminErrorCode =
  /** What the operation names does not exist. */
  | "not_found"
  /** The input breaks a rule; `violations` names each. */
  | "invalid"
  /** The name or id is in use. */
  | "conflict"
  /** The resource is no longer as the caller has read it. */
  | "precondition_failed"
  /** The current state does not allow it, such as distrusting the only MAC key. */
  | "not_allowed";

/** One rule that the input breaks. */
export interface Violation {
  /** The member at fault, as JSON names it (`retry_window`); undefined: the input as a whole. */
  member?: string | undefined;
  /** A sentence. */
  message: string;
}

/** What operations look for. */
export type AdminResource =
  | "client"
  | "account"
  | "grant"
  | "registration token"
  | "webhook"
  | "dead letter"
  | "stream"
  | "signing key"
  | "MAC key";

interface AdminErrorOptions {
  violations?: readonly Violation[];
  hint?: string | undefined;
  resource?: AdminResource;
}

/** An operation of administration that was refused. It has changed nothing, and its texts contain no secret. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  readonly code: AdminErrorCode;
  readonly violations: readonly Violation[];
  /** How to fix it, as a sentence; undefined if the message says so. */
  readonly hint: string | undefined;
  /** What was looked for, with `not_found` and `conflict`. */
  readonly resource: AdminResource | undefined;

  constructor(code: AdminErrorCode, message: string, options: AdminErrorOptions = {}) {
    super(message);
    this.code = code;
    this.violations = options.violations ?? [];
    this.hint = options.hint;
    this.resource = options.resource;
  }
}

/**
 * Makes the error of an operation on something that does not exist.
 *
 * @param id as the caller named it; never a token
 */
export function notFound(resource: AdminResource, id: string | number, hint?: string): AdminError {
  return new AdminError("not_found", `${resource} not found: ${id}`, { resource, hint });
}

/** The largest number that an operation takes: as a duration, s, ten years; as a count, more than there ever is. */
export const LONGEST = 315_360_000;

/** @throws AdminError `invalid` unless `value` is a whole number from `min` to `max` */
export function requireWholeNumber(member: string, value: number, min: number, max = LONGEST): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  const message = `${member} must be a whole number from ${min} to ${max}.`;
  throw new AdminError("invalid", `${member} is not valid`, { violations: [{ member, message }] });
}

/** @throws AdminError `invalid` unless `value` is an instant, ms since 1970, whatever an untyped caller passes */
export function requireInstant(member: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  const message = `${member} must be a whole number of ms since 1970.`;
  throw new AdminError("invalid", `${member} is not valid`, { violations: [{ member, message }] });
}
