import type { Client } from "pg";
import type { ServerUrl } from "./address.ts";
import { connect, disconnect, queryAll } from "./connect.ts";
import { LentSessionsError } from "./errors.ts";

/** One round mostly tells; other clients of the pooler may take the session in between. */
const ROUNDS = 10;
/** Time for the whole examination, ms: a pooler may have no session left for the second connection. */
const PATIENCE = 2000;

/** The process that serves a session. The start of its server tells the same number on two servers apart. */
const BACKEND = "SELECT pg_backend_pid() AS pid, pg_postmaster_start_time() AS of";

/**
 * Refuses a pooler in transaction mode. It is recognised by what it does, whatever its name: a server tells a new
 * connection which process serves it, and a pooler is not that process. Behind one, two connections that are open at
 * once have the same session one after the other, or one connection has two; in session mode neither happens.
 *
 * @param client a new connection; nothing is set on it
 * @throws {LentSessionsError}
 */
export async function refuseLentSessions(client: Client, server: ServerUrl): Promise<void> {
  const [[own] = []] = await queryAll(client, [BACKEND]);
  // The types leave out what the driver was told at the start.
  if (own?.["pid"] === (client as Client & { readonly processID: number }).processID) return;
  // Where the second connection gets no answer in time, nothing is known and nothing refused.
  const other = await connect(server).catch(() => undefined);
  if (other === undefined) return;
  const impatience = setTimeout(() => void disconnect(other), PATIENCE);
  const lent = await shareSessions(client, other).catch(() => false);
  clearTimeout(impatience);
  await disconnect(other);
  if (lent) {
    throw new LentSessionsError(
      "The database is behind a pooler in transaction mode: add pooler=transaction to its URL, or connect to the server " +
        "itself or to a pooler in session mode",
    );
  }
}

async function shareSessions(client: Client, other: Client): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await backendOf(client);
    await other.query("BEGIN");
    const shared = (await backendOf(other)) === before || (await backendOf(client)) !== before;
    await other.query("COMMIT");
    if (shared) return true;
  }
  return false;
}

async function backendOf(client: Client): Promise<string> {
  return JSON.stringify(await queryAll(client, [BACKEND]));
}
