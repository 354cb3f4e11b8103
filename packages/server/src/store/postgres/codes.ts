import { grantOfCode, judgeCode } from "../authorization.ts";
import type { CodeStore, NewCode, PresentedCode, RedeemedCode } from "../authorization.ts";
import { giveConsent } from "./consents.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { createOne, revokeOne, whyDisabled } from "./grants.ts";
import { toCode } from "./rows.ts";

const INSERT: Statement = {
  name: "code_insert",
  text: `INSERT INTO codes (digest, client_id, subject, scope, resource, redirect_uri, redirect_uri_named, challenge,
      auth_time, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};
/** Index of these: the primary key. */
const USE_PUSHED: Statement = {
  name: "code_use_pushed",
  text: "DELETE FROM pushed_requests WHERE digest = $1 AND expires_at > $2 RETURNING 1 AS used",
};
const LOCK: Statement = { name: "code_lock", text: "SELECT * FROM codes WHERE digest = $1 FOR UPDATE" };
const REDEEMED: Statement = {
  name: "code_redeemed",
  text: "UPDATE codes SET grant_id = $2 WHERE digest = $1",
};

/** The port's `codes`. */
export function codeStore(database: Database, events: EventWriter): CodeStore {
  return {
    issue: (code) => database.write((transaction) => issue(code, transaction, events)),
    redeem: (presented) => database.write((transaction) => redeem(presented, transaction, events)),
  };
}

async function issue(code: NewCode, transaction: Transaction, events: EventWriter) {
  const { digest, clientId, subject, scope, redirectUri, redirectUriNamed, challenge, authTime } = code;
  const refused = await whyDisabled(clientId, subject, transaction);
  if (refused !== undefined) return refused;
  const now = await transaction.now();
  if (code.pushed !== null && (await transaction.query(USE_PUSHED, [code.pushed, now])).length === 0) {
    return "request_used";
  }
  if (code.consented) await giveConsent({ subject, clientId, scope }, transaction, events);
  const target = [code.resource, redirectUri, redirectUriNamed];
  const life = [authTime, now + code.ttl * 1000];
  await transaction.query(INSERT, [digest, clientId, subject, scope, ...target, challenge, ...life]);
  return "issued";
}

async function redeem(
  presented: PresentedCode,
  transaction: Transaction,
  events: EventWriter,
): Promise<RedeemedCode> {
  // Another request with the same code waits here until this transaction ends, so a code is redeemed once.
  const [row] = await transaction.query(LOCK, [presented.digest]);
  const code = row && toCode(row);
  const verdict = judgeCode(code, presented, await transaction.now());
  if (code === undefined) return { outcome: "unknown_code" };
  if (verdict === "code_reused") {
    await revokeOne(code.grantId ?? "", verdict, code.clientId, transaction, events);
  }
  if (verdict !== "redeemable") return { outcome: verdict };
  const created = await createOne(grantOfCode(code, presented), transaction, events);
  if (created.outcome !== "created") return created;
  // The code's row stays, to recognise reuse, and names the grant that reuse revokes (RFC 6749 §4.1.2).
  await transaction.query(REDEEMED, [code.digest, created.grant.id]);
  return { outcome: "redeemed", grant: created.grant };
}
