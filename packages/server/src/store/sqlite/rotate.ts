import type { DatabaseSync } from "node:sqlite";
import { LAST_GENERATION } from "../decide.ts";
import { ROTATED_COLUMNS, rotatedGrant } from "../grant-row.ts";
import type { RotatedColumns } from "../grant-row.ts";
import { QUIET_WINDOW_SCORE, RETRIED_WINDOW_SCORE } from "../retry-windows.ts";
import type { GrantStore, PresentedToken, RotationResult } from "../store.ts";
import type { EventWriter } from "./events.ts";
import { prepareRotateAlone } from "./rotate-alone.ts";
import { prepareUseOnce } from "./used-tokens.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The rotation joins the row's current window. */
const IN_WINDOW = "generation > 0 AND ?2 - window_started_at < ?5";
/** Tokens that were spent in the window which the rotation leaves are still recent. */
const IS_RECENT = "window_generation < generation AND ?2 - coalesce(window_ended_at, rotated_at) < ?5";

/**
 * The ordinary refresh in one statement: the row is updated if all of `decide`'s conditions for `rotated` hold.
 * Index: the primary key. `?2` now, `?5` the retry window in ms, `?6` the idle lifetime in ms, `?9` the resource asked for,
 * "" for the client's own audience, null where none was named; `?10` the binding that the request proves, or null.
 */
const ROTATE = `
  UPDATE grants SET
    generation = generation + 1,
    rotated_at = max(rotated_at, ?2),
    last_used_at = max(last_used_at, ?2),
    window_started_at = iif(${IN_WINDOW}, window_started_at, max(rotated_at, ?2)),
    window_ended_at = NULL,
    window_generation = iif(${IN_WINDOW}, window_generation, generation),
    window_retried = iif(${IN_WINDOW}, window_retried, 0),
    previous_window_generation = CASE WHEN ${IN_WINDOW} THEN previous_window_generation
      WHEN ${IS_RECENT} THEN window_generation END,
    previous_window_ended_at = CASE WHEN ${IN_WINDOW} THEN previous_window_ended_at
      WHEN ${IS_RECENT} THEN coalesce(window_ended_at, rotated_at) END,
    previous_window_retried = iif(${IN_WINDOW}, previous_window_retried, window_retried),
    retry_score = CASE WHEN ${IN_WINDOW} THEN retry_score
      WHEN window_retried THEN retry_score + ${RETRIED_WINDOW_SCORE} ELSE max(retry_score - ${QUIET_WINDOW_SCORE}, 0) END
  WHERE id = unhex(?1, '-') AND generation = ?3 AND secret_hash = ?4 AND client_id = ?7
    AND revoked_at IS NULL AND created_at > ?8
    AND expires_at > ?2 AND last_used_at + ?6 > ?2 AND generation < ${LAST_GENERATION}
    AND (?9 IS NULL OR ?9 = coalesce(resource, '')) AND binding IS ?10
    AND windows_held_at IS NULL AND window_retry_held IS NULL AND parent_id IS NULL
  RETURNING ${ROTATED_COLUMNS.join(", ")}`;

/** The port's `rotate` and `hold`: each call is a member of a batch of the write queue. */
export function prepareRotate(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
): Pick<GrantStore, "rotate" | "hold"> {
  const rotate = database.prepare(ROTATE);
  rotate.setReturnArrays(true);
  const alone = prepareRotateAlone(database, events);
  const useOnce = prepareUseOnce(database);

  return {
    rotate: (presented) => queue.write((transaction) => rotateOne(presented, transaction)),
    hold: (failed) => queue.write(() => alone.hold(failed)),
  };

  function rotateOne(presented: PresentedToken, transaction: Transaction): RotationResult {
    const { grantId: id, policy, resource } = presented;
    const at = transaction.now;
    const { proof } = presented;
    if (proof !== null && !useOnce(proof, at)) return { outcome: "proof_used", at };
    // What the statement does not cover `decide` does: other policies, and a narrower scope, which SQL would have to
    // parse.
    if (policy.rotation === "always" && presented.scope === undefined) {
      const row = rotate.get(
        id,
        at,
        presented.generation,
        presented.secretHash,
        policy.retryWindow * 1000,
        policy.refreshIdleTtl * 1000,
        presented.clientId,
        presented.grantsRevokedAt ?? -1,
        resource === undefined ? null : (resource ?? ""),
        presented.binding,
      ) as unknown as RotatedColumns | undefined;
      if (row !== undefined) return { outcome: "rotated", at, grant: rotatedGrant(presented, row) };
    }
    return alone.rotate(presented, transaction);
  }
}
