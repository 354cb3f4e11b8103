import type { NewOperatorSignIn, NewSignIn, SignInStore } from "../authorization.ts";
import { operatorSignIn, signInEnded } from "../event-builders.ts";
import { hasPassword } from "./accounts.ts";
import { clock } from "./database.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { isText, toSignIn } from "./rows.ts";

/** A share lock: the account cannot be disabled before the sign-in exists and ends with it. */
const ACCOUNT: Statement = {
  name: "sign_in_account",
  text: "SELECT disabled_at, role FROM accounts WHERE subject = $1 FOR SHARE",
};
const INSERT: Statement = {
  name: "sign_in_insert",
  text: "INSERT INTO sign_ins (digest, subject, name, auth_time, acr, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
};
/** Index of these: the primary key. */
const FIND: Statement = {
  name: "sign_in_find",
  text: `SELECT * FROM sign_ins WHERE digest = $2 AND expires_at > ${clock(1)}`,
};
/** A share lock: the sign-in cannot end, and what it authorized with it, before that is stored. */
const LOCK: Statement = {
  name: "sign_in_lock",
  text: "SELECT 1 AS found FROM sign_ins WHERE digest = $1 FOR SHARE",
};
const REMOVE: Statement = {
  name: "sign_in_remove",
  text: "DELETE FROM sign_ins WHERE digest = $1 RETURNING subject",
};

/** Index: sign_ins_by_subject. */
const REMOVE_ALL: Statement = {
  name: "sign_in_remove_all",
  text: "DELETE FROM sign_ins WHERE subject = $1 AND auth_time < $2 RETURNING digest",
};
/** Index: logins_by_expiry. An answer without `auth_time` counts as one of now. */
const USE_LOGINS: Statement = {
  name: "login_use_all",
  text: `UPDATE logins SET used = true
    WHERE subject = $1 AND coalesce(auth_time, $3) < $2 AND NOT used AND expires_at > $3`,
};

/** The port's `signIns`. */
export function signInStore(database: Database, events: EventWriter): SignInStore {
  const change = signInChanges(events);
  return {
    start: (signIn) =>
      database.write(async (transaction) =>
        (await hasPassword(signIn, transaction))
          ? change.start(signIn, transaction)
          : { outcome: "wrong_password" },
      ),
    startOperator: (signIn) =>
      database.write(async (transaction) =>
        (await hasPassword(signIn, transaction))
          ? change.startOperator(signIn, transaction)
          : { outcome: "wrong_password" },
      ),
    async find(digest) {
      const [row] = await database.read((query) => query(FIND, [database.injectedNow, digest]));
      return row && toSignIn(row);
    },
    end: (digest) => database.write((transaction) => change.end(digest, transaction)),
    endAll: (subject, before) =>
      database.write((transaction) => endAll(subject, before, transaction, events)),
  };
}

async function endAll(subject: string, before: number, transaction: Transaction, events: EventWriter) {
  if (!isText(subject)) return 0;
  const now = await transaction.now();
  await transaction.query(USE_LOGINS, [subject, before, now]);
  const ended = await transaction.query(REMOVE_ALL, [subject, before]);
  await events.recordAll(
    ended.map((row) => signInEnded(subject, row["digest"] as Buffer)),
    transaction,
  );
  return ended.length;
}

/** Whether the sign-in has not ended; it does not until the commit. */
export async function isSignedIn(digest: Buffer, { query }: Transaction): Promise<boolean> {
  return (await query(LOCK, [digest])).length > 0;
}

/** Changes of sign-ins within another operation's transaction; `end` also when a restore applies an event. */
export function signInChanges(events: EventWriter) {
  async function end(digest: Buffer, transaction: Transaction): Promise<boolean> {
    const [row] = await transaction.query(REMOVE, [digest]);
    if (row === undefined) return false;
    await events.record(signInEnded(row["subject"] as string, digest), transaction);
    return true;
  }

  /** Without its event. */
  async function begin(signIn: NewSignIn, transaction: Transaction) {
    const { digest, subject, name, ttl, replaces } = signIn;
    if (replaces !== null) await end(replaces, transaction);
    const now = await transaction.now();
    // A login provider's clock may be ahead; `auth_time` in the future would defeat `max_age`.
    const authTime = Math.min(signIn.authTime ?? now, now);
    const expiresAt = now + ttl * 1000;
    const { acr = null } = signIn;
    await transaction.query(INSERT, [digest, subject, name, authTime, acr, expiresAt]);
    return { outcome: "started", signIn: { digest, subject, name, authTime, acr, expiresAt } } as const;
  }

  async function start(signIn: NewSignIn, transaction: Transaction) {
    const { subject } = signIn;
    const [account] = await transaction.query(ACCOUNT, [subject]);
    if (account && account["disabled_at"] !== null) return { outcome: "account_disabled" } as const;
    const started = await begin(signIn, transaction);
    await events.record({ type: "sign_in.started", subject, data: {} }, transaction);
    return started;
  }

  async function startOperator(signIn: NewOperatorSignIn, transaction: Transaction) {
    const [account] = await transaction.query(ACCOUNT, [signIn.subject]);
    if (account?.["role"] !== "operator") return { outcome: "not_operator" } as const;
    if (account["disabled_at"] !== null) return { outcome: "account_disabled" } as const;
    const started = await begin(signIn, transaction);
    await events.record(operatorSignIn(signIn, started.signIn.expiresAt), transaction);
    return started;
  }
  return { start, startOperator, end };
}
