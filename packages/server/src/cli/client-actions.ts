import type { Command } from "commander";
import {
  changedClientJson,
  clientJson,
  createClient,
  deleteClient,
  disableClient,
  enableClient,
  findClient,
  listClients,
  newClientJson,
  rotateClientSecret,
  rotatedSecretJson,
  updateClient,
} from "../admin/clients.ts";
import { allItems } from "../admin/listing.ts";
import { clientWarnings } from "../client-settings/warnings.ts";
import type { Client, Store } from "../store/store.ts";
import { givenSettings } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";
import { printClient } from "./client-view.ts";
import { CliError } from "./cli-error.ts";
import { instantWithAge } from "../time-text.ts";
import { stateCell } from "./cells.ts";
import { printFields, printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import type { Column } from "./table.ts";
import { printable } from "./printable.ts";
import { actor, withStore } from "./session.ts";

// Resources go to stdout. The sentence about a change goes to stderr, except above a resource printed as text.

/**
 * `client create`: prints the client and its secret. Scripts rely on the JSON members `client_id` and
 * `client_secret`.
 *
 * @throws AdminError `invalid` with every violation
 */
export async function create(
  options: ClientOptions & JsonOption & { name: string; public?: true },
  command: Command,
): Promise<void> {
  await withStore(command, async (store, { config: defaults }) => {
    const input = { name: options.name, ...givenSettings(options), public: options.public === true };
    const { client, secret } = await createClient({ store, defaults }, input, actor());
    printWarnings(client);
    if (options.json) return printJson(newClientJson({ client, secret }));
    console.log(`The client "${printable(client.name)}" is registered.\n`);
    if (secret === undefined) return printClient(client, store.now());
    printFields({ client_id: client.id, client_secret: secret });
    console.log("\nThe secret is not shown again; Regrant stores only its SHA-256.");
    console.log(`All settings: npx regrant client show ${client.id}`);
  });
}

/**
 * `client update`: changes the settings whose flags are given, and prints all of them.
 *
 * @throws CliError without a flag; AdminError `not_found`, `invalid`
 */
export async function update(
  id: string,
  options: ClientOptions & JsonOption & { release?: true },
  command: Command,
): Promise<void> {
  const released = options.release === true ? { setByOperator: [], scopeCeiling: null } : {};
  const changes = { ...givenSettings(options), ...released };
  if (Object.keys(changes).length === 0)
    throw new CliError("nothing to update: pass at least one option", "add --help to see all of them", 2);
  await withStore(command, async (store) => {
    const { client, changed } = await updateClient({ store }, id, changes, actor());
    printWarnings(client);
    if (options.json) return printJson(changedClientJson({ client, changed: changed.length > 0 }));
    console.log(
      changed.length === 0 ? "The client has these settings already.\n" : "The client is updated.\n",
    );
    printClient(client, store.now());
  });
}

/**
 * `client rotate-secret`: prints the new secret, and until when the old one is valid.
 *
 * @param options `overlap` in s
 * @throws AdminError `not_found`, `not_allowed`
 */
export async function rotate(
  id: string,
  options: JsonOption & { overlap: number },
  command: Command,
): Promise<void> {
  await withStore(command, async (store) => {
    const rotated = await rotateClientSecret({ store }, id, options.overlap, actor());
    const { secret, oldSecretsUntil: until } = rotated;
    if (options.json) return printJson(rotatedSecretJson(id, rotated));
    printFields({ client_id: id, client_secret: secret });
    console.log("\nThe secret is not shown again.");
    if (until === null) return console.log("The old secret no longer works.");
    console.log(`The old secret works until ${instantWithAge(until, store.now())} (--overlap).`);
  });
}

const CLIENT_COLUMNS: readonly Column[] = [
  { name: "id", importance: 9 },
  { name: "name", importance: 8 },
  { name: "kind", importance: 3 },
  { name: "state", importance: 6 },
  { name: "grant types", importance: 2 },
];

/** `client list`: one client a line, as a table or as JSON; all pages of the store. */
export async function list(options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const clients = await allItems((page) => listClients({ store }, page));
    if (options.json) return clients.forEach((client) => printJson(clientJson(client)));
    const rows = clients.map((client) => [
      client.id,
      client.name,
      client.public ? "public" : "confidential",
      stateCell(client.disabledAt === null ? "enabled" : "disabled"),
      client.grantTypes.join(" "),
    ]);
    printTable(CLIENT_COLUMNS, rows, "No clients.");
  });
}

/**
 * `client show`: every setting, one a line.
 *
 * @throws AdminError `not_found`
 */
export async function show(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => printOne(store, await findClient({ store }, id), options));
}

/** `client disable`: exits with 0 also if the client was disabled already. */
export async function disable(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { client, changed } = await disableClient({ store }, id, actor());
    console.error(
      changed ? "The client is disabled; its grants are revoked." : "The client was already disabled.",
    );
    if (options.json) printJson(changedClientJson({ client, changed }));
  });
}

/** `client enable`: exits with 0 also if the client was enabled already. */
export async function enable(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { client, changed } = await enableClient({ store }, id, actor());
    console.error(
      changed ? "The client is enabled; revoked grants stay revoked." : "The client was already enabled.",
    );
    if (options.json) printJson(changedClientJson({ client, changed }));
  });
}

/** `client delete`: the message names the client, since its id no longer finds it. */
export async function remove(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { name } = await deleteClient({ store }, id, actor());
    console.error(`The client "${printable(name)}" is deleted; its grants are revoked.`);
    if (options.json) printJson({ client_id: id, deleted: true });
  });
}

function printWarnings(client: Client): void {
  for (const warning of clientWarnings(client, client.public)) console.error(`warning: ${warning}`);
}

function printOne(store: Store, client: Client, { json }: JsonOption): void {
  if (json) printJson(clientJson(client));
  else printClient(client, store.now());
}
