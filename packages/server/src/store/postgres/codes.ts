import { claimsColumn } from "../grant-row.ts";
import { grantOfCode, judgeCode } from "../judge-code.ts";
import type {
  AuthorizationFilter,
  CodeStore,
  NewCode,
  PresentedCode,
  RedeemedCode,
} from "../authorization.ts";
import { giveConsent } from "./consents.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { createOne, whyDisabled } from "./create-grant.ts";
import { revokeOne } from "./revoke-grants.ts";
import { isText, toCode } from "./rows.ts";
import { isSignedIn } from "./sign-ins.ts";

const INSERT: Statement = {
  name: "code_insert",
  text: `INSERT INTO codes (digest, client_id, subject, scope, resource, redirect_uri, redirect_uri_named, challenge,
      auth_time, expires_at, binding, claims) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
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

/**
 * Index: the one by expiry, since few rows have not expired yet. The row stays, to recognise reuse. `$1` is the subject, `$2`
 * the client, each null for any; `$3` `authenticatedBefore`, `$4` now.
 */
function expireAll(table: string, redeemed: string): Statement {
  return {
    name: `${table}_expire`,
    text: `UPDATE ${table} SET expires_at = $4 WHERE expires_at > $4 AND ${redeemed} IS NULL AND auth_time < $3
      AND ($1::text IS NULL OR subject = $1) AND ($2::text IS NULL OR client_id = $2)`,
  };
}
const EXPIRE_CODES = expireAll("codes", "grant_id");
const EXPIRE_DEVICES = expireAll("device_requests", "redeemed_at");

/** The port's `codes`. */
export function codeStore(database: Database, events: EventWriter): CodeStore {
  return {
    issue: (code) => database.write((transaction) => issue(code, transaction, events)),
    redeem: (presented) => database.write((transaction) => redeem(presented, transaction, events)),
    expire: (matching) => expire(matching, database),
  };
}

async function issue(code: NewCode, transaction: Transaction, events: EventWriter) {
  const { digest, clientId, subject, scope, redirectUri, redirectUriNamed, challenge, authTime } = code;
  const refused = await whyDisabled(clientId, subject, transaction);
  if (refused !== undefined) return refused;
  if (!(await isSignedIn(code.signIn, transaction))) return "signed_out";
  const now = await transaction.now();
  if (code.pushed !== null && (await transaction.query(USE_PUSHED, [code.pushed, now])).length === 0) {
    return "request_used";
  }
  if (code.consented) await giveConsent({ subject, clientId, scope }, transaction, events);
  const target = [code.resource, redirectUri, redirectUriNamed];
  const life = [authTime, now + code.ttl * 1000];
  const rest = [code.binding, claimsColumn(code.claims)];
  await transaction.query(INSERT, [digest, clientId, subject, scope, ...target, challenge, ...life, ...rest]);
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

async function expire(matching: AuthorizationFilter, database: Database): Promise<number> {
  const { subject, clientId } = matching;
  if (isText(`${subject ?? ""}${clientId ?? ""}`)) {
    await database.write(async (transaction) => {
      const values = [subject, clientId, matching.authenticatedBefore, await transaction.now()];
      await transaction.query(EXPIRE_CODES, values);
      await transaction.query(EXPIRE_DEVICES, values);
    });
  }
  // Read after the commit, which waited for the redemptions that held a row.
  return database.read((query) => database.readClock(query));
}
