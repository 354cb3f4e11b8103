import { DatabaseSync } from "node:sqlite";
import { connectInTurn, postgresTarget } from "../../store/postgres-tls.ts";
import { numbered } from "../laravel-connection.ts";
import { loadMysql } from "../mysql-driver.ts";

/** A row as its driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** The database system that an address names. */
export type SourceDialect = "mysql" | "postgres" | "sqlite";

/** Laravel's database, on one connection that may only read. */
export interface Source {
  readonly dialect: SourceDialect;
  /** `?` stands for each value. */
  query(sql: string, values?: readonly (string | number)[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** How a number or a UUID becomes text. */
export const TEXT: Record<SourceDialect, string> = { mysql: "char", postgres: "text", sqlite: "text" };

/** Time for a connection, ms. */
const TIMEOUT = 10_000;

const SCHEMES: readonly (readonly [RegExp, SourceDialect])[] = [
  [/^(?:mysql|mariadb):\/\/[^/]+\/[^/?#]/, "mysql"],
  [/^postgres(?:ql)?:\/\/[^/]*\/[^/?#]/, "postgres"],
  [/^sqlite:(?!\/\/)./, "sqlite"],
];

/**
 * The dialect of an address: `mysql://…` and `postgres://…` with a database, or `sqlite:PATH`. Undefined: the address
 * has another form.
 */
export function sourceDialect(address: string): SourceDialect | undefined {
  const dialect = SCHEMES.find(([form]) => form.test(address))?.[1];
  return dialect === "sqlite" || URL.canParse(address) ? dialect : undefined;
}

/** The address for people: without user, password and parameters. */
export function sourceText(address: string): string {
  if (sourceDialect(address) === "sqlite") return address;
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/** Connects, and loads the driver that it needs. Rejects with the driver's error. */
export function openSource(address: string): Promise<Source> {
  switch (sourceDialect(address)) {
    case "mysql":
      return openMysql(address);
    case "postgres":
      return openPostgres(address);
    case "sqlite":
      return openSqlite(address);
    default:
      return Promise.reject(new TypeError("the address names no database"));
  }
}

async function openMysql(address: string): Promise<Source> {
  const { createConnection } = await loadMysql();
  const connection = createConnection({
    uri: address.replace(/^mariadb:/, "mysql:"),
    connectTimeout: TIMEOUT,
    dateStrings: true,
    // A bigint that is no safe integer comes as text.
    supportBigNumbers: true,
  }).promise();
  // A connection that is lost between two queries is reported by the next one.
  connection.on("error", () => {});
  await connection.query("SET SESSION TRANSACTION READ ONLY");
  return {
    dialect: "mysql",
    // Prepared: the driver's own escaping is wrong under `NO_BACKSLASH_ESCAPES`.
    async query(sql, values = []) {
      const [rows] = await connection.execute(sql, [...values]);
      return rows as unknown as Row[];
    },
    close: () => connection.end(),
  };
}

async function openPostgres(address: string): Promise<Source> {
  const { Client } = (await import("pg")).default;
  const { options, tls } = postgresTarget(address);
  const client = await connectInTurn(tls, async (ssl) => {
    const client = new Client({ ...options, ssl, connectionTimeoutMillis: TIMEOUT });
    // A connection that is lost between two queries is reported by the next one.
    client.on("error", () => {});
    await client.connect();
    return client;
  });
  return {
    dialect: "postgres",
    async query(sql, values = []) {
      // Not for the whole session: a pooler may lend it to Laravel next.
      await client.query("BEGIN READ ONLY");
      try {
        return (await client.query<Row>(numbered(sql), [...values])).rows;
      } finally {
        await client.query("ROLLBACK").catch(() => {});
      }
    },
    close: () => client.end(),
  };
}

// oxlint-disable-next-line require-await -- what the driver throws must reject.
async function openSqlite(address: string): Promise<Source> {
  const database = new DatabaseSync(address.slice("sqlite:".length), { readOnly: true, timeout: TIMEOUT });
  return {
    dialect: "sqlite",
    query: async (sql, values = []) => Promise.resolve(database.prepare(sql).all(...values)),
    close: async () => Promise.resolve(database.close()),
  };
}
