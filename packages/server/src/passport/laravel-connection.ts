import type { Duplex } from "node:stream";
import type { Connection } from "mysql2";
import { connectInTurn, postgresTarget } from "../store/postgres-tls.ts";
import type { TlsOption } from "../store/postgres-tls.ts";
import { LaravelStatementError } from "./laravel-error.ts";
import { loadMysql } from "./mysql-driver.ts";

/** One connection to Laravel's database. Nothing here has a time limit: who waits too long destroys it. */
export interface LaravelConnection {
  /** Comes first. Rejects with the driver's error. */
  connect(): Promise<void>;
  /**
   * `?` stands for each value. The server gets them beside the statement, never inside it: how a literal is written
   * depends on its settings, such as MySQL's `NO_BACKSLASH_ESCAPES`.
   *
   * @throws LaravelStatementError
   */
  query(sql: string, values?: readonly (string | number)[]): Promise<Record<string, unknown>[]>;
  /** Whether the server, or the network, has ended it. */
  isLost(): boolean;
  /** Ends it in an orderly way. */
  end(): Promise<void>;
  /** Breaks it off at once; what waits for it rejects. */
  destroy(): void;
}

/** A dialect of SQL and its driver, which is loaded when it is needed. */
export interface LaravelDialect {
  readonly name: "mysql" | "postgres";
  readonly begin: string;
  open(url: string): Promise<LaravelConnection>;
}

export function dialectOf(url: string): LaravelDialect {
  return url.startsWith("postgres") ? POSTGRES : MYSQL;
}

/*
 * A server does not notice that a connection was broken off while a statement waits for a lock, or behind a firewall.
 * So it is told when to give up the statement, and what that connection held.
 */

const POSTGRES: LaravelDialect = {
  name: "postgres",
  // ms, of this transaction alone: a pooler lends the session to Laravel afterwards.
  begin: "BEGIN; SET LOCAL statement_timeout = 5000; SET LOCAL idle_in_transaction_session_timeout = 5000",
  async open(url) {
    const { Client } = (await import("pg")).default;
    const { options, tls } = postgresTarget(url);
    let current: InstanceType<typeof Client> | undefined;
    let state: "usable" | "lost" | "destroyed" = "usable";
    async function connect(ssl: TlsOption): Promise<void> {
      if (state === "destroyed") throw new Error("the connection was broken off");
      const client = new Client({ ...options, ssl, keepAlive: true });
      const lose = () => {
        if (client === current && state === "usable") state = "lost";
      };
      client.on("error", lose).on("end", lose);
      current = client;
      state = "usable";
      await client.connect();
    }
    return {
      connect: () => connectInTurn(tls, connect),
      async query(sql, values = []) {
        if (current === undefined) throw new TypeError("connect first");
        try {
          return (await current.query<Record<string, unknown>>(numbered(sql), [...values])).rows;
        } catch (error) {
          throw new LaravelStatementError(sql, error as Error);
        }
      },
      isLost: () => state !== "usable",
      end: async () => current?.end(),
      destroy() {
        state = "destroyed";
        current?.connection.stream.destroy();
      },
    };
  },
};

/** `?` as `$1`, `$2` …; the statements here have none in a literal. */
export function numbered(sql: string): string {
  let n = 0;
  return sql.replaceAll("?", () => `$${(n += 1)}`);
}

/**
 * Of the session, s, `max_execution_time` ms: MySQL and MariaDB have none of a transaction, and each its own for a
 * statement, in a comment that only it reads. What is idle is dropped here before `wait_timeout`.
 */
const MYSQL_LIMITS =
  "SET SESSION wait_timeout = 90, innodb_lock_wait_timeout = 5, lock_wait_timeout = 5" +
  " /*!50708 , max_execution_time = 5000 */ /*M!100101 , max_statement_time = 5 */";

const MYSQL: LaravelDialect = {
  name: "mysql",
  begin: "BEGIN",
  async open(url) {
    const { createConnection } = await loadMysql();
    const options = {
      uri: url.replace(/^mariadb:/, "mysql:"),
      // TIMESTAMP columns are converted from the session's time zone.
      timezone: "Z",
      // A bigint that is no safe integer comes as text.
      supportBigNumbers: true,
    };
    // The types leave out the socket. The driver's own `destroy` waits until the server has closed the connection too.
    const connection = createConnection(options) as Connection & { readonly stream: Duplex };
    let lost = false;
    const lose = () => {
      lost = true;
    };
    connection.on("error", lose).on("end", lose);
    const promised = connection.promise();
    return {
      async connect() {
        await promised.connect();
        await promised.query(MYSQL_LIMITS);
      },
      async query(sql, values) {
        try {
          // Not every server can prepare BEGIN.
          const [rows] = await (values ? promised.execute(sql, [...values]) : promised.query(sql));
          return rows as unknown as Record<string, unknown>[];
        } catch (error) {
          throw new LaravelStatementError(sql, error as Error);
        }
      },
      isLost: () => lost,
      end: () => promised.end(),
      destroy: () => void connection.stream.destroy(),
    };
  },
};
