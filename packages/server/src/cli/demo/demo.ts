import { resolve } from "node:path";
import { createAccount } from "../../admin/accounts.ts";
import { AdminError } from "../../admin/admin-error.ts";
import { consoleLink, createConsoleLink } from "../../admin/console-link.ts";
import { createClient, listClients } from "../../admin/clients.ts";
import { allItems } from "../../admin/listing.ts";
import { redirectUriMatches } from "../../client-settings/redirect-uri.ts";
import type { Config } from "../../config/resolve-config.ts";
import type { Deps } from "../../deps.ts";
import { databaseText, isPostgres } from "../../config/database-address.ts";
import { DEMO_PATHS, DEMO_SCOPES } from "../../http/demo/routes.ts";
import type { Demo } from "../../http/demo/routes.ts";
import { isSqliteFile, sqlitePath } from "../../open-store.ts";
import type { Client, Store } from "../../store/store.ts";
import { consoleOrigin } from "../console.ts";
import { printFields } from "../output.ts";
import { actor } from "../session.ts";
import { demoCommands } from "./commands.ts";
import { readablePassword, readCredentials, writeCredentials } from "./credentials.ts";
import type { DemoCredentials } from "./credentials.ts";

/** The account of the demo. */
const USERNAME = "demo";
/** The demo's operator. */
const OPERATOR = "operator";

/** Of the client in the browser, s: short, so that whoever tries it sees both of them pass. */
const LIFETIMES = { accessTtl: 300, retryWindow: 60 };

/**
 * What `serve --demo` adds to a service. In an empty database it creates a client and an account for the commands that it
 * prints, and keeps their secrets in a file beside the database. In any database it creates the client of the page
 * `/demo`, a public one, unless that is there.
 */
export class DemoSetup {
  /** Unless one is configured. */
  readonly providerName = "Regrant";
  readonly #config: Config;
  /** Where the credentials are kept; null: the database is no file. */
  readonly #file: string | null;
  #credentials: DemoCredentials | undefined;
  /** The client of the page. */
  #clientId = "";

  constructor(config: Config) {
    this.#config = config;
    this.#file = isSqliteFile(config.database) ? `${sqlitePath(config.database)}.demo.json` : null;
  }

  /** Creates what is missing, before the service is open. */
  async prepare({ store, issuer }: Pick<Deps, "store" | "issuer">): Promise<Demo> {
    this.#credentials = (await isEmpty(store)) ? await this.#makeCredentials(store) : await this.#kept(store);
    this.#clientId = (await this.#browserClient(store, issuer + DEMO_PATHS.callback)).id;
    return {
      clientId: this.#clientId,
      credentials: this.#credentials === undefined ? null : { file: this.#file },
    };
  }

  /**
   * Prints what to try: the commands, and at the end the page.
   *
   * @param address URL on which the service listens
   */
  async show({ store, issuer }: Pick<Deps, "store" | "issuer">, address: string): Promise<void> {
    const credentials = this.#credentials;
    if (credentials === undefined) await printContents(store);
    else printCommands(address, credentials);
    this.#printLocation();
    printPage(issuer + DEMO_PATHS.page, credentials, this.#clientId);
    if (credentials?.operator_password !== undefined) await this.#printConsole(store, issuer, credentials);
    console.log("\nCtrl-C stops the service.");
  }

  /** The client may use three grant types, so that each command needs no other client. */
  async #makeCredentials(store: Store): Promise<DemoCredentials> {
    const input = {
      name: "Demo",
      grantTypes: ["refresh_token", "password", "client_credentials"] as const,
      scopes: DEMO_SCOPES,
    };
    const { client, secret = "" } = await createClient({ store, defaults: this.#config }, input, actor());
    const password = readablePassword();
    await createAccount({ store }, { username: USERNAME, password }, actor());
    const operator = { username: OPERATOR, password: readablePassword(), operator: true };
    await createAccount({ store }, operator, actor());
    const credentials = {
      client_id: client.id,
      client_secret: secret,
      username: USERNAME,
      password,
      operator_password: operator.password,
    };
    if (this.#file !== null) writeCredentials(this.#file, credentials);
    return credentials;
  }

  /** What an earlier start kept, unless it was of another database. */
  async #kept(store: Store): Promise<DemoCredentials | undefined> {
    const kept = this.#file === null ? undefined : readCredentials(this.#file);
    return kept !== undefined && (await store.clients.find(kept.client_id)) ? kept : undefined;
  }

  /** The public client that redirects to the demo's page; a new one if there is none. */
  async #browserClient(store: Store, callback: string): Promise<Client> {
    const isOurs = (client: Client) =>
      client.public &&
      !client.selfRegistered &&
      client.disabledAt === null &&
      client.redirectUris.some((uri) => redirectUriMatches(uri, callback));
    const found = (await allClients(store)).find(isOurs);
    if (found !== undefined) return found;
    const input = {
      name: "Demo in the browser",
      public: true,
      grantTypes: ["authorization_code", "refresh_token"] as const,
      redirectUris: [callback],
      scopes: DEMO_SCOPES,
      ...LIFETIMES,
    };
    return (await createClient({ store, defaults: this.#config }, input, actor())).client;
  }

  /** Prints a link that signs the demo's operator in at the console, once. */
  async #printConsole(
    store: Store,
    issuer: string,
    { operator_password: password }: DemoCredentials,
  ): Promise<void> {
    const { admin } = this.#config;
    const origin = admin === "on" || admin === null ? issuer : consoleOrigin(this.#config);
    const link = await createConsoleLink({ store }, OPERATOR, actor()).catch(unlessGone);
    if (link === undefined) return;
    console.log("\nTo see it as an operator, open the console; the link works once, within ten minutes:\n");
    printFields({ console: consoleLink(origin, link.code), username: OPERATOR, password });
  }

  /** Prints where the data is, including the key without which a copy of the database is useless. */
  #printLocation(): void {
    const { database, masterKey } = this.#config;
    if (!isPostgres(database) && !isSqliteFile(database)) {
      console.log("The data is in memory, and ends with the service.\n");
      return;
    }
    const path = isPostgres(database) ? databaseText(database) : resolve(sqlitePath(database));
    const key = masterKey === null ? `${path}.key` : "the one in REGRANT_MASTER_KEY";
    const isKept = this.#credentials !== undefined && this.#file !== null;
    console.log("The data stays until you delete it:\n");
    printFields({
      database: path,
      "master key": key,
      "demo's secrets": isKept ? resolve(this.#file) : undefined,
    });
    console.log();
  }
}

/** Whoever tries the console may have disabled its operator. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof AdminError)) throw error;
}

function allClients(store: Store): Promise<Client[]> {
  return allItems((page) => listClients({ store }, page));
}

async function isEmpty(store: Store): Promise<boolean> {
  const [anyClient] = await store.clients.list({ limit: 1 });
  const [anyAccount] = await store.accounts.list({ limit: 1 });
  return anyClient === undefined && anyAccount === undefined;
}

function printCommands(address: string, credentials: DemoCredentials): void {
  console.log(`
Paste all of this, or a part at a time, into another terminal:

${demoCommands(address, credentials)}
`);
}

/** A database that is not the demo's keeps a client of it, which its operator must know of. */
function printPage(url: string, credentials: DemoCredentials | undefined, clientId: string): void {
  if (credentials === undefined) {
    console.log(`To try it in a browser, sign in with an account of yours at ${url}
Its public client stays in the database, also without --demo. To remove it:

  npx regrant client delete ${clientId}`);
    return;
  }
  const { username, password } = credentials;
  console.log("To try it in a browser, open the page and sign in:\n");
  printFields({ page: url, username, password });
}

/** Prints how to get credentials for a database whose secrets the demo does not know. */
async function printContents(store: Store): Promise<void> {
  const confidential = (await allClients(store)).find((client) => !client.public);
  console.log(`
Secrets and passwords were shown when they were created. To get new ones:

  npx regrant client create --name "My app" --grant-type refresh_token --grant-type password --scope read
  npx regrant client rotate-secret ${confidential?.id ?? "CLIENT_ID"}
  npx regrant account create --username ada
`);
}
