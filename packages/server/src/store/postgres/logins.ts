import type { LoginDecision, LoginStore, NewSignIn } from "../authorization.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { signInChanges } from "./sign-ins.ts";

const INSERT: Statement = {
  name: "login_insert",
  text: `INSERT INTO logins (digest, subject, name, auth_time, acr, expires_at, used)
    VALUES ($1, $2, $3, $4, $5, $6, false)
    ON CONFLICT DO NOTHING RETURNING 1 AS inserted`,
};
/** Index of these: the primary key. */
const FIND: Statement = { name: "login_find", text: "SELECT subject, used FROM logins WHERE digest = $1" };
const MARK_USED: Statement = {
  name: "login_use",
  text: "UPDATE logins SET used = true WHERE digest = $1 AND NOT used AND expires_at > $2 RETURNING *",
};

/** The port's `logins`. A used answer stays until it expires, so that it is not accepted again. */
export function loginStore(database: Database, events: EventWriter): LoginStore {
  const signIns = signInChanges(events);

  /**
   * A repeated answer of the login provider is accepted if it names the same subject, since its first response may be
   * lost.
   */
  async function decide({ digest, user, expiresAt }: LoginDecision, { query }: Transaction) {
    const { subject = null, name = null, authTime = null, acr = null } = user ?? {};
    if ((await query(INSERT, [digest, subject, name, authTime, acr, expiresAt])).length > 0) return true;
    const [row] = await query(FIND, [digest]);
    return row?.["used"] === false && row["subject"] === subject;
  }

  async function use(
    digest: Buffer,
    signIn: Pick<NewSignIn, "digest" | "ttl" | "replaces">,
    transaction: Transaction,
  ): ReturnType<LoginStore["use"]> {
    const [row] = await transaction.query(MARK_USED, [digest, await transaction.now()]);
    if (row === undefined) return { outcome: "unknown" };
    if (row["subject"] === null) return { outcome: "rejected" };
    const [subject, name] = [row["subject"] as string, row["name"] as string];
    const authTime = (row["auth_time"] ?? undefined) as number | undefined;
    const acr = row["acr"] as string | null;
    return signIns.start({ ...signIn, subject, name, authTime, acr }, transaction);
  }

  return {
    decide: (login) => database.write((transaction) => decide(login, transaction)),
    use: (digest, signIn) => database.write((transaction) => use(digest, signIn, transaction)),
  };
}
