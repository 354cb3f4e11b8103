import { OAuthError } from "../errors/oauth-error.ts";
import { dialectOf } from "./laravel-connection.ts";
import { LaravelPool } from "./laravel-pool.ts";
import type { LaravelDatabase } from "./rows.ts";

/**
 * Laravel's database by its URL. Its driver is loaded, and connections are made, when they are needed. An
 * operation takes 5 s at most, the wait for a connection included. All that can fail there is an error that may be sent:
 * `temporarily_unavailable`, caused by `laravel_not_read` or `laravel_not_written`.
 */
export function laravelDatabase(url: string): LaravelDatabase {
  const dialect = dialectOf(url);
  const pool = new LaravelPool(() => dialect.open(url));
  return {
    dialect: dialect.name,
    async query(sql, values) {
      try {
        return await pool.use((connection) => connection.query(sql, values));
      } catch (cause) {
        throw new OAuthError("laravel_not_read", { cause });
      }
    },
    async transact(statements) {
      try {
        await pool.use(async (connection) => {
          await connection.query(dialect.begin);
          for (const [sql, values] of statements) await connection.query(sql, values);
          await connection.query("COMMIT");
        });
      } catch (cause) {
        throw new OAuthError("laravel_not_written", { cause });
      }
    },
    close: () => pool.close(),
  };
}
