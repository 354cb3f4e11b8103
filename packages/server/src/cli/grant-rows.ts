import type { Command } from "commander";
import { ClientCache } from "../clients/client-cache.ts";
import type { Client, Grant, Store } from "../store/store.ts";
import { CliError } from "./cli-error.ts";
import { grantJson, grantState, stateText } from "./grant-state.ts";
import type { GrantState } from "./grant-state.ts";
import { instantWithAge, localInstant, printFields, printJson, printTable } from "./output.ts";
import { actor, withStore } from "./session.ts";

interface JsonOption {
  json?: true;
}

interface ListOptions extends JsonOption {
  client?: string;
  subject?: string;
  limit: number;
  after?: string;
}

/** `grant list` */
export async function list(options: ListOptions, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { client: clientId, subject, after, limit } = options;
    // One more than asked for tells whether there are more.
    const found = await store.grants.list({ clientId, subject }, { after, limit: limit + 1 });
    const grants = found.slice(0, limit);
    const clients = new ClientCache(store.clients);
    const rows: string[][] = [];
    for (const grant of grants) {
      const state = await stateOf(grant, clients, store.now());
      if (options.json) printJson(grantJson(grant, state));
      const when = localInstant(grant.lastUsedAt);
      rows.push([grant.id, grant.clientId, grant.subject, stateText(state), String(grant.generation), when]);
    }
    const header = ["id", "client", "subject", "state", "generation", "last used"];
    if (!options.json) printTable(header, rows, "There are no such grants.");
    const last = grants.at(-1);
    if (found.length > limit && last) console.error(`There are more: --after ${last.id}`);
  });
}

/** `grant show` */
export async function show(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const grant = await findGrant(store, id);
    const client = await store.clients.find(grant.clientId);
    const now = store.now();
    const state = grantState(grant, client, now);
    if (options.json) return printJson(grantJson(grant, state));
    printGrant(grant, state, client, now);
  });
}

function printGrant(grant: Grant, state: GrantState, client: Client | undefined, now: number): void {
  const end = state.state === "ended" ? state.at : null;
  printFields({
    grant: grant.id,
    client: client === undefined ? `${grant.clientId} (deleted)` : `${grant.clientId} (${client.name})`,
    subject: grant.subject,
    scope: grant.scope === "" ? "none" : grant.scope,
    state: stateText(state),
    ended: end === null ? undefined : instantWithAge(end, now),
    generation: String(grant.generation),
    made: instantWithAge(grant.createdAt, now),
    "last used": instantWithAge(grant.lastUsedAt, now),
    "ends unused": state.state === "alive" ? instantWithAge(state.idleEndsAt, now) : undefined,
    "ends at the latest": instantWithAge(grant.expiresAt, now),
  });
}

/** `grant revoke` */
export async function revoke(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    await findGrant(store, id);
    const done = await store.grants.revoke(id, "revoked_by_operator", actor());
    console.error(done ? "The grant is revoked." : "It was revoked already.");
    if (!options.json) return;
    const grant = await findGrant(store, id);
    printJson(grantJson(grant, grantState(grant, await store.clients.find(grant.clientId), store.now())));
  });
}

/** @throws {CliError} there is none; or it is a token, which is not repeated */
export async function findGrant(store: Store, id: string): Promise<Grant> {
  refuseToken(id);
  const grant = await store.grants.find(id);
  if (grant === undefined) {
    throw new CliError(
      `there is no grant ${id}`,
      "grants are removed 7 days after they end; npx regrant grant list",
    );
  }
  return grant;
}

/** @throws {CliError} somebody put a refresh token on the command line */
export function refuseToken(id: string): void {
  if (!/^(?:rgr_|def50200)/i.test(id)) return;
  const hint =
    "npx regrant grant explain - reads it from standard input; think of this one as seen by others";
  throw new CliError("a refresh token is not given as an argument: other users can see those", hint, 2);
}

async function stateOf(grant: Grant, clients: ClientCache, now: number): Promise<GrantState> {
  const client = await clients.get(grant.clientId);
  return grantState(grant, client, now);
}
