import type { TokenClientOptions } from "./api.ts";
import { belongsTo, MAX_COOLDOWN } from "./record.ts";
import type { TokenIdentity } from "./record.ts";
import type { CredentialRecord, EndReason, Refusal } from "./types.ts";

/** What a refresh does next. Instants are ms by the server's clock. */
export type Step =
  | { readonly do: "use"; readonly record: CredentialRecord }
  | { readonly do: "end"; readonly reason: EndReason; readonly refusal?: Refusal | undefined }
  /** No request is possible, or the server refused the client recently: the configuration must be corrected. */
  | { readonly do: "refuse"; readonly reason: string; readonly refusal?: Refusal | undefined }
  /** No request is sent before `until`. */
  | { readonly do: "back off"; readonly until: number; readonly refusal?: Refusal | undefined }
  /** Another process is refreshing; its claim lasts until `until` at most. */
  | { readonly do: "wait"; readonly until: number; readonly refusal?: Refusal | undefined }
  | { readonly do: "exchange" };

export interface StepContext extends Pick<TokenClientOptions, "grant"> {
  readonly identity: TokenIdentity;
  /** How long this process has seen the record's claim, ms. */
  readonly claimAge: number;
  /** Whether a claim's end can be read off its instants; otherwise it must be observed for its whole length. */
  readonly clocksAgree: boolean;
}

/** Longest claim, ms. A longer one, like a cooldown beyond the longest, was written by a machine with a wrong clock. */
const MAX_CLAIM = 60_000;

/** Decides the next step for a stored record: a pure function. `isMet` tells whether a record satisfies the request. */
export function nextStep(
  record: CredentialRecord | undefined,
  now: number,
  isMet: (record: CredentialRecord) => boolean,
  { identity, grant, claimAge, clocksAgree }: StepContext,
): Step {
  if (!record) return grant ? { do: "exchange" } : { do: "end", reason: "empty" };
  if (!belongsTo(record, identity)) {
    return { do: "refuse", reason: "the tokens belong to another endpoint or client" };
  }
  const { ended, intent, cooldown, refreshToken } = record;
  if (ended) return { do: "end", ...ended };
  if (isMet(record)) return { do: "use", record };
  if (intent) {
    const length = Math.min(intent.until - intent.at, MAX_CLAIM);
    const isAbandoned = !(claimAge < length) || (clocksAgree && now > intent.until);
    if (!isAbandoned) {
      return { do: "wait", until: Math.min(intent.until, now + length), refusal: cooldown?.refusal };
    }
  }
  if (!refreshToken && !grant) return { do: "end", reason: "no_refresh_token" };
  if (cooldown && cooldown.until > now && cooldown.until <= now + MAX_COOLDOWN) {
    const { until, error, refusal } = cooldown;
    return error ? { do: "refuse", reason: error, refusal } : { do: "back off", until, refusal };
  }
  return { do: "exchange" };
}
