import type { DatabaseSync } from "node:sqlite";
import type { NewOperatorSignIn, NewSignIn, SignInStore } from "../authorization.ts";
import { operatorSignIn, signInEnded } from "../event-builders.ts";
import { prepareHasPassword } from "./accounts.ts";
import type { EventWriter } from "./events.ts";
import { toSignIn } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The port's `signIns`. Index of the statements without a note: the primary key. */
export function signInStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  now: () => number,
): SignInStore {
  const find = database.prepare("SELECT * FROM sign_ins WHERE digest = ? AND expires_at > ?");
  const change = prepareSignInChanges(database, events);
  const hasPassword = prepareHasPassword(database);
  const endAll = prepareEndAll(database, events);

  return {
    start: (signIn) =>
      queue.write((transaction) =>
        hasPassword(signIn) ? change.start(signIn, transaction) : { outcome: "wrong_password" },
      ),
    startOperator: (signIn) =>
      queue.write((transaction) =>
        hasPassword(signIn) ? change.startOperator(signIn, transaction) : { outcome: "wrong_password" },
      ),
    find(digest) {
      return queue.read(() => {
        const row = find.get(digest, now());
        return row && toSignIn(row);
      });
    },
    end: (digest) => queue.write((transaction) => change.end(digest, transaction)),
    endAll: (subject, before) => queue.write((transaction) => endAll(subject, before, transaction)),
  };
}

function prepareEndAll(database: DatabaseSync, events: EventWriter) {
  // Index: sign_ins_by_subject.
  const remove = database.prepare(
    "DELETE FROM sign_ins WHERE subject = ? AND auth_time < ? RETURNING digest",
  );
  // Index: logins_by_expiry. An answer without `auth_time` counts as one of now.
  const use = database.prepare(
    `UPDATE logins SET used = 1
     WHERE subject = ?1 AND coalesce(auth_time, ?3) < ?2 AND used = 0 AND expires_at > ?3`,
  );
  return function endAll(subject: string, before: number, transaction: Transaction): number {
    use.run(subject, before, transaction.now);
    const ended = remove.all(subject, before);
    for (const row of ended) {
      events.record(signInEnded(subject, Buffer.from(row["digest"] as Uint8Array)), transaction);
    }
    return ended.length;
  };
}

/** Whether a sign-in has not ended. The transaction holds the write lock, so it does not until the commit. */
export function prepareIsSignedIn(database: DatabaseSync): (digest: Buffer) => boolean {
  const find = database.prepare("SELECT 1 FROM sign_ins WHERE digest = ?");
  return (digest) => find.get(digest) !== undefined;
}

/** Changes of sign-ins within another operation's transaction; `end` also when a restore applies an event. */
export function prepareSignInChanges(database: DatabaseSync, events: EventWriter) {
  const account = database.prepare("SELECT disabled_at, role FROM accounts WHERE subject = ?");
  const insert = database.prepare(
    "INSERT INTO sign_ins (digest, subject, name, auth_time, acr, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const remove = database.prepare("DELETE FROM sign_ins WHERE digest = ? RETURNING subject");

  function end(digest: Buffer, transaction: Transaction): boolean {
    const row = remove.get(digest);
    if (row === undefined) return false;
    events.record(signInEnded(row["subject"] as string, digest), transaction);
    return true;
  }

  /** Without its event. */
  function begin(signIn: NewSignIn, transaction: Transaction) {
    const { digest, subject, name, ttl, replaces } = signIn;
    if (replaces !== null) end(replaces, transaction);
    // A login provider's clock may be ahead; `auth_time` in the future would defeat `max_age`.
    const authTime = Math.min(signIn.authTime ?? transaction.now, transaction.now);
    const expiresAt = transaction.now + ttl * 1000;
    const { acr = null } = signIn;
    insert.run(digest, subject, name, authTime, acr, expiresAt);
    return { outcome: "started", signIn: { digest, subject, name, authTime, acr, expiresAt } } as const;
  }

  function start(signIn: NewSignIn, transaction: Transaction) {
    const { subject } = signIn;
    const itsAccount = account.get(subject);
    if (itsAccount && itsAccount["disabled_at"] !== null) return { outcome: "account_disabled" } as const;
    const started = begin(signIn, transaction);
    events.record({ type: "sign_in.started", subject, data: {} }, transaction);
    return started;
  }

  function startOperator(signIn: NewOperatorSignIn, transaction: Transaction) {
    const itsAccount = account.get(signIn.subject);
    if (itsAccount?.["role"] !== "operator") return { outcome: "not_operator" } as const;
    if (itsAccount["disabled_at"] !== null) return { outcome: "account_disabled" } as const;
    const started = begin(signIn, transaction);
    events.record(operatorSignIn(signIn, started.signIn.expiresAt), transaction);
    return started;
  }
  return { start, startOperator, end };
}
