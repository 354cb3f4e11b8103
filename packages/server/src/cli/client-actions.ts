import type { Command } from "commander";
import type { ClientJson } from "../admin/clients.ts";
import { allItems } from "../admin/listing.ts";
import { memberOf } from "../client-settings/settings.ts";
import type { ClientSettingKey } from "../client-settings/settings.ts";
import { clientWarnings } from "../client-settings/warnings.ts";
import { instantWithAge } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import { stateCell } from "./cells.ts";
import { CliError } from "./cli-error.ts";
import { givenSettings } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";
import { printClient, settingsOf } from "./client-view.ts";
import { printFields, printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import { printable } from "./printable.ts";
import type { Column } from "./table.ts";

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
  await withAdministration(command, async ({ call, now }) => {
    const members = { name: options.name, ...givenMembers(options), public: options.public === true };
    const created = await call("clients.create", { body: members });
    printWarnings(created);
    if (options.json) return printJson(created);
    console.log(`The client "${printable(created.name)}" is registered.\n`);
    const { client_id: id, client_secret: secret } = created;
    if (secret === undefined) return printClient(created, now());
    printFields({ client_id: id, client_secret: secret });
    console.log("\nThe secret is not shown again; Regrant stores only its SHA-256.");
    console.log(`All settings: npx regrant client show ${printable(id)}`);
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
  const changes = { ...givenMembers(options), ...(options.release === true && { release: true }) };
  if (Object.keys(changes).length === 0)
    throw new CliError("nothing to update: pass at least one option", "add --help to see all of them", 2);
  await withAdministration(command, async ({ call, now }) => {
    const client = await call("clients.update", { path: { client_id: id }, body: changes });
    printWarnings(client);
    if (options.json) return printJson(client);
    console.log(client.changed ? "The client is updated.\n" : "The client has these settings already.\n");
    printClient(client, now());
  });
}

/** The members of the settings whose flags are given. */
function givenMembers(options: ClientOptions): Record<string, unknown> {
  const given = Object.entries(givenSettings(options));
  return Object.fromEntries(given.map(([key, value]) => [memberOf(key as ClientSettingKey), value]));
}

/**
 * `client rotate-secret`: prints the new secret, and until when the old one is valid.
 *
 * @param options `overlap` in s
 * @throws AdminError `not_found`, `not_allowed`
 */
export async function rotate(
  id: string,
  { overlap, json }: JsonOption & { overlap: number },
  command: Command,
): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const rotated = await call("clients.rotateSecret", { path: { client_id: id }, body: { overlap } });
    if (json) return printJson(rotated);
    const { client_secret: secret, old_secret_valid_until: until } = rotated;
    printFields({ client_id: id, client_secret: secret });
    console.log("\nThe secret is not shown again.");
    if (until === null) return console.log("The old secret no longer works.");
    console.log(`The old secret works until ${instantWithAge(Date.parse(until), now())} (--overlap).`);
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
export async function list(
  { search, json }: JsonOption & { search?: string },
  command: Command,
): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const clients = await allItems((page) => call("clients.list", { query: { search, ...page } }));
    if (json) return clients.forEach((client) => printJson(client));
    const rows = clients.map((client) => {
      const { public: isPublic, grantTypes } = settingsOf(client);
      const kind = isPublic ? "public" : "confidential";
      return [client.client_id, client.name, kind, stateOf(client), grantTypes.join(" ")];
    });
    printTable(CLIENT_COLUMNS, rows, search === undefined ? "No clients." : "No matching clients.");
  });
}

function stateOf(client: ClientJson) {
  return stateCell(client.disabled_at === null ? "enabled" : "disabled");
}

/**
 * `client show`: every setting, one a line.
 *
 * @throws AdminError `not_found`
 */
export async function show(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const client = await call("clients.get", { path: { client_id: id } });
    if (json) printJson(client);
    else printClient(client, now());
  });
}

/** `client disable`: exits with 0 also if the client was disabled already. */
export async function disable(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const client = await call("clients.disable", { path: { client_id: id } });
    console.error(
      client.changed ? "The client is disabled; its grants are revoked." : "The client was already disabled.",
    );
    if (json) printJson(client);
  });
}

/** `client enable`: exits with 0 also if the client was enabled already. */
export async function enable(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const client = await call("clients.enable", { path: { client_id: id } });
    console.error(
      client.changed
        ? "The client is enabled; revoked grants stay revoked."
        : "The client was already enabled.",
    );
    if (json) printJson(client);
  });
}

/** `client delete`: the message names the client, since its id no longer finds it. */
export async function remove(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const path = { client_id: id };
    const { name } = await call("clients.get", { path });
    await call("clients.delete", { path });
    console.error(`The client "${printable(name)}" is deleted; its grants are revoked.`);
    if (json) printJson({ client_id: id, deleted: true });
  });
}

function printWarnings(client: ClientJson): void {
  const settings = settingsOf(client);
  for (const warning of clientWarnings(settings, settings.public)) console.error(`warning: ${warning}`);
}
