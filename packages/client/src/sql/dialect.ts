import type { Awaitable } from "../types.ts";

/** The part of a driver that is used, such as a `Pool` of `pg`. Each statement must commit by itself. */
export interface SqlClient {
  /** @returns the rows read, and the number of rows inserted, updated or deleted */
  query(
    text: string,
    values: (string | number)[],
  ): Awaitable<{ readonly rows: readonly object[]; readonly rowCount: number | null }>;
}

/** Where databases differ. */
export interface Dialect {
  /** The placeholder of the n-th value, from 1. */
  readonly value: (n: number) => string;
  /** An INSERT that does nothing if the key exists. */
  readonly insert: (into: string) => string;
  /** The database's clock, ms since the epoch. */
  readonly now: string;
  /** Type of a key column, compared byte by byte. */
  readonly key: string;
  readonly text: string;
}

/** The databases whose SQL is known. */
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

/** Longest key, bytes: MySQL's INSERT IGNORE would truncate a longer one. */
const MAX_KEY = 700;

/** The database and the table to use. */
export interface SqlOptions {
  /** The database's kind. */
  readonly dialect: SqlDialect;
  /** Name of the table, with its schema if necessary. */
  readonly table?: string;
}

/** A table in its dialect. */
export interface Table {
  readonly name: string;
  readonly dialect: Dialect;
}

/** @throws TypeError the dialect is unknown, or the name is not a plain identifier */
export function tableOf(options: SqlOptions, defaultName: string): Table {
  const name = options.table ?? defaultName;
  if (!Object.hasOwn(DIALECTS, options.dialect)) throw new TypeError(`unknown dialect: ${options.dialect}`);
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(name)) throw new TypeError(`not a table name: ${name}`);
  return { name, dialect: DIALECTS[options.dialect] };
}

/** Runs one statement, with `?` for each value. @returns its rows, and how many it changed */
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

/** @throws RangeError the key is too long */
export function assertKey(key: string): void {
  if (new TextEncoder().encode(key).length > MAX_KEY)
    throw new RangeError(`a key is longer than ${MAX_KEY} bytes`);
}
