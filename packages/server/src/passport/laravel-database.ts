import { loadMysql } from "./mysql-driver.ts";
import type { LaravelDatabase } from "./rows.ts";

/** Time for a connection, and for a statement, ms: a refresh waits for them. */
const TIMEOUT = 5000;
const CONNECTIONS = 4;

/** The provider's database by its URL. Its driver is loaded, and connections are made, when they are needed. */
export function laravelDatabase(url: string): LaravelDatabase {
  const dialect = url.startsWith("postgres") ? "postgres" : "mysql";
  let opened: Promise<Pool> | undefined;
  const pool = () => (opened ??= dialect === "postgres" ? openPostgres(url) : openMysql(url));
  return {
    dialect,
    query: async (sql, values) => (await pool()).query(sql, values),
    transact: async (statements) => (await pool()).transact(statements),
    async close() {
      await (await opened)?.close();
    },
  };
}

type Pool = Omit<LaravelDatabase, "dialect">;

async function openPostgres(url: string): Promise<Pool> {
  const { Pool } = (await import("pg")).default;
  const options = { max: CONNECTIONS, connectionTimeoutMillis: TIMEOUT, query_timeout: TIMEOUT };
  const pool = new Pool({ connectionString: url, ...options });
  // The pool replaces a connection that is lost while it is idle.
  pool.on("error", () => {});
  return {
    query: async (sql, values) =>
      (await pool.query<Record<string, unknown>>(numbered(sql), [...values])).rows,
    async transact(statements) {
      const client = await pool.connect();
      let broken = true;
      try {
        await client.query("BEGIN");
        for (const [sql, values] of statements) await client.query(numbered(sql), [...values]);
        await client.query("COMMIT");
        broken = false;
      } finally {
        // A transaction that failed is rolled back with its connection.
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** `?` as `$1`, `$2` …; the statements here have none in a literal. */
export function numbered(sql: string): string {
  let n = 0;
  return sql.replaceAll("?", () => `$${(n += 1)}`);
}

async function openMysql(url: string): Promise<Pool> {
  const { createPool } = await loadMysql();
  const uri = url.replace(/^mariadb:/, "mysql:");
  // TIMESTAMP columns are converted from the session's time zone.
  const pool = createPool({ uri, connectionLimit: CONNECTIONS, connectTimeout: TIMEOUT, timezone: "Z" });
  return {
    async query(sql, values) {
      const [rows] = await pool.query({ sql, timeout: TIMEOUT }, [...values]);
      return rows as unknown as Record<string, unknown>[];
    },
    async transact(statements) {
      const connection = await pool.getConnection();
      let broken = true;
      try {
        await connection.beginTransaction();
        for (const [sql, values] of statements) {
          await connection.query({ sql, timeout: TIMEOUT }, [...values]);
        }
        await connection.commit();
        broken = false;
      } finally {
        if (broken) connection.destroy();
        else connection.release();
      }
    },
    close: () => pool.end(),
  };
}
