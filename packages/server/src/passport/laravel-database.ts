import { OAuthError } from "../errors/oauth-error.ts";
import { dialectOf } from "./laravel-connection.ts";
import type { LaravelConnection } from "./laravel-connection.ts";
import { LaravelStatementError } from "./laravel-error.ts";
import { LaravelPool, LaravelQueueFullError } from "./laravel-pool.ts";
import type { LaravelDatabase, Statement } from "./rows.ts";

/**
 * Laravel's database by its URL. Its driver is loaded, and connections are made, when they are needed. An
 * operation takes 5 s at most, the wait for a connection included. All that can fail there is an error that may be sent:
 * `temporarily_unavailable`, caused by `laravel_not_read`, `laravel_not_written` or `laravel_queue_full`.
 */
export function laravelDatabase(url: string): LaravelDatabase {
  const dialect = dialectOf(url);
  const pool = new LaravelPool(() => dialect.open(url));
  const run = (statements: readonly Statement[]) =>
    pool.use((connection) => runTransaction(connection, dialect.begin, statements));
  return {
    dialect: dialect.name,
    async query(sql, values) {
      try {
        return await run([[sql, values]]);
      } catch (error) {
        if (isUnfit(error)) return [];
        throw toOAuthError("laravel_not_read", error);
      }
    },
    async transact(statements) {
      try {
        await run(statements);
      } catch (error) {
        throw isUnfit(error) ? error : toOAuthError("laravel_not_written", error);
      }
    },
    load: () => pool.load(),
    close: () => pool.close(),
  };
}

/**
 * Runs the statements in one transaction; once more if another transaction was in the way.
 *
 * @returns the rows of the last one
 */
async function runTransaction(
  connection: LaravelConnection,
  begin: string,
  statements: readonly Statement[],
): Promise<Record<string, unknown>[]> {
  for (let isRetry = false; ; isRetry = true) {
    try {
      let rows: Record<string, unknown>[] = [];
      await connection.query(begin);
      for (const [sql, values] of statements) rows = await connection.query(sql, values);
      await connection.query("COMMIT");
      return rows;
    } catch (error) {
      if (isRetry || !(error instanceof LaravelStatementError && error.isConflict)) throw error;
      await connection.query("ROLLBACK");
    }
  }
}

function isUnfit(error: unknown): error is LaravelStatementError {
  return error instanceof LaravelStatementError && error.isUnfitValue;
}

function toOAuthError(named: "laravel_not_read" | "laravel_not_written", cause: unknown): OAuthError {
  return new OAuthError(cause instanceof LaravelQueueFullError ? "laravel_queue_full" : named, { cause });
}
