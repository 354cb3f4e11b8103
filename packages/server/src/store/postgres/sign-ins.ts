import type { NewSignIn, SignInStore } from "../authorization.ts";
import { signInEnded } from "../event-builders.ts";
import { clock } from "./database.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { toSignIn } from "./rows.ts";

/** A share lock: the account cannot be disabled before the sign-in exists and ends with it. */
const ACCOUNT: Statement = {
  name: "sign_in_account",
  text: "SELECT disabled_at FROM accounts WHERE subject = $1 FOR SHARE",
};
const INSERT: Statement = {
  name: "sign_in_insert",
  text: "INSERT INTO sign_ins (digest, subject, name, auth_time, expires_at) VALUES ($1, $2, $3, $4, $5)",
};
/** Index of these: the primary key. */
const FIND: Statement = {
  name: "sign_in_find",
  text: `SELECT * FROM sign_ins WHERE digest = $2 AND expires_at > ${clock(1)}`,
};
const REMOVE: Statement = {
  name: "sign_in_remove",
  text: "DELETE FROM sign_ins WHERE digest = $1 RETURNING subject",
};

/** The port's `signIns`. */
export function signInStore(database: Database, events: EventWriter): SignInStore {
  const change = signInChanges(events);
  return {
    start: (signIn) => database.write((transaction) => change.start(signIn, transaction)),
    async find(digest) {
      const [row] = await database.read((query) => query(FIND, [database.injectedNow, digest]));
      return row && toSignIn(row);
    },
    end: (digest) => database.write((transaction) => change.end(digest, transaction)),
  };
}

/** Changes of sign-ins within another operation's transaction; `end` also when a restore applies an event. */
export function signInChanges(events: EventWriter) {
  async function end(digest: Buffer, transaction: Transaction): Promise<boolean> {
    const [row] = await transaction.query(REMOVE, [digest]);
    if (row === undefined) return false;
    await events.record(signInEnded(row["subject"] as string, digest), transaction);
    return true;
  }

  async function start(signIn: NewSignIn, transaction: Transaction) {
    const { digest, subject, name, ttl, replaces } = signIn;
    const [account] = await transaction.query(ACCOUNT, [subject]);
    if (account && account["disabled_at"] !== null) return { outcome: "account_disabled" } as const;
    if (replaces !== null) await end(replaces, transaction);
    const now = await transaction.now();
    // A login provider's clock may be ahead; `auth_time` in the future would defeat `max_age`.
    const authTime = Math.min(signIn.authTime ?? now, now);
    const expiresAt = now + ttl * 1000;
    await transaction.query(INSERT, [digest, subject, name, authTime, expiresAt]);
    await events.record({ type: "sign_in.started", subject, data: {} }, transaction);
    return { outcome: "started", signIn: { digest, subject, name, authTime, expiresAt } } as const;
  }
  return { start, end };
}
