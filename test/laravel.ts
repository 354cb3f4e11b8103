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

/** @param program the server's executable */
export async function mariadbLaravel(program: string): Promise<Laravel> {
  const server = await MariadbServer.start(program);
  return { url: server.url, query: (sql) => server.query(sql), stop: () => server.stop() };
}
