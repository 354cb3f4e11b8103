import { Client, types } from "pg";
import type { CustomTypesConfig, QueryResult } from "pg";
import type { Row } from "../row.ts";
import type { ServerUrl } from "./address.ts";
import { isUnavailable, ReadOnlyServerError } from "./errors.ts";

/** A server that does not respond in this time counts as down, ms. */
const CONNECT_TIMEOUT = 3000;
/** How long a goodbye may take, ms. */
const GOODBYE_TIMEOUT = 1000;

const INT8 = 20;
/** A bigint is a number here: instants (ms), generations (uint32) and event ids stay below 2^53. */
export const TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number, format: "text") =>
    oid === INT8 ? Number : types.getTypeParser(oid, format)) as CustomTypesConfig["getTypeParser"],
};

/**
 * Connects to the first server that takes writes, in the order of the URL from `from` on: the primary is mostly where
 * it was.
 *
 * @param from the index of the server to begin with
 * @param timeout of statements and of locks, ms; 0: none, for migrations
 * @returns the connection and the index of its server
 * @throws Error of a server that is reachable and refuses, such as for a wrong password; else of the first server
 */
export async function connectToPrimary(
  servers: readonly ServerUrl[],
  from: number,
  timeout: number,
): Promise<{ client: Client; server: number }> {
  const errors: unknown[] = [];
  for (let i = 0; i < servers.length; i += 1) {
    const server = (from + i) % servers.length;
    try {
      return { client: await connect(servers[server] ?? "", timeout), server };
    } catch (error) {
      errors.push(error);
    }
  }
  // A wrong password tells more than a server that is down.
  throw errors.find((error) => !isUnavailable(error)) ?? errors[0];
}

/** @throws {ReadOnlyServerError} a standby, or a primary that is set read-only */
async function connect(server: ServerUrl, timeout: number): Promise<Client> {
  const client = new Client({
    connectionString: server,
    application_name: "regrant",
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    types: TYPES,
  });
  // Without a listener, a connection that is lost while nothing uses it would end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    // The types do not tell that several statements have several results.
    const results = (await client.query(sessionSettings(timeout))) as unknown as QueryResult<Row>[];
    if (results.at(-1)?.rows[0]?.["read_only"] === "on") {
      throw new ReadOnlyServerError("the server takes no writes: it is a standby, or read-only");
    }
    return client;
  } catch (error) {
    await disconnect(client);
    throw error;
  }
}

/** Closes the connection in an orderly way, but does not wait long: a lost peer does not respond. */
export async function disconnect(client: Client): Promise<void> {
  const impatience = setTimeout(() => abandon(client), GOODBYE_TIMEOUT);
  await client.end().catch(() => {});
  clearTimeout(impatience);
}

/**
 * What every statement here relies on, whatever the database's own defaults are. Set after connecting, not as start-up
 * parameters, which connection poolers refuse. One plan per prepared statement: without it the server plans each batch
 * size again, which costs more than running it. Such a plan outlives the size that its table had, so it goes by an
 * index even where the table is so small that reading all of it would be cheaper: each statement here has its index.
 */
function sessionSettings(timeout: number): string {
  return `
    SET default_transaction_isolation = 'read committed';
    SET plan_cache_mode = force_generic_plan;
    SET enable_seqscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET lock_timeout = ${timeout};
    SET statement_timeout = ${timeout};
    SET idle_in_transaction_session_timeout = ${timeout || 60_000};
    SELECT current_setting('transaction_read_only') AS read_only`;
}

/** Destroys the connection. Its statement rejects, and may or may not have been committed. */
export function abandon(client: Client): void {
  client.connection.stream.destroy();
}
