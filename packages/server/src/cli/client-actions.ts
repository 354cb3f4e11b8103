import type { Command } from "commander";
import { newClientSettings } from "../clients/client.ts";
import type { Client, Store } from "../store/store.ts";
import { givenSettings } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";
import {
  clientDefaults,
  createClient,
  findClient,
  rotateSecret,
  updateClient,
} from "./client-registration.ts";
import { clientJson, printClient } from "./client-view.ts";
import { CliError } from "./cli-error.ts";
import { allPages, instantWithAge, isoInstant, printFields, printJson, printTable } from "./output.ts";
import { actor, withStore } from "./session.ts";

interface JsonOption {
  json?: true;
}

/** `client create` */
export async function create(
  options: ClientOptions & JsonOption & { name: string; public?: true },
  command: Command,
): Promise<void> {
  await withStore(command, async (store, { config }) => {
    const given = { ...givenSettings(options), name: options.name.trim() };
    const settings = newClientSettings(given, clientDefaults(config));
    const { client, secret } = await createClient(store, settings, options.public === true);
    const { client_id, ...rest } = clientJson(client);
    if (options.json) return printJson({ client_id, client_secret: secret, ...rest });
    console.log(`The client "${client.name}" is registered.\n`);
    if (secret === undefined) return printClient(client, store.now());
    printFields({ client_id: client.id, client_secret: secret });
    console.log("\nThe secret is shown this once; Regrant keeps only its SHA-256.");
    console.log(`All settings: npx regrant client show ${client.id}`);
  });
}

/** `client update` */
export async function update(
  id: string,
  options: ClientOptions & JsonOption,
  command: Command,
): Promise<void> {
  const given = givenSettings(options);
  if (Object.keys(given).length === 0)
    throw new CliError("no setting is given", "add --help to see all of them", 2);
  await withStore(command, async (store) => {
    const { client, changed } = await updateClient(store, await findClient(store, id), given);
    if (options.json) return printJson({ ...clientJson(client), changed: changed.length > 0 });
    console.log(changed.length === 0 ? "Nothing to change: it is so already.\n" : "The client is changed.\n");
    printClient(client, store.now());
  });
}

/** `client rotate-secret` */
export async function rotate(
  id: string,
  options: JsonOption & { overlap: number },
  command: Command,
): Promise<void> {
  await withStore(command, async (store) => {
    const secret = await rotateSecret(store, await findClient(store, id), options.overlap);
    const now = store.now();
    const old = (await findClient(store, id)).secrets.map(({ expiresAt }) => expiresAt ?? 0);
    const end = Math.max(...old);
    if (options.json) {
      const until = isoInstant(end > now ? end : null);
      return printJson({ client_id: id, client_secret: secret, old_secret_valid_until: until });
    }
    printFields({ client_id: id, client_secret: secret });
    console.log("\nThe secret is shown this once.");
    if (end <= now) return console.log("The old one does not work any more.");
    console.log(`The old one works until ${instantWithAge(end, now)}; --overlap chooses how long.`);
  });
}

/** `client list` */
export async function list(options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const clients = await allPages(
      (page) => store.clients.list(page),
      (client) => client.id,
    );
    if (options.json) return clients.forEach((client) => printJson(clientJson(client)));
    const rows = clients.map((client) => [
      client.id,
      client.name,
      client.public ? "public" : "confidential",
      client.disabledAt === null ? "enabled" : "disabled",
      client.grantTypes.join(" "),
    ]);
    printTable(["id", "name", "kind", "state", "grant types"], rows, "There are no clients.");
  });
}

/** `client show` */
export async function show(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => tellClient(store, await findClient(store, id), options));
}

/** `client disable` */
export async function disable(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const done = await store.clients.disable((await findClient(store, id)).id, actor());
    console.error(done ? "The client is disabled; its grants have ended." : "It was disabled already.");
    if (options.json) tellClient(store, await findClient(store, id), options);
  });
}

/** `client enable` */
export async function enable(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const done = await store.clients.enable((await findClient(store, id)).id, actor());
    console.error(done ? "The client is enabled; grants that ended stay so." : "It was enabled already.");
    if (options.json) tellClient(store, await findClient(store, id), options);
  });
}

/** `client delete` */
export async function remove(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { name } = await findClient(store, id);
    await store.clients.delete(id, actor());
    console.error(`The client "${name}" is deleted; its grants have ended.`);
    if (options.json) printJson({ client_id: id, deleted: true });
  });
}

function tellClient(store: Store, client: Client, { json }: JsonOption): void {
  if (json) printJson(clientJson(client));
  else printClient(client, store.now());
}
