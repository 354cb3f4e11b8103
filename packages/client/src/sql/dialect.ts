import type { Awaitable } from "../types.ts";

/** What of a driver is used. A `Pool` of `pg` is one as it is; each statement must commit by itself. */
export interface SqlClient {
  /** @returns the rows read, and how many were inserted, updated or deleted */
  query(
    text: string,
    values: (string | number)[],
  ): Awaitable<{ readonly rows: readonly object[]; readonly rowCount: number | null }>;
}

/** How a database says what the standard leaves open. */
export interface Dialect {
  /** The place of the n-th value in a statement, from 1. */
  readonly value: (n: number) => string;
  /** An INSERT that does nothing where the key is taken. */
  readonly insert: (into: string) => string;
  /** The database's clock, ms since the epoch. */
  readonly now: string;
  /** The type of a key, which is compared byte by byte. */
  readonly key: string;
  readonly text: string;
}

export type SqlDialect = "postgres" | "mysql" | "sqlite";

const DIALECTS: Readonly<Record<SqlDialect, Dialect>> = {
  postgres: {
    value: (n) => `$${n}`,
    insert: (into) => `INSERT INTO ${into} ON CONFLICT DO NOTHING`,
    now: "(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
    key: 'text COLLATE "C"',
    text: "text",
  },
  mysql: {
    value: () => "?",
    insert: (into) => `INSERT IGNORE INTO ${into}`,
    now: "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
    key: "varbinary(700)",
    text: "mediumtext CHARACTER SET utf8mb4",
  },
  sqlite: {
    value: () => "?",
    insert: (into) => `INSERT INTO ${into} ON CONFLICT DO NOTHING`,
    now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    key: "text",
    text: "text",
  },
};

/** Longest key or name that every dialect keeps whole, bytes: MySQL's INSERT IGNORE would cut a longer one. */
const MAX_KEY = 700;

export interface SqlOptions {
  readonly dialect: SqlDialect;
  /** The table's name, with its schema where it needs one. */
  readonly table?: string;
}

/** One table, as its dialect speaks of it. */
export interface Table {
  readonly name: string;
  readonly dialect: Dialect;
}

/** @throws TypeError an unknown dialect, or what is no table's name */
export function tableOf(options: SqlOptions, standard: string): Table {
  const name = options.table ?? standard;
  if (!Object.hasOwn(DIALECTS, options.dialect)) throw new TypeError(`unknown dialect: ${options.dialect}`);
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(name)) throw new TypeError(`not a table's name: ${name}`);
  return { name, dialect: DIALECTS[options.dialect] };
}

/**
 * Runs one statement, in which each value stands as `?`.
 */
export async function run(
  client: SqlClient,
  { dialect }: Table,
  text: string,
  ...values: (string | number)[]
): Promise<{ readonly rows: readonly object[]; readonly count: number }> {
  let n = 0;
  const statement = text.replaceAll("?", () => dialect.value((n += 1)));
  const { rows, rowCount } = await client.query(statement, values);
  return { rows, count: rowCount ?? 0 };
}

/** @throws RangeError */
export function assertKey(key: string): void {
  if (new TextEncoder().encode(key).length > MAX_KEY)
    throw new RangeError(`a key is longer than ${MAX_KEY} bytes`);
}
