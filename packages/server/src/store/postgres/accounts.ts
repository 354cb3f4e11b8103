import { usernameKey, usernameKeysEnd } from "../accounts.ts";
import { accountCreated, roleChanged } from "../event-builders.ts";
import { toAccount } from "../row-mappers.ts";
import type { Account, AccountRole, AccountStore } from "../store.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { isText } from "./rows.ts";

/** Index of the statements without a note: the primary key, or the unique `username_key`. */
const FIND: Statement = { name: "account_find", text: "SELECT * FROM accounts WHERE subject = $1" };
const FIND_BY_USERNAME: Statement = {
  name: "account_find_by_username",
  text: "SELECT * FROM accounts WHERE username_key = $1",
};
const LIST: Statement = {
  name: "account_list",
  text: "SELECT * FROM accounts WHERE subject > $1 ORDER BY subject LIMIT $2",
};
const FIND_ALL: Statement = {
  name: "account_find_all",
  text: "SELECT * FROM accounts WHERE subject = ANY($1::text[])",
};
const LIST_BY_USERNAME: Statement = {
  name: "account_list_by_username",
  text: `SELECT * FROM accounts WHERE username_key >= $1 AND username_key > $2 AND username_key < $3
    ORDER BY username_key LIMIT $4`,
};
/** Index: accounts_of_operators. */
const LIST_OPERATORS: Statement = {
  name: "account_list_operators",
  text: "SELECT * FROM accounts WHERE role = 'operator' AND subject > $1 ORDER BY subject LIMIT $2",
};
const INSERT: Statement = {
  name: "account_insert",
  text: `INSERT INTO accounts (subject, username, username_key, password_hash, created_at, role)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING subject`,
};
const UPGRADE: Statement = {
  name: "account_upgrade",
  text: "UPDATE accounts SET password_hash = $3 WHERE subject = $1 AND password_hash = $2 RETURNING subject",
};
const SET_PASSWORD: Statement = {
  name: "account_set_password",
  text: "UPDATE accounts SET password_hash = $2 WHERE subject = $1 RETURNING subject",
};
const SET_ROLE: Statement = {
  name: "account_set_role",
  text: "UPDATE accounts SET role = $2 WHERE subject = $1 AND role IS DISTINCT FROM $2 RETURNING subject",
};
const LOCK: Statement = {
  name: "account_lock",
  text: "SELECT disabled_at FROM accounts WHERE subject = $1 FOR UPDATE",
};
const SET_DISABLED: Statement = {
  name: "account_set_disabled",
  text: "UPDATE accounts SET disabled_at = $2 WHERE subject = $1",
};
/** Index: sign_ins_by_subject. */
const END_SIGN_INS: Statement = {
  name: "account_end_sign_ins",
  text: "DELETE FROM sign_ins WHERE subject = $1 AND auth_time <= $2",
};
/** Index: grants_by_subject. */
const REVOKE_GRANTS: Statement = {
  name: "account_revoke_grants",
  text: `WITH ended AS (
      UPDATE grants SET revoked_at = $2, revoked_reason = 'account_disabled'
      WHERE subject = $1 AND revoked_at IS NULL AND created_at <= $2 RETURNING 1
    ) SELECT count(*) AS grants FROM ended`,
};

/** A share lock: a password that is changed later finds, and ends, what the old one began. */
const HAS_PASSWORD: Statement = {
  name: "account_has_password",
  text: "SELECT 1 AS found FROM accounts WHERE subject = $1 AND password_hash = $2 FOR SHARE",
};

/** The port's `accounts`. */
export function accountStore(database: Database, events: EventWriter): AccountStore {
  const change = accountChanges(events);
  const find = async (statement: Statement, key: string): Promise<Account | undefined> => {
    if (!isText(key)) return undefined;
    const [row] = await database.read((query) => query(statement, [key]));
    return row && toAccount(row);
  };

  const list = async (statement: Statement, values: readonly unknown[]) =>
    (await database.read((query) => query(statement, values))).map(toAccount);

  return {
    find: (subject) => find(FIND, subject),
    findByUsername: (username) => find(FIND_BY_USERNAME, usernameKey(username)),
    findAll: (subjects) => list(FIND_ALL, [subjects.filter(isText)]),
    list: ({ after = "", limit }) => list(LIST, [after, limit]),
    listByUsername: (prefix, { after = "", limit }) =>
      list(LIST_BY_USERNAME, [prefix, after, usernameKeysEnd(prefix), limit]),
    listOperators: ({ after = "", limit }) => list(LIST_OPERATORS, [after, limit]),
    create(account, actor) {
      return database.writeInOrder(async (transaction) => {
        const { subject, username, passwordHash, role = null } = account;
        const now = await transaction.now();
        const values = [subject, username, usernameKey(username), passwordHash, now, role];
        if ((await transaction.query(INSERT, values)).length === 0) return false;
        await events.recordAll(accountCreated(account, actor), transaction);
        return true;
      });
    },
    setPasswordHash: (subject, hash, actor) =>
      database.writeInOrder((transaction) => change.setPasswordHash(subject, hash, actor, transaction)),
    setRole: (subject, role, actor) =>
      database.writeInOrder((transaction) => change.setRole(subject, role, actor, transaction)),
    upgradePasswordHash: (subject, from, to) =>
      database.write(async ({ query }) => (await query(UPGRADE, [subject, from, to])).length > 0),
    disable: (subject, actor) =>
      database.writeInOrder((transaction) => change.disable(subject, actor, transaction)),
    enable: (subject, actor) =>
      database.writeInOrder((transaction) => change.enable(subject, actor, transaction)),
  };
}

/**
 * Changes of accounts within another operation's transaction. A restore makes them too when it applies an event; `at`
 * then has the event's instant.
 */
export function accountChanges(events: EventWriter) {
  /** Locks the account's row. False: no such account, or it is not in the state that `disabled` names. */
  async function locked(subject: string, disabled: boolean, { query }: Transaction): Promise<boolean> {
    const [row] = isText(subject) ? await query(LOCK, [subject]) : [];
    return row !== undefined && (row["disabled_at"] !== null) === disabled;
  }
  return {
    async setPasswordHash(subject: string, hash: string | null, actor: string, at: Transaction) {
      if (!isText(subject) || (await at.query(SET_PASSWORD, [subject, hash])).length === 0) return false;
      await at.query(END_SIGN_INS, [subject, await at.now()]);
      await events.record({ type: "account.password_changed", subject, data: { actor } }, at);
      return true;
    },
    async setRole(subject: string, role: AccountRole | null, actor: string, at: Transaction) {
      if (!isText(subject) || (await at.query(SET_ROLE, [subject, role])).length === 0) return false;
      if (role === null) await at.query(END_SIGN_INS, [subject, await at.now()]);
      await events.record(roleChanged(subject, role, actor), at);
      return true;
    },
    async disable(subject: string, actor: string, at: Transaction): Promise<boolean> {
      if (!(await locked(subject, false, at))) return false;
      const now = await at.now();
      await at.query(SET_DISABLED, [subject, now]);
      await at.query(END_SIGN_INS, [subject, now]);
      const [revoked] = await at.query(REVOKE_GRANTS, [subject, now]);
      const data = { grants_revoked: revoked?.["grants"] as number, actor };
      await events.record({ type: "account.disabled", subject, data }, at);
      return true;
    },
    async enable(subject: string, actor: string, at: Transaction): Promise<boolean> {
      if (!(await locked(subject, true, at))) return false;
      await at.query(SET_DISABLED, [subject, null]);
      await events.record({ type: "account.enabled", subject, data: { actor } }, at);
      return true;
    },
  };
}

/** Whether the account still has the hash that its password was checked against, or none was named, until the commit. */
export async function hasPassword(
  { subject, passwordHash }: { subject: string; passwordHash?: string | undefined },
  { query }: Transaction,
): Promise<boolean> {
  return passwordHash === undefined || (await query(HAS_PASSWORD, [subject, passwordHash])).length > 0;
}
