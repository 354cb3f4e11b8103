import type { Command } from "commander";
import { randomUUID } from "node:crypto";
import { hashPassword } from "../identity/password-hash.ts";
import type { Account, Store } from "../store/store.ts";
import { examples } from "./examples.ts";
import { CliError } from "./cli-error.ts";
import { allPages, isoInstant, localInstant, printFields, printJson, printTable } from "./output.ts";
import { readNewPassword } from "./password-input.ts";
import { actor, withStore } from "./session.ts";

interface JsonOption {
  json?: true;
}

interface CreateOptions extends JsonOption {
  username: string;
  passwordStdin?: true;
}

/** As many bytes as the token endpoint reads of a username. */
const MAX_USERNAME = 320;

/** Adds `regrant account …`. */
export function addAccountCommands(program: Command): void {
  const group = program.command("account").description("the accounts that Regrant itself keeps");
  group
    .command("create")
    .description("make an account; its password is asked for, or read from standard input")
    .requiredOption("--username <name>", "what it logs in with")
    .option("--password-stdin", "read the password from standard input")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "npx regrant account create --username ada@example.com",
        "pass show ada | npx regrant account create --username ada@example.com --password-stdin --json",
      ),
    )
    .action(create);
  group
    .command("list")
    .description("list the accounts")
    .option("--json", "print JSON, an account a line")
    .addHelpText("after", examples("npx regrant account list"))
    .action(list);
  const byName = (name: string, description: string) =>
    group
      .command(name)
      .argument("<account>", "its username or subject")
      .description(description)
      .option("--json", "print JSON")
      .addHelpText("after", examples(`npx regrant account ${name} ada@example.com`));
  byName("set-password", "set an account's password; its grants go on")
    .option("--password-stdin", "read the password from standard input")
    .action(setPassword);
  byName("disable", "refuse the account and end its grants, for good").action(disable);
  byName("enable", "let a disabled account in again; its old grants stay ended").action(enable);
}

async function create(options: CreateOptions, command: Command): Promise<void> {
  const username = checkedUsername(options.username);
  const password = await readNewPassword(options.passwordStdin === true);
  await withStore(command, async (store) => {
    const account = await createAccount(store, username, password);
    if (options.json) return printJson(accountJson(account));
    console.log("The account is made.\n");
    printFields({ subject: account.subject, username: account.username });
  });
}

async function list({ json }: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const accounts = await allPages(
      (page) => store.accounts.list(page),
      (account) => account.subject,
    );
    if (json) return accounts.forEach((account) => printJson(accountJson(account)));
    const rows = accounts.map((account) => [
      account.subject,
      account.username,
      account.disabledAt === null ? "enabled" : "disabled",
      account.passwordHash === null ? "none" : "set",
      localInstant(account.createdAt),
    ]);
    printTable(["subject", "username", "state", "password", "made"], rows, "There are no accounts.");
  });
}

async function setPassword(
  name: string,
  options: JsonOption & { passwordStdin?: true },
  command: Command,
): Promise<void> {
  const password = await readNewPassword(options.passwordStdin === true);
  await withStore(command, async (store) => {
    const { subject } = await findAccount(store, name);
    await store.accounts.setPasswordHash(subject, await hashPassword(password), actor());
    console.error("The password is set. The account's grants go on; disabling the account would end them.");
    if (options.json) printJson(accountJson(await findAccount(store, subject)));
  });
}

async function disable(name: string, { json }: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { subject } = await findAccount(store, name);
    const done = await store.accounts.disable(subject, actor());
    console.error(done ? "The account is disabled; its grants have ended." : "It was disabled already.");
    if (json) printJson(accountJson(await findAccount(store, subject)));
  });
}

async function enable(name: string, { json }: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { subject } = await findAccount(store, name);
    const done = await store.accounts.enable(subject, actor());
    console.error(done ? "The account is enabled; grants that ended stay so." : "It was enabled already.");
    if (json) printJson(accountJson(await findAccount(store, subject)));
  });
}

/** @throws {CliError} the username is taken */
export async function createAccount(store: Store, username: string, password: string): Promise<Account> {
  const subject = randomUUID();
  const passwordHash = await hashPassword(password);
  if (!(await store.accounts.create({ subject, username, passwordHash }, actor()))) {
    throw new CliError(`the username ${username} is taken`, "npx regrant account list shows all of them");
  }
  return findAccount(store, subject);
}

/** Finds an account by its subject, or else by its username. */
export async function findAccount(store: Store, name: string): Promise<Account> {
  const account = (await store.accounts.find(name)) ?? (await store.accounts.findByUsername(name));
  if (account === undefined) {
    throw new CliError(`there is no account ${name}`, "npx regrant account list shows all of them");
  }
  return account;
}

/** An account as JSON, for programs. */
export function accountJson(account: Account): Record<string, unknown> {
  return {
    subject: account.subject,
    username: account.username,
    has_password: account.passwordHash !== null,
    created_at: isoInstant(account.createdAt),
    disabled_at: isoInstant(account.disabledAt),
  };
}

/** The token endpoint trims a username and reads just so much of it: what it could never find is refused here. */
function checkedUsername(given: string): string {
  const username = given.trim();
  if (username === "") throw new CliError("the username is empty");
  if (Buffer.byteLength(username) > MAX_USERNAME) {
    throw new CliError(`the username is longer than ${MAX_USERNAME} bytes`);
  }
  return username;
}
