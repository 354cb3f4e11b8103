import type { Command } from "commander";
import { randomUUID } from "node:crypto";
import { clientFaults, newClientSettings } from "../clients/client.ts";
import { newClientSecret, secretDigest } from "../clients/secret.ts";
import type { Client, ClientSettings, Store } from "../store/store.ts";
import { addClientFlags, givenSettings } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";
import { clientJson, printClient } from "./client-view.ts";
import { Fault } from "./fault.ts";
import { printFields, printJson } from "./output.ts";
import { actor, withStore } from "./session.ts";

type CreateOptions = ClientOptions & { name: string; public?: true; json?: true };

/** Adds `regrant client …`. */
export function addClientCommands(program: Command): void {
  const group = program.command("client").description("the registered applications");
  addCreate(group);
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

async function create(options: CreateOptions, command: Command): Promise<void> {
  await withStore(command, async (store, config) => {
    const { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow } = config;
    const defaults = { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow };
    const settings = newClientSettings({ ...givenSettings(options), name: options.name.trim() }, defaults);
    const { client, secret } = await createClient(store, settings, options.public === true);
    const { client_id, ...rest } = clientJson(client);
    if (options.json) return printJson({ client_id, client_secret: secret, ...rest });
    console.log(`Client "${client.name}" is registered.\n`);
    if (secret === undefined) return printClient(client, store.now());
    printFields({ client_id: client.id, client_secret: secret });
    console.log(
      "\nThe secret is shown this once; Regrant keeps only its SHA-256. More: regrant client show",
      client.id,
    );
  });
}

/** Registers a client with an id and, unless it is public, a secret of its own. */
export async function createClient(
  store: Store,
  settings: ClientSettings,
  isPublic: boolean,
): Promise<{ client: Client; secret: string | undefined }> {
  refuseFaults(settings, isPublic);
  const id = randomUUID();
  const secret = isPublic ? undefined : newClientSecret();
  const secrets = secret === undefined ? [] : [{ digest: secretDigest(secret), expiresAt: null }];
  await store.clients.create({ ...settings, id, public: isPublic, secrets }, actor());
  return { client: await findClient(store, id), secret };
}

/** @throws {Fault} with every reason why these settings are refused */
export function refuseFaults(settings: ClientSettings, isPublic: boolean): void {
  const faults = clientFaults(settings, isPublic);
  if (faults.length === 0) return;
  if (faults.length === 1) throw new Fault(`the client is refused: ${faults[0]}`);
  throw new Fault(["the client is refused for these reasons:", ...faults].join("\n  "));
}

/** @throws {Fault} there is none, or it was deleted */
export async function findClient(store: Store, id: string): Promise<Client> {
  const client = await store.clients.find(id);
  if (client === undefined)
    throw new Fault(`there is no client ${id}`, "regrant client list shows all of them");
  return client;
}
