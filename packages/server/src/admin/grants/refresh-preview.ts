import { isAccepted } from "../../store/decide.ts";
import { refreshOutcome } from "../../explanations/refresh-outcome.ts";
import { spending } from "../../explanations/token-history.ts";
import type { Decision } from "../../store/decide.ts";
import { durationText, instantWithAge } from "../../time-text.ts";
import type { GrantHistory } from "./history.ts";
import type { ParsedToken } from "./parse-token.ts";

/** What a refresh with a token would do now. */
export interface RefreshPreview {
  generation: number;
  /** The generation of the grant's newest token; null if the grant's row was removed. */
  head: number | null;
  /** The decision table's outcome, or why the client could not authenticate. */
  outcome: Decision["outcome"] | "client_disabled" | "client_deleted";
  /** Whether the refresh would issue tokens. */
  accepted: boolean;
  /** The same as sentences, for an operator. */
  message: string;
}

/** Asks the decision table what a refresh with this token would do. It changes nothing. */
export function previewRefresh(token: ParsedToken, history: GrantHistory): RefreshPreview {
  const { generation } = token;
  const head = history.grant?.generation ?? null;
  const place = head === null ? `generation ${generation}` : placeText(generation, head);
  const [outcome, why] = outcomeOf(token, history);
  const message = `The token is ${place}.${spentText(generation, history)} Presented now, it would be ${why}`;
  return { generation, head, outcome, accepted: isAccepted(outcome), message };
}

function outcomeOf(
  token: ParsedToken,
  { grant, parent, client, now }: GrantHistory,
): [outcome: RefreshPreview["outcome"], why: string] {
  // RFC 6749 §6: the client is authenticated before its token is looked at.
  if (client === undefined) return ["client_deleted", "refused (invalid_client): the client was deleted."];
  if (client.disabledAt !== null)
    return ["client_disabled", "refused (invalid_client): the client is disabled."];
  const { passportExpiresAt } = token;
  const { outcome, until } = refreshOutcome(token, { grant, parent, client, now }, passportExpiresAt);
  if (outcome === "expired" && grant?.generation === 0 && now >= (passportExpiresAt ?? Infinity)) {
    const why = "the lifetime that Passport gave it is over, and its session has not moved here.";
    return [outcome, `refused (invalid_grant, expired): ${why}`];
  }
  if (until === undefined) return [outcome, OUTCOMES[outcome]];
  return [outcome, `${OUTCOMES[outcome]} It is answered so for ${durationText(until - now)} more.`];
}

/** Each outcome, with the error and the `error_reason` that the client would get. */
const OUTCOMES: Record<Decision["outcome"], string> = {
  rotated: "accepted and answered with its successor: it is the newest.",
  extended:
    "accepted and returned unchanged: it is the newest, and the client's policy does not rotate it now.",
  retried: "accepted and answered with the newest token: it was spent just now, so this is a retry.",
  retried_late:
    "accepted and answered with the newest token, once: the newest was never used, so its response must have been lost. " +
    "A retry window would start.",
  recovered: "accepted: it is ahead of the store, which must have lost writes, and Regrant issued it.",
  generation_ahead:
    "refused (invalid_grant, invalid): it is ahead of the store, and the client's policy rejects that.",
  reused:
    "refused (invalid_grant, reused): it was spent too long ago for a retry. Presenting it counts as theft and, " +
    "unless the client's policy only detects, revokes the grant.",
  concurrent_use: "refused (invalid_grant, reused), and the grant revoked: two holders seem to refresh it.",
  revoked: "refused (invalid_grant, revoked): the grant was revoked.",
  expired: "refused (invalid_grant, expired): the grant's lifetime is over.",
  exhausted: "refused (invalid_grant, expired): the grant has no generations left.",
  unknown:
    "refused (invalid_grant, invalid): the store has no such grant, or the token does not belong to it.",
  client_mismatch: "refused (invalid_grant, invalid): it belongs to another client.",
  binding_mismatch:
    "refused (invalid_grant, invalid): the request must prove possession of the key that the grant is bound to.",
  proof_used: "refused (invalid_dpop_proof): the DPoP proof was used before.",
  scope_exceeded: "refused (invalid_scope).",
  resource_mismatch: "refused (invalid_target).",
};

function placeText(generation: number, head: number): string {
  if (generation === head) return `generation ${generation}, the newest`;
  const distance = Math.abs(head - generation);
  return `generation ${generation}, ${distance} ${generation < head ? "behind" : "ahead of"} the newest (${head})`;
}

/** When a spent token was spent, and whether its successor was used. Empty: it is not spent, or its row was removed. */
function spentText(generation: number, { grant, now }: GrantHistory): string {
  if (grant === undefined || generation >= grant.generation) return "";
  const { spentAt, spentBefore, successorUsed } = spending(grant, generation);
  const when =
    spentAt === undefined
      ? `at ${instantWithAge(spentBefore ?? grant.rotatedAt, now)} at the latest`
      : `at ${instantWithAge(spentAt, now)}`;
  return ` It was spent ${when}, and its successor was ${successorUsed ? "used" : "never used"}.`;
}
