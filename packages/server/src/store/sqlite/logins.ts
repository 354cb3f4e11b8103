import type { DatabaseSync } from "node:sqlite";
import type { LoginDecision, LoginStore, NewSignIn } from "../authorization.ts";
import type { EventWriter } from "./events.ts";
import { prepareSignInChanges } from "./sign-ins.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/**
 * The port's `logins`. Index: the primary key. A used answer stays until it expires, so that it is not accepted again.
 */
export function loginStore(database: DatabaseSync, queue: WriteQueue, events: EventWriter): LoginStore {
  const insert = database.prepare(
    `INSERT INTO logins (digest, subject, name, auth_time, acr, expires_at, used) VALUES (?, ?, ?, ?, ?, ?, 0)
     ON CONFLICT DO NOTHING`,
  );
  const find = database.prepare("SELECT subject, used FROM logins WHERE digest = ?");
  const markUsed = database.prepare(
    "UPDATE logins SET used = 1 WHERE digest = ? AND used = 0 AND expires_at > ? RETURNING *",
  );
  const signIns = prepareSignInChanges(database, events);

  /**
   * A repeated answer of the login provider is accepted if it names the same subject, since its first response may be
   * lost.
   */
  function decide({ digest, user, expiresAt }: LoginDecision): boolean {
    const { subject = null, name = null, authTime = null, acr = null } = user ?? {};
    if (insert.run(digest, subject, name, authTime, acr, expiresAt).changes > 0) return true;
    const row = find.get(digest);
    return row?.["used"] === 0 && row["subject"] === subject;
  }

  function use(
    digest: Buffer,
    signIn: Pick<NewSignIn, "digest" | "ttl" | "replaces">,
    transaction: Transaction,
  ): Awaited<ReturnType<LoginStore["use"]>> {
    const row = markUsed.get(digest, transaction.now);
    if (row === undefined) return { outcome: "unknown" };
    if (row["subject"] === null) return { outcome: "rejected" };
    const [subject, name] = [row["subject"] as string, row["name"] as string];
    const authTime = (row["auth_time"] ?? undefined) as number | undefined;
    const acr = row["acr"] as string | null;
    return signIns.start({ ...signIn, subject, name, authTime, acr }, transaction);
  }

  return {
    decide: (login) => queue.write(() => decide(login)),
    use: (digest, signIn) => queue.write((transaction) => use(digest, signIn, transaction)),
  };
}
