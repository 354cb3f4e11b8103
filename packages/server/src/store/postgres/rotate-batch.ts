import { LAST_GENERATION } from "../decide.ts";
import { ROTATED_COLUMNS, rotatedGrant } from "../grant-row.ts";
import type { RotatedColumns } from "../grant-row.ts";
import { QUIET_WINDOW_SCORE, RETRIED_WINDOW_SCORE } from "../retry-windows.ts";
import type { PresentedToken, RotationResult } from "../store.ts";
import { clock } from "./database.ts";
import type { Database, Statement } from "./database.ts";
import { clientKey, isUuid } from "./rows.ts";

/** The rotation joins the row's current window. */
const IN_WINDOW = "g.generation > 0 AND l.now - coalesce(g.window_started_at, g.rotated_at) < l.retry_window";
/** Tokens that were spent in the window which the rotation leaves are still recent. */
const IS_RECENT =
  "g.window_generation < g.generation AND l.now - coalesce(g.window_ended_at, g.rotated_at) < l.retry_window";

/** What the statement has for proofs, at its places. */
const PROOFS = {
  arrays: ", $12::bytea[], $13::bigint[]",
  names: "proof, proof_ttl, ",
  columns: ", m.proof, m.proof_ttl",
  use: `,
    used AS (
      INSERT INTO used_tokens (digest, expires_at)
      SELECT proof, now + proof_ttl FROM locked WHERE proof IS NOT NULL ORDER BY proof
      ON CONFLICT DO NOTHING RETURNING digest
    )`,
  condition: " AND (l.proof IS NULL OR l.proof IN (SELECT digest FROM used))",
};
const NO_PROOFS = { arrays: "", names: "", columns: "", use: "", condition: "" };

/**
 * The ordinary refreshes of a batch in one statement: a row is updated if all of `decide`'s conditions for
 * `rotated` hold. Index: the primary key. `$1` is a test's instant; of each member: `$2` the grant, `$3` the presented generation,
 * `$4` SHA-256 of the secret, `$5` the client, `$6` its `grantsRevokedAt` or -1, `$7` the retry window and `$8` the idle
 * lifetime in ms, `$9` the resource asked for, "" for the client's own audience, and `$10` the scopes,
 * space-separated; null where none was named.
 *
 * Rows are locked in the order of their ids, and locked rows are skipped: a batch never waits, so it takes no part in a
 * deadlock, and one slow transaction does not hold up the others. A row that changed since the statement began is
 * checked again as it is now (READ COMMITTED).
 *
 * Nothing but standard locking and arrays: no `ctid`, no `MERGE`, no stored function.
 */
const ROTATE: Statement = { name: "grants_rotate", text: rotateText(NO_PROOFS) };

/**
 * The same for a batch with proofs of keys: each is used up with the rotation, or its grant is not rotated. Of two nodes
 * with one proof the second waits for the first to commit, and finds it used. In the order of the digests, so that two
 * batches with the same proofs do not deadlock. `$12` the proof's digest, or null, and `$13` how long it is kept, ms.
 */
const ROTATE_WITH_PROOFS: Statement = { name: "grants_rotate_with_proofs", text: rotateText(PROOFS) };

function rotateText({ arrays, names, columns, use, condition }: typeof PROOFS): string {
  return `
    WITH clock AS MATERIALIZED (SELECT ${clock(1)} AS now),
    member AS MATERIALIZED (
      SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::uuid[], $6::bigint[], $7::bigint[], $8::bigint[],
          $9::text[], $10::text[], $11::text[]${arrays})
        WITH ORDINALITY AS m (id, generation, secret_hash, client_id, grants_revoked_at, retry_window, idle_ttl, resource, scope, binding,
          ${names}ordinal)
    ),
    locked AS MATERIALIZED (
      SELECT g.id, m.ordinal, m.retry_window, clock.now${columns}
      FROM member m CROSS JOIN clock JOIN grants g ON g.id = m.id
      WHERE g.generation = m.generation AND g.secret_hash = m.secret_hash AND g.client_id = m.client_id
        AND g.revoked_at IS NULL AND g.created_at > m.grants_revoked_at
        AND g.expires_at > clock.now AND coalesce(g.last_used_at, g.rotated_at) + m.idle_ttl > clock.now
        AND (m.resource IS NULL OR m.resource = coalesce(g.resource, ''))
        AND g.binding IS NOT DISTINCT FROM m.binding
        AND (m.scope IS NULL OR string_to_array(m.scope, ' ') <@ string_to_array(g.scope, ' '))
        AND g.generation < ${LAST_GENERATION} AND g.windows_held_at IS NULL
        AND g.window_retry_held IS NULL AND g.parent_id IS NULL
      ORDER BY g.id
      FOR NO KEY UPDATE OF g SKIP LOCKED
    )${use}
    UPDATE grants g SET
      generation = g.generation + 1,
      rotated_at = greatest(g.rotated_at, l.now),
      last_used_at = nullif(greatest(g.last_used_at, g.rotated_at, l.now), greatest(g.rotated_at, l.now)),
      window_started_at = CASE WHEN ${IN_WINDOW}
        THEN nullif(coalesce(g.window_started_at, g.rotated_at), greatest(g.rotated_at, l.now)) END,
      window_ended_at = NULL,
      window_generation = CASE WHEN ${IN_WINDOW} THEN g.window_generation ELSE g.generation END,
      window_retried = g.window_retried AND ${IN_WINDOW},
      previous_window_generation = CASE WHEN ${IN_WINDOW} THEN g.previous_window_generation
        WHEN ${IS_RECENT} THEN g.window_generation END,
      previous_window_ended_at = CASE WHEN ${IN_WINDOW} THEN g.previous_window_ended_at
        WHEN ${IS_RECENT} THEN coalesce(g.window_ended_at, g.rotated_at) END,
      previous_window_retried = CASE WHEN ${IN_WINDOW} THEN g.previous_window_retried ELSE g.window_retried END,
      retry_score = CASE WHEN ${IN_WINDOW} THEN g.retry_score
        WHEN g.window_retried THEN g.retry_score + ${RETRIED_WINDOW_SCORE}
        ELSE greatest(g.retry_score - ${QUIET_WINDOW_SCORE}, 0) END
    FROM locked l WHERE g.id = l.id${condition}
    RETURNING ${ROTATED_COLUMNS.map((column) => `g.${column}`).join(", ")}, l.ordinal, l.now`;
}

/**
 * Whether the statement covers the token: the policy always rotates, and the columns can hold the ids. Scope, resource
 * and binding are conditions of the statement, so any of them is ordinary.
 */
export function isOrdinary({ policy, grantId, clientId }: PresentedToken): boolean {
  return policy.rotation === "always" && isUuid(grantId) && clientKey(clientId) !== undefined;
}

/**
 * Rotates the ordinary refreshes of a batch.
 *
 * @param members no two of one grant: a statement updates a row once; and no two with one proof
 * @returns the results in the order of the members; undefined: the row was not rotated, and `decide` says why
 */
export async function rotateBatch(
  database: Database,
  members: readonly PresentedToken[],
): Promise<(RotationResult | undefined)[]> {
  const values: unknown[] = [
    database.injectedNow,
    array(members, ({ grantId }) => grantId),
    array(members, ({ generation }) => generation),
    // In an array's text form the backslash is escaped; hex needs no quotes.
    array(members, ({ secretHash }) => `\\\\x${secretHash.toString("hex")}`),
    array(members, ({ clientId }) => clientKey(clientId) ?? ""),
    array(members, ({ grantsRevokedAt }) => grantsRevokedAt ?? -1),
    array(members, ({ policy }) => policy.retryWindow * 1000),
    array(members, ({ policy }) => policy.refreshIdleTtl * 1000),
    namedBySome(members, ({ resource }) => (resource === undefined ? null : (resource ?? ""))),
    namedBySome(members, ({ scope }) => scope?.join(" ") ?? null),
    namedBySome(members, ({ binding }) => binding),
  ];
  let statement = ROTATE;
  for (const { proof } of members) if (proof !== null) statement = ROTATE_WITH_PROOFS;
  if (statement === ROTATE_WITH_PROOFS) values.push(...proofValues(members));
  const results = Array<RotationResult | undefined>(members.length).fill(undefined);
  for (const row of (await database.batch(statement, values, members.length)) as Rotated[]) {
    const { 18: ordinal, 19: at } = row;
    const presented = members[ordinal - 1];
    if (presented !== undefined) {
      results[ordinal - 1] = { outcome: "rotated", at, grant: rotatedGrant(presented, row) };
    }
  }
  return results;
}

function proofValues(members: readonly PresentedToken[]) {
  return [
    members.map(({ proof }) => proof?.digest ?? null),
    members.map(({ proof }) => (proof === null ? null : proof.ttl * 1000)),
  ];
}

/** A value that members may have; null, which SQL pads with nulls, if none of them has it. */
function namedBySome(
  members: readonly PresentedToken[],
  of: (member: PresentedToken) => string | null,
): (string | null)[] | null {
  const named = members.map(of);
  return named.some((value) => value !== null) ? named : null;
}

/** The text form of a PostgreSQL array of values that need no quotes. */
function array<T>(items: readonly T[], of: (item: T) => string | number): string {
  let text = "{";
  for (const item of items) text += text.length === 1 ? of(item) : `,${of(item)}`;
  return `${text}}`;
}

type Rotated = [...RotatedColumns, ordinal: number, now: number];
