/** How an API wants the user to authenticate again (RFC 9470 §3): the parameters of an authorization request. */
export interface StepUp {
  /** `acr_values`: any of these ways will do, the preferred one first; empty: in any way. */
  readonly acrValues: readonly string[];
  /** `max_age`: how long ago the user may have authenticated, s; undefined: as long as before. */
  readonly maxAge: number | undefined;
}

/** RFC 9470 §3; parameters of a challenge are tokens or quoted (RFC 9110 §11.2). */
const ERROR = /\berror\s*=\s*"?insufficient_user_authentication\b/i;
const ACR_VALUES = /\bacr_values\s*=\s*"([^"]*)"/i;
const MAX_AGE = /\bmax_age\s*=\s*"?(\d{1,9})\b/i;

/**
 * Reads whether an API refused a request because its user has to authenticate otherwise or again. A refresh does not help:
 * send the user to the authorization endpoint with `acr_values` and `max_age`.
 *
 * @returns undefined: it did not
 */
export function stepUpOf({ status, headers }: Pick<Response, "status" | "headers">): StepUp | undefined {
  const challenge = status === 401 ? (headers.get("www-authenticate") ?? "") : "";
  if (!ERROR.test(challenge)) return undefined;
  const maxAge = MAX_AGE.exec(challenge)?.[1];
  return {
    acrValues: (ACR_VALUES.exec(challenge)?.[1] ?? "").split(" ").filter((acr) => acr !== ""),
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
  };
}
