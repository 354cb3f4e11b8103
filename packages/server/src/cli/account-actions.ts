import type { Command } from "commander";
import type { AccountJson } from "../admin/accounts.ts";
import { validUsername } from "../admin/accounts.ts";
import { allItems } from "../admin/listing.ts";
import { instantWithAge } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import type { Administration } from "./administration.ts";
import { instantCell, stateCell } from "./cells.ts";
import { doneText, grantsText, revokeMatching } from "./grant-revoke.ts";
import { printFields, printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import { readNewPassword } from "./password-input.ts";
import { toCliError } from "./session.ts";
import type { Column } from "./table.ts";

/** The flags of `account create`. Scripts rely on all of them, and on the members of `accountJson`. */
interface CreateOptions extends JsonOption {
  username: string;
  passwordStdin?: true;
  operator?: true;
}

/**
 * `account create`: prints the new account on stdout.
 *
 * @throws AdminError `invalid`, `conflict`; CliError without a terminal to ask for the password
 */
export async function create(options: CreateOptions, command: Command): Promise<void> {
  // Checked first, so that an invalid username is not reported after a password was typed.
  const username = checked(() => validUsername(options.username));
  const password = await readNewPassword(options.passwordStdin === true);
  const { operator } = options;
  await withAdministration(command, async ({ call }) => {
    const account = await call("accounts.create", { body: { username, password, operator } });
    if (options.json) return printJson(account);
    console.log("The account is created.\n");
    printFields({ subject: account.subject, username: account.username, role: roleOf(account) });
  });
}

/** Runs a check of the input. @throws CliError */
function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw toCliError(error);
  }
}

function roleOf({ operator }: AccountJson): string | undefined {
  return operator ? "operator" : undefined;
}

const ACCOUNT_COLUMNS: readonly Column[] = [
  { name: "subject", importance: 4 },
  { name: "username", importance: 9 },
  { name: "state", importance: 7 },
  { name: "password", importance: 2 },
  { name: "created", importance: 3 },
];

/** The flags of `account list`. */
interface ListOptions extends JsonOption {
  search?: string;
  operator?: true;
}

/** `account list`: one account a line, as a table or as JSON; all pages of the store. */
export async function list({ json, search, operator }: ListOptions, command: Command): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const filter = { search, operator: operator && "true" };
    const accounts = await allItems((page) => call("accounts.list", { query: { ...filter, ...page } }));
    if (json) return accounts.forEach((account) => printJson(account));
    const rows = accounts.map((account) => [
      account.subject,
      account.username,
      stateCell(account.disabled_at === null ? "enabled" : "disabled"),
      account.has_password ? "set" : "none",
      instantCell(Date.parse(account.created_at), now()),
    ]);
    const isFiltered = search !== undefined || operator === true;
    printTable(ACCOUNT_COLUMNS, rows, isFiltered ? "No matching accounts." : "No accounts.");
  });
}

/** `account show`: the account, and how many of its grants are active. @throws AdminError `not_found` */
export async function show(name: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async (administration) => {
    const account = await administration.call("accounts.get", { path: { account: name } });
    if (json) return printJson(account);
    const now = administration.now();
    const { disabled_at: disabledAt } = account;
    const active = await countActive(administration, account.subject);
    printFields({
      subject: account.subject,
      username: account.username,
      role: roleOf(account),
      state: stateCell(disabledAt === null ? "enabled" : "disabled"),
      since: disabledAt === null ? undefined : instantWithAge(Date.parse(disabledAt), now),
      password: account.has_password ? "set" : "none",
      created: instantWithAge(Date.parse(account.created_at), now),
      "active grants": active.toLocaleString("en"),
    });
    if (active > 0) console.error(`npx regrant grant list --username ${account.username} lists its grants.`);
  });
}

/** How many grants of a subject are active. */
async function countActive({ call }: Administration, subject: string): Promise<number> {
  const query = { subject, state: "active" };
  return (await allItems((page) => call("grants.list", { query: { ...query, ...page } }))).length;
}

/** The flags of `account set-password`. */
interface SetPasswordOptions extends JsonOption {
  passwordStdin?: true;
  revokeGrants?: true;
}

/** `account set-password`. The password is read before the store is opened: a user who types holds no connection. */
export async function setPassword(
  name: string,
  options: SetPasswordOptions,
  command: Command,
): Promise<void> {
  const password = await readNewPassword(options.passwordStdin === true);
  await withAdministration(command, async (administration) => {
    const account = await administration.call("accounts.setPassword", {
      path: { account: name },
      body: { password },
    });
    console.error("The password is set, and the account is signed out of every browser.");
    const { subject } = account;
    const revokeCommand = `npx regrant grant revoke --subject ${subject}`;
    if (options.revokeGrants) {
      const toFinish = `${revokeCommand} revokes the rest`;
      const done = await revokeMatching(administration, { subject }, toFinish);
      console.error(doneText(done, "It has no grants to revoke."));
    } else {
      console.error(activeText(await countActive(administration, subject), revokeCommand));
    }
    if (options.json) printJson(account);
  });
}

/** How many grants a new password leaves active. @param revokeCommand revokes them */
function activeText(active: number, revokeCommand: string): string {
  if (active === 0) return "It has no active grants.";
  const stay = active === 1 ? "stays" : "stay";
  return `${grantsText(active)} ${stay} active; ${active === 1 ? "end it" : "end them"} with ${revokeCommand}`;
}

/** `account set-operator`: exits with 0 also if nothing changed. */
export async function setOperator(
  name: string,
  { remove, json }: JsonOption & { remove?: true },
  command: Command,
): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const request = { path: { account: name }, body: { operator: !remove } };
    const account = await call("accounts.setOperator", request);
    const is = remove ? "is not an operator" : "is an operator";
    console.error(account.changed ? `The account ${is} from now on.` : `The account ${is} already.`);
    if (json) printJson(account);
  });
}

/** `account disable`: exits with 0 also if the account was disabled already. */
export async function disable(name: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const account = await call("accounts.disable", { path: { account: name } });
    console.error(
      account.changed
        ? "The account is disabled; its grants are revoked."
        : "The account was already disabled.",
    );
    if (json) printJson(account);
  });
}

/** `account enable`: exits with 0 also if the account was enabled already. */
export async function enable(name: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const account = await call("accounts.enable", { path: { account: name } });
    console.error(
      account.changed
        ? "The account is enabled; revoked grants stay revoked."
        : "The account was already enabled.",
    );
    if (json) printJson(account);
  });
}
