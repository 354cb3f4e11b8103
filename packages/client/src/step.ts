import type { TokenClientOptions } from "./api.ts";
import { none } from "./client-auth.ts";
import { ClientConfigError, SessionEndedError } from "./errors.ts";
import { belongsTo, MAX_COOLDOWN } from "./record.ts";
import type { TokenIdentity } from "./record.ts";
import type { CredentialRecord } from "./types.ts";

/** What a refresh does next. Instants are ms by the server's clock. */
export type Step =
  | { readonly do: "use"; readonly record: CredentialRecord }
  /** No request is sent before `until`. */
  | { readonly do: "back off"; readonly until: number }
  /** Another process is refreshing; its claim lasts until `until` at most. */
  | { readonly do: "wait"; readonly until: number }
  | { readonly do: "exchange"; readonly until: number };

export interface StepContext
  extends TokenIdentity, Pick<TokenClientOptions, "grant" | "dpop" | "clientAuth"> {
  /** How long this process has seen the record's claim, ms. */
  readonly claimAge: number;
  /** The server's time, without what its clock or this machine's has jumped in that time. */
  readonly claimNow: number;
  /** Whether a claim's end can be read off its instants; otherwise it must be observed for its whole length. */
  readonly clocksAgree: boolean;
}

/** Longest claim, ms. A longer one, like a cooldown beyond the longest, was written by a machine with a wrong clock. */
const MAX_CLAIM = 60_000;

/**
 * Decides the next step for a stored record: a pure function. `isMet` tells whether a record satisfies the request.
 *
 * @throws SessionEndedError; ClientConfigError no request is possible, or the server refused the client recently
 */
export function nextStep(
  record: CredentialRecord | undefined,
  now: number,
  isMet: (record: CredentialRecord) => boolean,
  context: StepContext,
): Step {
  const { grant, claimAge, claimNow, clocksAgree, dpop, clientAuth = none } = context;
  const { ended, intent, cooldown, refreshToken, refusal } = record ?? ({} as Partial<CredentialRecord>);
  const refuse = (reason: string) => new ClientConfigError(`Cannot refresh: ${reason}`, { refusal });
  if (record && !belongsTo(record, context)) throw refuse("the tokens are of another endpoint or client");
  // Sent without a proof, the refresh token of a public client would be refused, and the session would end (RFC 9449 §5).
  if (record?.jkt && !dpop && clientAuth === none) throw refuse("the tokens are bound to a key: pass `dpop`");
  if (ended) throw new SessionEndedError(ended.reason, undefined, { refusal });
  if (record && isMet(record)) return { do: "use", record };
  if (intent) {
    const length = Math.min(intent.until - intent.at, MAX_CLAIM);
    const isOver = clocksAgree && claimNow > intent.until;
    if (claimAge < length && !isOver) return { do: "wait", until: Math.min(intent.until, now + length) };
  }
  if (!refreshToken && !grant) throw new SessionEndedError(record ? "no_refresh_token" : "empty");
  if (cooldown && cooldown.until > now && cooldown.until <= now + MAX_COOLDOWN) {
    if (cooldown.error) throw refuse(cooldown.error);
    return { do: "back off", until: cooldown.until };
  }
  return { do: "exchange", until: now };
}
