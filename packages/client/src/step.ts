import type { TokenClientOptions } from "./api.ts";
import { LONGEST_COOLDOWN } from "./record.ts";
import type { Binding } from "./record.ts";
import type { CredentialRecord, EndReason } from "./types.ts";

/** What to do next for somebody who wants a refresh. Instants are by the server's clock. */
export type Step =
  | { readonly do: "use"; readonly record: CredentialRecord }
  | { readonly do: "end"; readonly reason: EndReason }
  /** Nothing can be sent, or the server refused the client lately: somebody must mend that. */
  | { readonly do: "refuse"; readonly why: string }
  /** The server is left alone until then. */
  | { readonly do: "cool"; readonly until: number }
  /** Somebody else is at it, until then at most. */
  | { readonly do: "watch"; readonly until: number }
  | { readonly do: "spend" };

export interface Surroundings extends Pick<TokenClientOptions, "grant"> {
  readonly binding: Binding;
  /** For how long this process has seen the record's claim, ms. */
  readonly watched: number;
  /** Whether the claim's end can be told from its instants: else only from having watched it for as long. */
  readonly clocksAgree: boolean;
}

/** No claim is longer, ms; one that is, like a cooldown beyond the longest, was written by a clock that went wrong. */
const LONGEST_CLAIM = 60_000;

/** The step that a stored record calls for, unless it `isMet` already. */
export function nextStep(
  record: CredentialRecord | undefined,
  now: number,
  isMet: (record: CredentialRecord) => boolean,
  { binding, grant, watched, clocksAgree }: Surroundings,
): Step {
  if (!record) return grant ? { do: "spend" } : { do: "end", reason: "empty" };
  if (!isBound(record, binding))
    return { do: "refuse", why: "the tokens belong to another endpoint or client" };
  const { ended, intent, cooldown, refreshToken } = record;
  if (ended) return { do: "end", reason: ended.reason };
  if (isMet(record)) return { do: "use", record };
  if (intent) {
    const lease = Math.min(intent.until - intent.at, LONGEST_CLAIM);
    const isAbandoned = watched >= lease || (clocksAgree && now > intent.until);
    if (!isAbandoned) return { do: "watch", until: Math.min(intent.until, now + lease) };
  }
  if (!refreshToken && !grant) return { do: "end", reason: "no_refresh_token" };
  if (cooldown && cooldown.until > now && cooldown.until <= now + LONGEST_COOLDOWN) {
    return cooldown.error ? { do: "refuse", why: cooldown.error } : { do: "cool", until: cooldown.until };
  }
  return { do: "spend" };
}

/** Tokens of one server are never sent to another. */
export function isBound(record: CredentialRecord, { tokenEndpoint, clientId }: Binding): boolean {
  return record.tokenEndpoint === tokenEndpoint && record.clientId === clientId;
}
