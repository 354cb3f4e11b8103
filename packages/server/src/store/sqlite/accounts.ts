import type { DatabaseSync } from "node:sqlite";
import { usernameKey, usernameKeysEnd } from "../accounts.ts";
import { accountCreated, roleChanged } from "../event-builders.ts";
import { toAccount } from "../row-mappers.ts";
import type { Row } from "../row.ts";
import type { AccountRole, AccountStore } from "../store.ts";
import type { EventWriter } from "./events.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The port's `accounts`. Index: the primary key, or the unique `username_key`. */
export function accountStore(database: DatabaseSync, queue: WriteQueue, events: EventWriter): AccountStore {
  const find = database.prepare("SELECT * FROM accounts WHERE subject = ?");
  const findByUsername = database.prepare("SELECT * FROM accounts WHERE username_key = ?");
  const list = database.prepare("SELECT * FROM accounts WHERE subject > ? ORDER BY subject LIMIT ?");
  const all = database.prepare("SELECT * FROM accounts WHERE subject IN (SELECT value FROM json_each(?))");
  const listByUsername = database.prepare(
    `SELECT * FROM accounts WHERE username_key >= ? AND username_key > ? AND username_key < ?
     ORDER BY username_key LIMIT ?`,
  );
  // Index: accounts_of_operators.
  const listOperators = database.prepare(
    "SELECT * FROM accounts WHERE role = 'operator' AND subject > ? ORDER BY subject LIMIT ?",
  );
  const insert = database.prepare(
    `INSERT INTO accounts (subject, username, username_key, password_hash, created_at, role)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const upgrade = database.prepare(
    "UPDATE accounts SET password_hash = ? WHERE subject = ? AND password_hash = ?",
  );
  const change = prepareAccountChanges(database, events);
  const read = (row: Row | undefined) => row && toAccount(row);

  return {
    find: (subject) => queue.read(() => read(find.get(subject))),
    findByUsername: (username) => queue.read(() => read(findByUsername.get(usernameKey(username)))),
    findAll: (subjects) => queue.read(() => all.all(JSON.stringify(subjects)).map(toAccount)),
    list: (page) => queue.read(() => list.all(page.after ?? "", page.limit).map(toAccount)),
    listByUsername: (prefix, { after = "", limit }) =>
      queue.read(() => listByUsername.all(prefix, after, usernameKeysEnd(prefix), limit).map(toAccount)),
    listOperators: (page) => queue.read(() => listOperators.all(page.after ?? "", page.limit).map(toAccount)),
    create(account, actor) {
      return queue.write((transaction) => {
        const { subject, username, passwordHash, role = null } = account;
        const key = usernameKey(username);
        const { changes } = insert.run(subject, username, key, passwordHash, transaction.now, role);
        if (changes === 0) return false;
        for (const event of accountCreated(account, actor)) events.record(event, transaction);
        return true;
      });
    },
    setPasswordHash: (subject, hash, actor) =>
      queue.write((transaction) => change.setPasswordHash(subject, hash, actor, transaction)),
    setRole: (subject, role, actor) =>
      queue.write((transaction) => change.setRole(subject, role, actor, transaction)),
    upgradePasswordHash: (subject, from, to) => queue.write(() => upgrade.run(to, subject, from).changes > 0),
    disable: (subject, actor) => queue.write((transaction) => change.disable(subject, actor, transaction)),
    enable: (subject, actor) => queue.write((transaction) => change.enable(subject, actor, transaction)),
  };
}

/**
 * Changes of accounts within another operation's transaction. A restore makes them too when it applies an event; `at`
 * then has the event's instant.
 */
export function prepareAccountChanges(database: DatabaseSync, events: EventWriter) {
  const setPasswordHash = database.prepare("UPDATE accounts SET password_hash = ? WHERE subject = ?");
  const disable = database.prepare(
    "UPDATE accounts SET disabled_at = ? WHERE subject = ? AND disabled_at IS NULL",
  );
  const enable = database.prepare(
    "UPDATE accounts SET disabled_at = NULL WHERE subject = ? AND disabled_at IS NOT NULL",
  );
  const setRole = database.prepare("UPDATE accounts SET role = ?2 WHERE subject = ?1 AND role IS NOT ?2");
  // Index: grants_by_subject.
  const revokeGrants = database.prepare(
    `UPDATE grants SET revoked_at = ?2, revoked_reason = 'account_disabled'
     WHERE subject = ?1 AND revoked_at IS NULL AND created_at <= ?2`,
  );
  // Index: sign_ins_by_subject. Signing in again takes the new password, or an enabled account. A restore ends only
  // sign-ins that are older than its event.
  const endSignIns = database.prepare("DELETE FROM sign_ins WHERE subject = ? AND auth_time <= ?");
  return {
    setPasswordHash(subject: string, hash: string | null, actor: string, at: Transaction): boolean {
      if (setPasswordHash.run(hash, subject).changes === 0) return false;
      endSignIns.run(subject, at.now);
      events.record({ type: "account.password_changed", subject, data: { actor } }, at);
      return true;
    },
    setRole(subject: string, role: AccountRole | null, actor: string, at: Transaction): boolean {
      if (setRole.run(subject, role).changes === 0) return false;
      if (role === null) endSignIns.run(subject, at.now);
      events.record(roleChanged(subject, role, actor), at);
      return true;
    },
    disable(subject: string, actor: string, at: Transaction): boolean {
      if (disable.run(at.now, subject).changes === 0) return false;
      endSignIns.run(subject, at.now);
      const revoked = Number(revokeGrants.run(subject, at.now).changes);
      events.record({ type: "account.disabled", subject, data: { grants_revoked: revoked, actor } }, at);
      return true;
    },
    enable(subject: string, actor: string, at: Transaction): boolean {
      if (enable.run(subject).changes === 0) return false;
      events.record({ type: "account.enabled", subject, data: { actor } }, at);
      return true;
    },
  };
}

/**
 * Whether the account still has the hash that its password was checked against, or none was named. The transaction holds
 * the write lock: a password that is changed later finds, and ends, what the old one began.
 */
export function prepareHasPassword(database: DatabaseSync) {
  const find = database.prepare("SELECT 1 FROM accounts WHERE subject = ? AND password_hash = ?");
  return ({ subject, passwordHash }: { subject: string; passwordHash?: string | undefined }) =>
    passwordHash === undefined || find.get(subject, passwordHash) !== undefined;
}
