import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { MariadbServer } from "./mariadb-server.ts";

/** Laravel's database in a test, empty at first. */
export interface Laravel {
  url: string;
  query: (sql: string) => Promise<Record<string, unknown>[]>;
  stop: () => Promise<void>;
}

export async function postgresLaravel(): Promise<Laravel> {
  const server = await TestServer.start();
  const url = await server.newDatabase("nothing");
  return { url, query: (sql) => server.query(url, sql), stop: () => server.stop() };
}

/**
 * @param program the server's executable
 * @param init SQL that the server runs as root when it starts
 */
export async function mariadbLaravel(program: string, init = ""): Promise<Laravel> {
  const server = await MariadbServer.start(program, init);
  return { url: server.url, query: (sql) => server.query(sql), stop: () => server.stop() };
}

/** As Passport 10's migrations make them; with its UUIDs for clients, `clientId` is `char(36)`. */
export function passportTables({
  boolean,
  instant,
  clientId = "bigint",
}: {
  boolean: string;
  instant: string;
  clientId?: string;
}): string[] {
  return [
    `CREATE TABLE oauth_access_tokens (id varchar(100) PRIMARY KEY, user_id bigint, client_id ${clientId} NOT NULL,
       name varchar(255), scopes text, revoked ${boolean} NOT NULL, created_at ${instant} NULL,
       updated_at ${instant} NULL, expires_at ${instant} NULL)`,
    `CREATE TABLE oauth_refresh_tokens (id varchar(100) PRIMARY KEY, access_token_id varchar(100) NOT NULL,
       revoked ${boolean} NOT NULL, expires_at ${instant} NULL)`,
    "CREATE INDEX oauth_refresh_tokens_access_token_id_index ON oauth_refresh_tokens (access_token_id)",
  ];
}
