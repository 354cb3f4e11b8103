import { decide, isAccepted } from "../store/decide.ts";
import type { Decision } from "../store/decide.ts";
import { grantSecretHash } from "../tokens/refresh-token.ts";
import type { GivenToken } from "./grant-given.ts";
import type { GrantHistory } from "./grant-history.ts";
import { durationText } from "./output.ts";

/** What a refresh token would meet if its client presented it now. */
export interface PresentedToken {
  generation: number;
  /** Of the grant's newest token; null: the grant's row is gone. */
  head: number | null;
  outcome: Decision["outcome"] | "client_disabled" | "client_deleted";
  /** With the identical, the same or the next refresh token. */
  answered: boolean;
  sentence: string;
}

/** Asks the decision table, and changes nothing. */
export function judgeToken(
  { generation, secret, passportEnd = Infinity }: GivenToken,
  history: GrantHistory,
): PresentedToken {
  const { grant, client, now } = history;
  const head = grant?.generation ?? null;
  const told = (outcome: PresentedToken["outcome"], why: string): PresentedToken => {
    const answered = isAccepted(outcome);
    const place = head === null ? `generation ${generation}` : placeText(generation, head);
    return {
      generation,
      head,
      outcome,
      answered,
      sentence: `The token is ${place}. Presented now, it would be ${why}`,
    };
  };
  if (client === undefined)
    return told("client_deleted", "refused (invalid_client): the client was deleted.");
  if (client.disabledAt !== null)
    return told("client_disabled", "refused (invalid_client): the client is disabled.");
  if (head === 0 && now >= passportEnd) {
    const why = "the time that Passport gave it is over, and its session has not moved here.";
    return told("expired", `refused (invalid_grant, expired): ${why}`);
  }
  const { outcome } = decide(
    grant,
    {
      grantId: history.grantId,
      generation,
      secretHash: grantSecretHash(secret),
      clientId: client.id,
      scope: undefined,
      resource: undefined,
      binding: grant?.binding ?? null,
      policy: client,
      grantsRevokedAt: client.grantsRevokedAt,
    },
    now,
  );
  const spentAt = generation + 1 === head ? grant?.rotatedAt : grant?.windowStartedAt;
  const windowLeft = (spentAt ?? now) + client.retryWindow * 1000 - now;
  const window = outcome === "retried" ? ` The window is open for ${durationText(windowLeft)} more.` : "";
  return told(outcome, OUTCOMES[outcome] + window);
}

const OUTCOMES: Record<Decision["outcome"], string> = {
  rotated: "answered with its successor: it is the newest.",
  extended: "answered with itself: it is the newest, and the client's policy does not rotate it now.",
  retried: "answered with the newest again: it was spent just now, so this is a retry.",
  retried_late:
    "answered with the newest, once: the newest was never used, so its answer must have been lost.",
  recovered: "answered: it is ahead of the store, which must have lost writes, and Regrant issued it.",
  generation_ahead:
    "refused (invalid_grant, invalid): it is ahead of the store, and the client's policy rejects that.",
  reused:
    "refused (invalid_grant, reused): it was spent too long ago for a retry. Presenting it is taken for theft and, " +
    "unless the client's policy only detects, ends the grant.",
  concurrent_use: "refused (invalid_grant, reused), and it ends the grant: two holders seem to refresh it.",
  revoked: "refused (invalid_grant, revoked): the grant has ended.",
  expired: "refused (invalid_grant, expired): the grant's time is over.",
  exhausted: "refused (invalid_grant, expired): the grant has no generations left.",
  unknown: "refused (invalid_grant, invalid): the store has no such grant, or the token is not of it.",
  binding_mismatch:
    "refused (invalid_grant, invalid): the request must prove possession of the key that the grant is bound to.",
  client_mismatch: "refused (invalid_grant, invalid): it is another client's.",
  scope_exceeded: "refused (invalid_scope).",
  resource_mismatch: "refused (invalid_target).",
};

function placeText(generation: number, head: number): string {
  if (generation === head) return `generation ${generation}, the newest`;
  const distance = Math.abs(head - generation);
  return `generation ${generation}, ${distance} ${generation < head ? "behind" : "ahead of"} the newest (${head})`;
}
