import type { Page } from "./clients.ts";

/** What an account may do beside signing in: an operator administers this service at its console. */
export type AccountRole = "operator";

/** A subject that Regrant itself keeps, with a username and a password. Instants in ms. */
export interface Account {
  /** The `sub` of its access tokens (RFC 9068 §2.2). It never changes. */
  subject: string;
  /** As it was typed; accounts are found by its `usernameKey`. */
  username: string;
  /** argon2id (PHC string); null: no password may match. */
  passwordHash: string | null;
  createdAt: number;
  /** null: enabled. */
  disabledAt: number | null;
  /** null: an ordinary account. */
  role: AccountRole | null;
}

/** An account to create: enabled, and without a role unless one is given. */
export interface NewAccountRow extends Pick<Account, "subject" | "username" | "passwordHash"> {
  role?: AccountRole | null;
}

/**
 * The part of the port for accounts. Conventions as in store.ts. Every change but `upgradePasswordHash` records an
 * event, with `actor` as who made it.
 */
export interface AccountStore {
  /** Undefined: no such account. A disabled account is returned too. */
  find(subject: string): Promise<Account | undefined>;
  /** Finds an account by its username, in any case and composition (`usernameKey`). */
  findByUsername(username: string): Promise<Account | undefined>;
  /** Those of the accounts that exist, in no order. */
  findAll(subjects: readonly string[]): Promise<Account[]>;
  /** In the order of subjects, after the subject `after`. */
  list(page: Page): Promise<Account[]>;
  /** Those whose `usernameKey` begins with a text, in its order, after the key `after`. */
  listByUsername(prefix: string, page: Page): Promise<Account[]>;
  /** The accounts of operators, in the order of subjects, after the subject `after`. */
  listOperators(page: Page): Promise<Account[]>;
  /** Creates an enabled account. False: the username or subject is taken. */
  create(account: NewAccountRow, actor: string): Promise<boolean>;
  /** Sets the hash and ends the account's sign-ins. null: no password may match. False: no such account. */
  setPasswordHash(subject: string, hash: string | null, actor: string): Promise<boolean>;
  /**
   * Gives the account a role, or takes it away (null), which ends its sign-ins. False: no such account, or that is its
   * role already.
   */
  setRole(subject: string, role: AccountRole | null, actor: string): Promise<boolean>;
  /** Replaces the hash of the same password, without an event. False: the hash is no longer `from`. */
  upgradePasswordHash(subject: string, from: string, to: string): Promise<boolean>;
  /** Disables the account, revokes its grants and ends its sign-ins. False: no such account, or it was disabled already. */
  disable(subject: string, actor: string): Promise<boolean>;
  /** Enables the account again. Its grants stay revoked. False: no such account, or it was not disabled. */
  enable(subject: string, actor: string): Promise<boolean>;
}

/** The form in which usernames are compared: case and Unicode composition make no difference. */
export function usernameKey(username: string): string {
  return username.normalize("NFC").toLowerCase();
}

/** The text before which all keys that begin with `prefix` come, in the order of bytes. */
export function usernameKeysEnd(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
