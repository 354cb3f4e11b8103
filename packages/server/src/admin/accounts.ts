import { randomUUID } from "node:crypto";
import { hashPassword, isPasswordUsable } from "../identity/password-hash.ts";
import { MAX_USERNAME } from "../identity/user-store.ts";
import { usernameKey } from "../store/accounts.ts";
import type { Account, Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { AdminError, notFound } from "./admin-error.ts";
import { invalid as notValid, pageOf, requireText } from "./listing.ts";
import type { Listing, PageOptions } from "./listing.ts";

/** What the operations on accounts work with. */
export type AccountParts = { store: Pick<Store, "accounts"> };

/** What `createAccount` is given. */
export interface NewAccount {
  username: string;
  password: string;
  /** The `sub` of its access tokens; a new UUID by default. */
  subject?: string | undefined;
  /** Whether it may administer this service at its console; false by default. */
  operator?: boolean | undefined;
}

/** An account after an operation. `changed` is false if the operation had nothing to change. */
interface ChangedAccount {
  account: Account;
  changed: boolean;
}

/** An account in wire names, without its password's hash; instants in ISO 8601. */
export interface AccountJson {
  subject: string;
  username: string;
  has_password: boolean;
  created_at: string;
  disabled_at: string | null;
  /** Whether it may administer this service at its console. */
  operator: boolean;
}

/**
 * Creates an account.
 *
 * @param actor recorded in the event
 * @throws AdminError `invalid`: the username or the password; `conflict`: the username or the subject is in use
 */
export async function createAccount(
  parts: AccountParts,
  { username: given, password, subject = randomUUID(), operator = false }: NewAccount,
  actor: string,
): Promise<Account> {
  const username = validUsername(given);
  if (subject.trim() === "") throw invalid("subject", "the subject is empty");
  const passwordHash = await hashNew(password);
  const { accounts } = parts.store;
  const role = operator ? "operator" : null;
  if (!(await accounts.create({ subject, username, passwordHash, role }, actor))) {
    const taken = (await accounts.findByUsername(username)) ? `username ${username}` : `subject ${subject}`;
    throw new AdminError("conflict", `the ${taken} is taken`, { resource: "account" });
  }
  return findAccount(parts, subject);
}

/**
 * Finds an account by its subject, or else by its username.
 *
 * @throws AdminError `not_found`
 */
export async function findAccount({ store: { accounts } }: AccountParts, name: string): Promise<Account> {
  const account = (await accounts.find(name)) ?? (await accounts.findByUsername(name));
  if (account === undefined) throw notFound("account", name);
  return account;
}

/** Which accounts to list; all of them without a filter. */
export interface AccountFilter {
  /** The beginning of the username, in any case, or the whole subject. */
  search?: string | undefined;
  /** Only accounts of operators. */
  operator?: boolean | undefined;
}

/**
 * A page of accounts in the order of their subjects; of a search, in that of their usernames, after the one whose subject it
 * is.
 *
 * @throws AdminError `invalid`
 */
export async function listAccounts(
  { store: { accounts } }: AccountParts,
  { search, operator = false, ...page }: AccountFilter & PageOptions,
): Promise<Listing<Account>> {
  requireText("after", page.after);
  requireText("search", search);
  if (search === undefined) {
    const read = (after: string | undefined, limit: number) =>
      operator ? accounts.listOperators({ after, limit }) : accounts.list({ after, limit });
    return pageOf({ read, cursor: ({ subject }: Account) => subject }, page);
  }
  if (operator) throw notValid("search", "search and operator cannot be combined.");
  const prefix = usernameKey(search);
  const named = page.after === undefined ? await accounts.find(search) : undefined;
  const found = await pageOf<Account>(
    {
      read: (after, limit) => accounts.listByUsername(prefix, { after, limit }),
      cursor: ({ username }) => usernameKey(username),
    },
    page,
  );
  if (named === undefined) return found;
  return { ...found, items: [named, ...found.items.filter(({ subject }) => subject !== search)] };
}

/**
 * Sets an account's password and signs it out of every browser; its grants stay active.
 *
 * @throws AdminError `not_found`; `invalid`: the password cannot be used
 */
export async function setPassword(
  parts: AccountParts,
  name: string,
  password: string,
  actor: string,
): Promise<Account> {
  const { subject } = await findAccount(parts, name);
  await parts.store.accounts.setPasswordHash(subject, await hashNew(password), actor);
  return findAccount(parts, subject);
}

/** Disables an account: it cannot sign in, and its grants are revoked for good. @throws AdminError `not_found` */
export async function disableAccount(
  parts: AccountParts,
  name: string,
  actor: string,
): Promise<ChangedAccount> {
  const { subject } = await findAccount(parts, name);
  const changed = await parts.store.accounts.disable(subject, actor);
  return { account: await findAccount(parts, subject), changed };
}

/** Enables a disabled account; revoked grants stay revoked. @throws AdminError `not_found` */
export async function enableAccount(
  parts: AccountParts,
  name: string,
  actor: string,
): Promise<ChangedAccount> {
  const { subject } = await findAccount(parts, name);
  const changed = await parts.store.accounts.enable(subject, actor);
  return { account: await findAccount(parts, subject), changed };
}

/**
 * Makes an account an operator, who may administer this service at its console, or takes that away, which signs it out
 * of every browser.
 *
 * @throws AdminError `not_found`
 */
export async function setOperator(
  parts: AccountParts,
  name: string,
  operator: boolean,
  actor: string,
): Promise<ChangedAccount> {
  const { subject } = await findAccount(parts, name);
  const changed = await parts.store.accounts.setRole(subject, operator ? "operator" : null, actor);
  return { account: await findAccount(parts, subject), changed };
}

/** An account as JSON. The command line and the embedding API return this form. */
export function accountJson(account: Account): AccountJson {
  return {
    subject: account.subject,
    username: account.username,
    has_password: account.passwordHash !== null,
    created_at: isoInstant(account.createdAt),
    disabled_at: isoInstant(account.disabledAt),
    operator: account.role === "operator",
  };
}

export function changedAccountJson({ account, changed }: ChangedAccount): AccountJson & { changed: boolean } {
  return { ...accountJson(account), changed };
}

/**
 * Returns the username in the form in which it is stored: trimmed. The token endpoint trims usernames and limits
 * their length, so a longer one could never sign in.
 *
 * @throws AdminError `invalid`
 */
export function validUsername(given: string): string {
  const username = given.trim();
  if (username === "") throw invalid("username", "the username is empty");
  if (Buffer.byteLength(username) > MAX_USERNAME) {
    throw invalid("username", `the username is longer than ${MAX_USERNAME} bytes`);
  }
  return username;
}

async function hashNew(password: string): Promise<string> {
  if (!isPasswordUsable(password)) throw invalid("password", "a password is 1 to 1024 bytes of UTF-8");
  return hashPassword(password);
}

/** A refusal of one member. The violation's sentence is also the error's message. */
function invalid(member: string, message: string): AdminError {
  return new AdminError("invalid", message, { violations: [{ member, message }] });
}
