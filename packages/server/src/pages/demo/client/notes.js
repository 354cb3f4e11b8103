// @ts-check
/** @import { Exchange } from "./wire.js" */

/** What each outcome of a refresh shows. */
const OUTCOMES = {
  first:
    "The code was exchanged for the first tokens. It works once, and only with this tab's code_verifier.",
  rotated: "Rotated: the response has a new refresh token, and the one that was sent is spent.",
  retried:
    "Retried: nothing was rotated. The response has the refresh token that was issued before, byte for byte, so a " +
    "client that lost a response sends its request again and loses nothing.",
  late:
    "Retried late: the window was over, but the successor had never been used. That is taken for a client that lost " +
    "the response, once.",
  extended: "Extended: this client's refresh tokens are not rotated.",
};

/** What each `error_reason` of a refusal shows. */
const REASONS = new Map([
  [
    "reused",
    "Taken for stolen: a spent token came after its retry window, so two parties may hold tokens of this session. The " +
      "grant is revoked for both, the newest token included.",
  ],
  ["revoked", "Refused: the grant is revoked, and all of its tokens with it."],
  ["expired", "Refused: the grant has expired."],
  ["invalid", "Refused: this is no refresh token of this client."],
]);

/**
 * Says what a response of the token endpoint shows.
 *
 * @param {keyof typeof OUTCOMES | "refused"} outcome
 * @param {Exchange} exchange
 */
export function noteOf(outcome, { status, body }) {
  if (outcome !== "refused") return OUTCOMES[outcome];
  if (status === 0) return "No response arrived. The session is intact: send the same request again.";
  const { error, error_description, error_reason } = body;
  return REASONS.get(error_reason ?? "") ?? `Refused: ${error_description ?? error}`;
}

/**
 * Says what a number of simultaneous refreshes of one token show.
 *
 * @param {readonly Exchange[]} exchanges
 */
export function raceNote(exchanges) {
  const accepted = exchanges.filter(({ status }) => status === 200);
  if (accepted.length === 0) return undefined;
  const successors = new Set(accepted.map(({ body }) => body.refresh_token)).size;
  return (
    `${exchanges.length} requests at once, ${accepted.length} times 200, ${successors} ` +
    `${successors === 1 ? "successor" : "successors"}: every tab and process of a client gets the same one. The first is below.`
  );
}

/**
 * A time span in the unit that fits: `58 s`, `4:05 min`, `7 h`, `9 days`.
 *
 * @param {number} ms
 */
export function spanText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
