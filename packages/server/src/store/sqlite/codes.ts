import type { DatabaseSync } from "node:sqlite";
import { claimsColumn } from "../grant-row.ts";
import { grantOfCode, judgeCode } from "../judge-code.ts";
import type { CodeStore, NewCode, PresentedCode, RedeemedCode } from "../authorization.ts";
import { prepareConsentChanges } from "./consents.ts";
import type { EventWriter } from "./events.ts";
import { prepareCreate, prepareWhyDisabled } from "./create-grant.ts";
import { prepareRevoke } from "./revoke-grants.ts";
import { toCode } from "./rows.ts";
import { prepareIsSignedIn } from "./sign-ins.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The port's `codes`. Index: the primary key. */
export function codeStore(database: DatabaseSync, queue: WriteQueue, events: EventWriter): CodeStore {
  return {
    issue: prepareIssue(database, queue, events),
    redeem: prepareRedeem(database, queue, events),
    expire: prepareExpire(database, queue),
  };
}

/** Index: the one by expiry, since few rows have not expired yet. The row stays, to recognise reuse. */
function prepareExpire(database: DatabaseSync, queue: WriteQueue): CodeStore["expire"] {
  const expireAll = (table: string, redeemed: string) =>
    database.prepare(
      `UPDATE ${table} SET expires_at = ?4 WHERE expires_at > ?4 AND ${redeemed} IS NULL AND auth_time < ?3
         AND (?1 IS NULL OR subject = ?1) AND (?2 IS NULL OR client_id = ?2)`,
    );
  const statements = [expireAll("codes", "grant_id"), expireAll("device_requests", "redeemed_at")];
  return ({ subject = null, clientId = null, authenticatedBefore }) =>
    queue.write(({ now }) => {
      for (const statement of statements) statement.run(subject, clientId, authenticatedBefore, now);
      return now;
    });
}

function prepareIssue(database: DatabaseSync, queue: WriteQueue, events: EventWriter): CodeStore["issue"] {
  const insert = database.prepare(
    `INSERT INTO codes (digest, client_id, subject, scope, resource, redirect_uri, redirect_uri_named, challenge,
       auth_time, expires_at, binding, claims) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const use = database.prepare("DELETE FROM pushed_requests WHERE digest = ? AND expires_at > ?");
  const whyDisabled = prepareWhyDisabled(database);
  const isSignedIn = prepareIsSignedIn(database);
  const consents = prepareConsentChanges(database, events);

  function issue(code: NewCode, transaction: Transaction): Awaited<ReturnType<CodeStore["issue"]>> {
    const { digest, clientId, subject, scope, redirectUri, redirectUriNamed, challenge, authTime } = code;
    const refused = whyDisabled(clientId, subject);
    if (refused !== undefined) return refused;
    if (!isSignedIn(code.signIn)) return "signed_out";
    const { now } = transaction;
    if (code.pushed !== null && use.run(code.pushed, now).changes === 0) return "request_used";
    if (code.consented) consents.give(subject, clientId, scope, transaction);
    const target = [code.resource, redirectUri, redirectUriNamed ? 1 : 0] as const;
    const life = [authTime, now + code.ttl * 1000] as const;
    const rest = [code.binding, claimsColumn(code.claims)] as const;
    insert.run(digest, clientId, subject, scope, ...target, challenge, ...life, ...rest);
    return "issued";
  }
  return (code) => queue.write((transaction) => issue(code, transaction));
}

function prepareRedeem(database: DatabaseSync, queue: WriteQueue, events: EventWriter): CodeStore["redeem"] {
  const read = database.prepare("SELECT * FROM codes WHERE digest = ?");
  const redeemed = database.prepare("UPDATE codes SET grant_id = ? WHERE digest = ?");
  const create = prepareCreate(database, events);
  const revoke = prepareRevoke(database, events);

  function redeem(presented: PresentedCode, transaction: Transaction): RedeemedCode {
    // The transaction holds the write lock: no other one reads the code before the commit, so a code is redeemed once.
    const row = read.get(presented.digest);
    const code = row && toCode(row);
    const verdict = judgeCode(code, presented, transaction.now);
    if (code === undefined) return { outcome: "unknown_code" };
    if (verdict === "code_reused") revoke([code.grantId ?? ""], verdict, code.clientId, transaction);
    if (verdict !== "redeemable") return { outcome: verdict };
    const created = create(grantOfCode(code, presented), transaction);
    if (created.outcome !== "created") return created;
    // The code's row stays, to recognise reuse, and names the grant that reuse revokes (RFC 6749 §4.1.2).
    redeemed.run(created.grant.id, code.digest);
    return { outcome: "redeemed", grant: created.grant };
  }
  return (presented) => queue.write((transaction) => redeem(presented, transaction));
}
