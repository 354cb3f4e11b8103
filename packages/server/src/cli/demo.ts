import { randomInt } from "node:crypto";
import { resolve } from "node:path";
import { createAccount, listAccounts } from "../admin/accounts.ts";
import { createClient, listClients } from "../admin/clients.ts";
import type { NewClientInput } from "../admin/clients.ts";
import { listGrants } from "../admin/grants/grants.ts";
import type { Config } from "../config/resolve-config.ts";
import type { Deps } from "../deps.ts";
import { databaseText, isPostgres } from "../config/database-address.ts";
import { sqlitePath } from "../open-store.ts";
import type { Store } from "../store/store.ts";
import { printFields } from "./output.ts";
import { actor } from "./session.ts";

// The account of the demo.
const USERNAME = "demo";

/** The credentials that the printed commands use. */
interface Credentials {
  clientId: string;
  clientSecret: string;
  password: string;
}

/**
 * In an empty database, creates a client and an account and prints commands that use them. In any other, prints what
 * it contains: their secrets are not stored, so the same commands cannot be printed again.
 *
 * @param address URL on which the service listens
 */
export async function showDemo({ store }: Deps, config: Config, address: string): Promise<void> {
  const [anyClient] = await listClients({ store }, { limit: 1 });
  const [anyAccount] = await listAccounts({ store }, { limit: 1 });
  if (anyClient === undefined && anyAccount === undefined) {
    printCredentials(await makeCredentials(store, config), address);
    printLocation(config);
  } else {
    printLocation(config);
    await printContents(store);
  }
  console.log("Ctrl-C stops the service.");
}

/**
 * Creates the client and the account. The client may use three grant types, so that each command needs no other
 * client.
 */
async function makeCredentials(store: Store, config: Config): Promise<Credentials> {
  const input = {
    name: "Demo",
    grantTypes: ["refresh_token", "password", "client_credentials"],
    scopes: ["read", "write"],
  } satisfies NewClientInput;
  const { client, secret = "" } = await createClient({ store, defaults: config }, input, actor());
  const password = readablePassword();
  await createAccount({ store }, { username: USERNAME, password }, actor());
  return { clientId: client.id, clientSecret: secret, password };
}

/** Prints the credentials, the one time that they are known, and the commands. */
function printCredentials({ clientId, clientSecret, password }: Credentials, address: string): void {
  console.log("\nThe database was empty. Here are a client and an account to try, shown once:\n");
  printFields({ client_id: clientId, client_secret: clientSecret, username: USERNAME, password });
  console.log(`
Paste all of this, or a part at a time, into another terminal:

${commands(address, { clientId, clientSecret, password })}
`);
}

/** Commands for any POSIX shell, without comments: pasted into zsh, a comment would be an error. */
function commands(address: string, { clientId, clientSecret, password }: Credentials): string {
  const client = `--data client_id="$CLIENT_ID" --data client_secret="$CLIENT_SECRET"`;
  // Not jq: it is often not installed.
  const member = (name: string) => `sed -n 's/.*"${name}":"\\([^"]*\\)".*/\\1/p'`;
  const keep = `printf '%s\\n' "$RESPONSE"
REFRESH_TOKEN=$(printf '%s\\n' "$RESPONSE" | ${member("refresh_token")})`;
  return `SERVICE=${address}
CLIENT_ID=${clientId}
CLIENT_SECRET=${clientSecret}

echo; echo "First tokens, for a username and a password:"
RESPONSE=$(curl -s "$SERVICE/oauth/token" --data grant_type=password ${client} \\
  --data username=${USERNAME} --data password=${password})
${keep}

echo; echo "The refresh, as a form:"
RESPONSE=$(curl -s "$SERVICE/oauth/token" --data grant_type=refresh_token ${client} \\
  --data refresh_token="$REFRESH_TOKEN")
${keep}

echo; echo "The refresh, as multipart:"
RESPONSE=$(curl -s "$SERVICE/oauth/token" --form grant_type=refresh_token --form client_id="$CLIENT_ID" \\
  --form client_secret="$CLIENT_SECRET" --form refresh_token="$REFRESH_TOKEN")
${keep}
ACCESS_TOKEN=$(printf '%s\\n' "$RESPONSE" | ${member("access_token")})

echo; echo "Introspection of the access token:"
curl -s "$SERVICE/oauth/introspect" -u "$CLIENT_ID:$CLIENT_SECRET" --data token="$ACCESS_TOKEN"; echo

echo; echo "Revocation, and introspection after it:"
curl -s "$SERVICE/oauth/revoke" -u "$CLIENT_ID:$CLIENT_SECRET" --data token="$REFRESH_TOKEN"; echo
curl -s "$SERVICE/oauth/introspect" -u "$CLIENT_ID:$CLIENT_SECRET" --data token="$ACCESS_TOKEN"; echo`;
}

/** Prints where the data is, including the key without which a copy of the database is useless. */
function printLocation({ database, masterKey }: Config): void {
  const path = isPostgres(database) ? databaseText(database) : resolve(sqlitePath(database));
  const key = masterKey === null ? `${path}.key` : "the one in REGRANT_MASTER_KEY";
  console.log("\nThe data stays until you delete it:\n");
  printFields({ database: path, "master key": key });
  console.log();
}

/** Counts what a database has, and prints how to get new credentials. */
async function printContents(store: Store): Promise<void> {
  const clients = await listClients({ store }, { limit: MANY });
  const grants = await listGrants({ store }, {}, { limit: MANY });
  const counts = [count(clients.length, "client"), count(grants.length, "grant")].join(" and ");
  console.log(`The database has ${counts}. Secrets and passwords were shown when they were created. To get new ones:

  npx regrant client create --name "My app" --grant-type refresh_token --grant-type password --scope read
  npx regrant client rotate-secret ${clients[0]?.id ?? "CLIENT_ID"}
  npx regrant account create --username ada
`);
}

/** From this number on, the count is not exact. */
const MANY = 10_000;

function count(number: number, noun: string): string {
  const text = number >= MANY ? `${MANY} or more` : String(number);
  return `${text} ${noun}${number === 1 ? "" : "s"}`;
}

/** Makes a password of eight syllables, 50 bits: easy to read aloud, hard to guess. */
function readablePassword(): string {
  const letter = (letters: string) => letters.charAt(randomInt(letters.length));
  const syllable = () => letter("bdfghjklmnprstvz") + letter("aeiou");
  const word = () => syllable() + syllable();
  return [word(), word(), word(), word()].join("-");
}
