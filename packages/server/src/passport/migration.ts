import type { Config } from "../config/schema.ts";
import { laravelDatabase } from "./laravel-database.ts";
import { loadMysql } from "./mysql-driver.ts";
import { PassportRows } from "./rows.ts";
import { PassportTokens } from "./tokens.ts";
import { laravelUsers } from "./users.ts";
import type { Rollback } from "./rollback.ts";

/** What a migration from Laravel Passport works with. */
export interface Passport {
  readonly tokens: PassportTokens;
  /** What is done with Passport's refresh tokens that no import has seen. */
  readonly unknownTokens: "refuse" | "trust" | "ask";
  /** Passport's tables in Laravel's database; null: its address is not configured. */
  readonly rows: PassportRows | null;
  /** Laravel's users as accounts; null: Regrant's own accounts are used. */
  readonly users: ReturnType<typeof laravelUsers> | null;
  /** null: no rollback is configured. */
  readonly rollback: Rollback | null;
  /** Closes what is open to Laravel's database. */
  close(): Promise<void>;
}

type Settings = Pick<
  Config,
  "passportKey" | "passportUnknownTokens" | "passportDatabase" | "passportUsers" | "passportRollbackUntil"
>;

/**
 * Opens what a migration from Laravel Passport works with. Null: Passport's key is not configured. Connections are made
 * when they are needed; whether the driver is installed is found out now.
 *
 * @throws MissingDriverError if Laravel's database needs a driver that is not installed
 */
export async function openPassport(settings: Settings): Promise<Passport | null> {
  const { passportKey: key, passportUnknownTokens: unknownTokens } = settings;
  if (key === null) return null;
  const { passportDatabase: url, passportRollbackUntil: until } = settings;
  const laravel = url === null ? null : laravelDatabase(url);
  if (laravel?.dialect === "mysql") await loadMysql();
  const rows = laravel && new PassportRows(laravel);
  return {
    tokens: new PassportTokens(key),
    unknownTokens,
    rows,
    users: settings.passportUsers ? laravel && laravelUsers(laravel) : null,
    rollback: rows === null || until === null ? null : { until, rows },
    close: async () => rows?.close(),
  };
}
