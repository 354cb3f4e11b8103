import type { Command } from "commander";
import {
  accountJson,
  changedAccountJson,
  createAccount,
  disableAccount,
  enableAccount,
  listAccounts,
  setOperator as setAccountOperator,
  setPassword as setAccountPassword,
  validUsername,
} from "../admin/accounts.ts";
import { instantCell, stateCell } from "./cells.ts";
import { countActiveGrants } from "../admin/grants/grants.ts";
import { allItems } from "../admin/listing.ts";
import { doneText, grantsText, revokeWithProgress } from "./grant-revoke.ts";
import { examples } from "./program.ts";
import { printFields, printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import type { Column } from "./table.ts";
import { readNewPassword } from "./password-input.ts";
import { actor, withStore } from "./session.ts";

/** The flags of `account create`. Scripts rely on all of them, and on the members of `accountJson`. */
interface CreateOptions extends JsonOption {
  username: string;
  passwordStdin?: true;
  operator?: true;
}

/**
 * Adds `regrant account …`. A password is read from standard input or a hidden prompt, never from an argument: other
 * users of the machine can see those.
 */
export function addAccountCommands(program: Command): void {
  const group = program.command("account").description("manage the accounts that Regrant keeps");
  group
    .command("create")
    .description("create an account; asks for its password unless --password-stdin is given")
    .requiredOption("--username <name>", "the name that the user signs in with")
    .option("--password-stdin", "read the password from standard input")
    .option("--operator", "let it administer this service at /console (default: it may not)")
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
    .description("list accounts")
    .option("--json", "print JSON, one account a line")
    .addHelpText("after", examples("npx regrant account list"))
    .action(list);
  const byName = (name: string, description: string) =>
    group
      .command(name)
      .argument("<account>", "the account's username or subject")
      .description(description)
      .option("--json", "print JSON")
      .addHelpText("after", examples(`npx regrant account ${name} ada@example.com`));
  // Both take a username or a subject, so that the subject of a token can be looked up.
  byName("set-password", "set an account's password and sign it out of every browser")
    .option("--password-stdin", "read the password from standard input")
    .option("--revoke-grants", "revoke its grants too (default: they stay active)")
    .action(setPassword);
  byName("set-operator", "let an account administer this service at /console")
    .option("--remove", "take that away and sign it out of every browser")
    .action(setOperator);
  byName("disable", "disable an account: it cannot sign in, and its grants are revoked for good").action(
    disable,
  );
  byName("enable", "enable a disabled account; revoked grants stay revoked").action(enable);
}

/**
 * `account create`: prints the new account on stdout.
 *
 * @throws AdminError `invalid`, `conflict`; CliError without a terminal to ask for the password
 */
async function create(options: CreateOptions, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    // Checked first, so that an invalid username is not reported after a password was typed.
    const username = validUsername(options.username);
    const password = await readNewPassword(options.passwordStdin === true);
    const { operator } = options;
    const account = await createAccount({ store }, { username, password, operator }, actor());
    if (options.json) return printJson(accountJson(account));
    console.log("The account is created.\n");
    printFields({ subject: account.subject, username: account.username, role: account.role ?? undefined });
  });
}

const ACCOUNT_COLUMNS: readonly Column[] = [
  { name: "subject", importance: 4 },
  { name: "username", importance: 9 },
  { name: "state", importance: 7 },
  { name: "password", importance: 2 },
  { name: "created", importance: 3 },
];

/** `account list`: one account a line, as a table or as JSON; all pages of the store. */
async function list({ json }: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const accounts = await allItems((page) => listAccounts({ store }, page));
    if (json) return accounts.forEach((account) => printJson(accountJson(account)));
    const rows = accounts.map((account) => [
      account.subject,
      account.username,
      stateCell(account.disabledAt === null ? "enabled" : "disabled"),
      account.passwordHash === null ? "none" : "set",
      instantCell(account.createdAt, store.now()),
    ]);
    printTable(ACCOUNT_COLUMNS, rows, "No accounts.");
  });
}

/** The flags of `account set-password`. */
interface SetPasswordOptions extends JsonOption {
  passwordStdin?: true;
  revokeGrants?: true;
}

/** `account set-password`. The password is read before the store is opened: a user who types holds no connection. */
async function setPassword(name: string, options: SetPasswordOptions, command: Command): Promise<void> {
  const password = await readNewPassword(options.passwordStdin === true);
  await withStore(command, async (store) => {
    const account = await setAccountPassword({ store }, name, password, actor());
    console.error("The password is set, and the account is signed out of every browser.");
    const { subject } = account;
    const revokeCommand = `npx regrant grant revoke --subject ${subject}`;
    if (options.revokeGrants) {
      const done = await revokeWithProgress(store, { subject }, `${revokeCommand} revokes the rest`);
      console.error(doneText(done, "It has no grants to revoke."));
    } else {
      console.error(activeText(await countActiveGrants({ store }, subject), revokeCommand));
    }
    if (options.json) printJson(accountJson(account));
  });
}

/** How many grants a new password leaves active. @param revokeCommand revokes them */
function activeText(active: number, revokeCommand: string): string {
  if (active === 0) return "It has no active grants.";
  const stay = active === 1 ? "stays" : "stay";
  return `${grantsText(active)} ${stay} active; ${active === 1 ? "end it" : "end them"} with ${revokeCommand}`;
}

/** `account set-operator`: exits with 0 also if nothing changed. */
async function setOperator(
  name: string,
  { remove, json }: JsonOption & { remove?: true },
  command: Command,
): Promise<void> {
  await withStore(command, async (store) => {
    const { account, changed } = await setAccountOperator({ store }, name, !remove, actor());
    const is = remove ? "is not an operator" : "is an operator";
    console.error(changed ? `The account ${is} from now on.` : `The account ${is} already.`);
    if (json) printJson(changedAccountJson({ account, changed }));
  });
}

/** `account disable`: exits with 0 also if the account was disabled already. */
async function disable(name: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { account, changed } = await disableAccount({ store }, name, actor());
    console.error(
      changed ? "The account is disabled; its grants are revoked." : "The account was already disabled.",
    );
    if (options.json) printJson(changedAccountJson({ account, changed }));
  });
}

/** `account enable`: exits with 0 also if the account was enabled already. */
async function enable(name: string, options: JsonOption, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { account, changed } = await enableAccount({ store }, name, actor());
    console.error(
      changed ? "The account is enabled; revoked grants stay revoked." : "The account was already enabled.",
    );
    if (options.json) printJson(changedAccountJson({ account, changed }));
  });
}
