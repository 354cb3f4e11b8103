import type { AccountStore } from "../store/store.ts";
import type { LaravelDatabase } from "./rows.ts";

/**
 * Laravel's users as accounts: the username is the `email`, the subject the `id`, as Passport has them. They are looked
 * up and never written. Index: `users_email_unique`.
 *
 * @throws OAuthError `temporarily_unavailable` where Laravel's database cannot be read
 */
export function laravelUsers(database: Pick<LaravelDatabase, "query">): Pick<AccountStore, "findByUsername"> {
  return {
    async findByUsername(email) {
      // PostgreSQL's text has no U+0000.
      if (email.includes("\0")) return undefined;
      const [row] = await database.query("SELECT * FROM users WHERE email = ? LIMIT 1", [email]);
      if (row === undefined) return undefined;
      const { id, password, deleted_at: deletedAt = null } = row;
      return {
        subject: String(id),
        username: email,
        passwordHash: typeof password === "string" ? password : null,
        // Not known, and never compared for these users.
        createdAt: 0,
        // A user whom Laravel has soft-deleted cannot sign in there either.
        disabledAt: deletedAt === null ? null : 0,
        // Only an account of Regrant's own can be an operator.
        role: null,
      };
    },
  };
}
