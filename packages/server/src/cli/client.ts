import type { Command } from "commander";
import { newClientSettings } from "../clients/client.ts";
import type { Client, Store } from "../store/store.ts";
import { addClientFlags, givenSettings, wholeNumber } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";
import {
  clientDefaults,
  createClient,
  findClient,
  rotateSecret,
  updateClient,
} from "./client-registration.ts";
import { clientJson, printClient } from "./client-view.ts";
import { Fault } from "./fault.ts";
import { allPages, instantWithAge, isoInstant, printFields, printJson, printTable } from "./output.ts";
import { actor, withStore } from "./session.ts";

interface JsonOption {
  json?: true;
}

/** s: a day to bring the new secret to every place that uses the old one. */
const SECRET_OVERLAP = 86_400;

/** Adds `regrant client …`. */
export function addClientCommands(program: Command): void {
  const group = program.command("client").description("the registered applications");
  addCreate(group);
  addUpdate(group);
  addRotateSecret(group);
  group
    .command("list")
    .description("list the clients")
    .option("--json", "print JSON, a client a line")
    .action(list);
  const byId = (name: string, description: string) =>
    group.command(name).argument("<client-id>").description(description).option("--json", "print JSON");
  byId("show", "show a client's settings; its secret is kept nowhere").action(show);
  byId("disable", "refuse the client and end its grants, for good").action(disable);
  byId("enable", "let a disabled client in again; its old grants stay ended").action(enable);
  byId("delete", "remove the client; its grants end").action(remove);
}

function addCreate(group: Command): void {
  const command = group
    .command("create")
    .description("register a client and print its secret, once")
    .requiredOption("--name <name>", "what people call it")
    .option("--public", "it cannot keep a secret: an app on a device, a page in a browser");
  addClientFlags(command);
  command
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
A new client may use refresh_token only, unless --grant-type says otherwise.

Examples:
  regrant client create --name Shop --scope read --scope write
  regrant client create --name Phone --public --redirect-uri https://app.example.com/callback
  regrant client create --name Reports --grant-type client_credentials --json`,
    )
    .action(create);
}

function addUpdate(group: Command): void {
  const command = group
    .command("update")
    .argument("<client-id>")
    .description("change a client's settings; running services notice within a second")
    .option("--name <name>", "what people call it");
  addClientFlags(command);
  command
    .option("--no-audience", "aud of its access tokens is the service's again")
    .option("--no-introspect", "it may introspect its own tokens only")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
A repeatable flag replaces the whole list; an empty value empties it.

Examples:
  regrant client update 7d0c… --retry-window 60 --late-retry refuse
  regrant client update 7d0c… --scope read --scope write --redirect-uri ""`,
    )
    .action(update);
}

function addRotateSecret(group: Command): void {
  group
    .command("rotate-secret")
    .argument("<client-id>")
    .description("give the client a new secret and print it, once")
    .option(
      "--overlap <s>",
      "how long the old secret still works; 0 ends it at once",
      wholeNumber,
      SECRET_OVERLAP,
    )
    .option("--json", "print JSON")
    .action(rotate);
}

async function create(
  options: ClientOptions & JsonOption & { name: string; public?: true },
  command: Command,
): Promise<void> {
  await withStore(command, async (store, config) => {
    const given = { ...givenSettings(options), name: options.name.trim() };
    const settings = newClientSettings(given, clientDefaults(config));
    const { client, secret } = await createClient(store, settings, options.public === true);
    const { client_id, ...rest } = clientJson(client);
    if (options.json) return printJson({ client_id, client_secret: secret, ...rest });
    console.log(`The client "${client.name}" is registered.\n`);
    if (secret === undefined) return printClient(client, store.now());
    printFields({ client_id: client.id, client_secret: secret });
    console.log("\nThe secret is shown this once; Regrant keeps only its SHA-256.");
    console.log(`All settings: regrant client show ${client.id}`);
  });
}

async function update(id: string, options: ClientOptions & JsonOption, command: Command): Promise<void> {
  const given = givenSettings(options);
  if (Object.keys(given).length === 0)
    throw new Fault("no setting is given", "add --help to see all of them", 2);
  await withStore(command, async (store) => {
    const { client, changed } = await updateClient(store, await findClient(store, id), given);
    if (options.json) return printJson({ ...clientJson(client), changed: changed.length > 0 });
    console.log(changed.length === 0 ? "Nothing to change: it is so already.\n" : "The client is changed.\n");
    printClient(client, store.now());
  });
}

async function rotate(
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

async function list(options: JsonOption, command: Command): Promise<void> {
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

async function show(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => tellClient(store, await findClient(store, id), options));
}

async function disable(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const done = await store.clients.disable((await findClient(store, id)).id, actor());
    console.error(done ? "The client is disabled; its grants have ended." : "It was disabled already.");
    if (options.json) tellClient(store, await findClient(store, id), options);
  });
}

async function enable(id: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const done = await store.clients.enable((await findClient(store, id)).id, actor());
    console.error(done ? "The client is enabled; grants that ended stay so." : "It was enabled already.");
    if (options.json) tellClient(store, await findClient(store, id), options);
  });
}

async function remove(id: string, options: JsonOption, command: Command): Promise<void> {
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
