import { isAccepted } from "./decide.ts";
import type { Decision } from "./decide.ts";
import type { Grant, RotationResult } from "./grants.ts";

/** What the port says of a decision about `before`. */
export function rotationResult(decision: Decision, before: Grant, at: number): RotationResult {
  const { outcome } = decision;
  if (!isAccepted(outcome)) return { outcome, at };
  const grant = written(before, decision);
  const isRetry = outcome === "retried" || outcome === "retried_late";
  return isRetry ? { outcome, at, grant, before } : { outcome, at, grant };
}

/** The row after a decision. */
export function written(grant: Grant, { write }: Decision): Grant {
  return write === undefined ? grant : { ...grant, ...write };
}
