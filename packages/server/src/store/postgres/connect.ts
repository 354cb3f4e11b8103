import { Client, types } from "pg";
import type { CustomTypesConfig, QueryResult } from "pg";
import { connectInTurn, postgresTarget } from "../postgres-tls.ts";
import type { Row } from "../row.ts";
import type { DatabaseAddress, ServerUrl } from "./address.ts";
import { isUnavailable, ReadOnlyServerError } from "./errors.ts";

/** A server that does not respond in this time counts as down, ms. */
const CONNECT_TIMEOUT = 3000;
/** The examination of a connection may open a second one. */
const EXAMINATION_TIMEOUT = 2 * CONNECT_TIMEOUT;
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
 * @param examine is shown each connection before anything is set on it, and refuses the server by throwing
 * @returns the connection and the index of its server
 * @throws Error of a server that is reachable and refuses, such as for a wrong password; else of the first server
 */
export async function connectToPrimary(
  { servers, sessions }: DatabaseAddress,
  from: number,
  timeout: number,
  examine: (client: Client, server: ServerUrl) => Promise<void> = () => Promise.resolve(),
): Promise<{ client: Client; server: number }> {
  const errors: unknown[] = [];
  for (let i = 0; i < servers.length; i += 1) {
    const server = (from + i) % servers.length;
    const url = servers[server] ?? servers[0];
    try {
      const client = await connect(url);
      await admit(client, EXAMINATION_TIMEOUT, () => examine(client, url));
      await admit(client, CONNECT_TIMEOUT, () => requirePrimary(client, sessions.prepare(timeout)));
      return { client, server };
    } catch (error) {
      errors.push(error);
    }
  }
  // A wrong password tells more than a server that is down.
  throw errors.find((error) => !isUnavailable(error)) ?? errors[0];
}

/** Opens a connection, encrypted as `sslmode` says; nothing is set on it. */
export async function connect(server: ServerUrl): Promise<Client> {
  const { options, tls } = postgresTarget(server);
  return connectInTurn(tls, async (ssl) => {
    const client = new Client({
      ...options,
      ssl,
      application_name: "regrant",
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
      types: TYPES,
    });
    // Without a listener, a connection that is lost while nothing uses it would end the process.
    client.on("error", () => {});
    await client.connect();
    return client;
  });
}

/**
 * Closes a connection that `check` refuses or that says nothing for `patience`, ms. A pooler logs clients in even while it
 * has no server for them, and lets their statements wait.
 */
async function admit(client: Client, patience: number, check: () => Promise<void>): Promise<void> {
  const watchdog = setTimeout(() => abandon(client), patience);
  try {
    await check();
  } catch (error) {
    await disconnect(client);
    throw error;
  } finally {
    clearTimeout(watchdog);
  }
}

/** @throws {ReadOnlyServerError} a standby, or a primary that is set read-only */
async function requirePrimary(client: Client, settings: readonly string[]): Promise<void> {
  const statements = [...settings, "SELECT current_setting('transaction_read_only') AS read_only"];
  const [row] = (await queryAll(client, statements)).at(-1) ?? [];
  if (row?.["read_only"] === "on") {
    throw new ReadOnlyServerError("the server takes no writes: it is a standby, or read-only");
  }
}

/** Runs statements without parameters in one round trip. @returns the rows of each */
export async function queryAll(client: Client, statements: readonly string[]): Promise<Row[][]> {
  // The driver's types do not tell that several statements have several results; one has one.
  const results = (await client.query<Row>(statements.join("; "))) as QueryResult<Row> | QueryResult<Row>[];
  return [results].flat().map(({ rows }) => rows);
}

/** Closes the connection in an orderly way, but does not wait long: a lost peer does not respond. */
export async function disconnect(client: Client): Promise<void> {
  const impatience = setTimeout(() => abandon(client), GOODBYE_TIMEOUT);
  await client.end().catch(() => {});
  clearTimeout(impatience);
}

/** Destroys the connection. Its statement rejects, and may or may not have been committed. */
export function abandon(client: Client): void {
  client.connection.stream.destroy();
}
