import type { Page } from "./clients.ts";

export interface Account {
  subject: string;
  username: string;
  /** argon2id (PHC string); null: no password may match. */
  passwordHash: string | null;
  createdAt: number;
  disabledAt: number | null;
}

export interface AccountStore {
  find(subject: string): Promise<Account | undefined>;
  findByUsername(username: string): Promise<Account | undefined>;
  list(page: Page): Promise<Account[]>;
  /** False: the username or subject is taken. */
  create(account: Omit<Account, "createdAt" | "disabledAt">, actor: string): Promise<boolean>;
  /** Sets the hash and ends the account's sign-ins. null: no password may match. False: no such account. */
  setPasswordHash(subject: string, hash: string | null, actor: string): Promise<boolean>;
  /** Replaces the hash of the same password, without an event. False: the hash is no longer `from`. */
  upgradePasswordHash(subject: string, from: string, to: string): Promise<boolean>;
  /** Disables the account, revokes its grants and ends its sign-ins. False: no such account, or it was disabled already. */
  disable(subject: string, actor: string): Promise<boolean>;
  /** Its grants stay revoked. False: no such account, or it was not disabled. */
  enable(subject: string, actor: string): Promise<boolean>;
}

/** The form in which usernames are compared: case and Unicode composition make no difference. */
export function usernameKey(username: string): string {
  return username.normalize("NFC").toLowerCase();
}
