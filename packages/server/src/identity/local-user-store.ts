import { setImmediate } from "node:timers/promises";
import type { Account, AccountStore, EventStore } from "../store/store.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { network } from "../limits/network.ts";
import { throttlePassword } from "../limits/password-attempts.ts";
import type { PasswordThrottle } from "../limits/password-attempts.ts";
import type { Log } from "../log.ts";
import { hashPassword, needsRehash, verifyPassword } from "./password-hash.ts";
import { inPasswordTurn, orUnavailable } from "./password-queue.ts";
import type { UserCredentials, UserStore } from "./user-store.ts";

/** What a store of usernames and hashes works with. */
export interface LocalUserStoreDeps {
  store: {
    /** Without `upgradePasswordHash`, the accounts are another program's and only read. */
    accounts: Pick<AccountStore, "findByUsername"> & Partial<Pick<AccountStore, "upgradePasswordHash">>;
    events: Pick<EventStore, "record">;
  };
  throttle: PasswordThrottle;
  log: Pick<Log, "warn">;
}

type RefusalCause = "unknown_account" | "wrong_password" | "account_disabled";
type Verdict =
  { account: Account; cause?: undefined } | { account: Account | undefined; cause: RefusalCause };

/** How often refusals of one account are recorded at most, s. */
const REFUSAL_EVENT_INTERVAL = 60;

/** Accounts that are kept as usernames and hashes: Regrant's own, or the users table of a Laravel Passport deployment. */
export function localUserStore(deps: LocalUserStoreDeps): UserStore {
  return {
    async authenticate(credentials) {
      const { subject, username, passwordHash } = await authenticateAccount(deps, credentials);
      const user = { subject, name: username };
      const isOurs = deps.store.accounts.upgradePasswordHash !== undefined;
      return isOurs && passwordHash !== null ? { ...user, passwordHash } : user;
    },
  };
}

/**
 * Finds the account that a username and password prove (RFC 6749 §4.3). An unknown account, a wrong password and a
 * disabled account look and last alike.
 *
 * @throws {OAuthError} `invalid_grant`, caused by `unknown_account`, `wrong_password` or `account_disabled`;
 *   `invalid_request` (429) after too many failures; `temporarily_unavailable` while too many checks wait, or where
 *   the accounts cannot be read
 */
export async function authenticateAccount(
  deps: LocalUserStoreDeps,
  credentials: UserCredentials,
): Promise<Account> {
  const { password, address } = credentials;
  const username = credentials.username.trim();
  let found: Account | undefined;
  const lookUp = async () => {
    found = await deps.store.accounts.findByUsername(username);
  };
  const turn = { from: network(address), prepare: lookUp };
  const { account, cause } = await throttlePassword<Verdict>(
    deps.throttle,
    { username, address },
    (check) => orUnavailable(inPasswordTurn(check, turn)),
    () => judge(found, password),
  );
  if (cause !== undefined) {
    if (account !== undefined) void recordRefusal(deps, account, cause);
    throw new OAuthError(cause);
  }
  return upgradeHash(deps, account, password);
}

async function judge(account: Account | undefined, password: string): Promise<Verdict> {
  // First of all: an unknown, a passwordless and a disabled account must take as long as a real check.
  const matches = await verifyPassword(password, account?.passwordHash ?? null);
  if (account === undefined) return { account, cause: "unknown_account" };
  if (!matches) return { account, cause: "wrong_password" };
  if (account.disabledAt !== null) return { account, cause: "account_disabled" };
  return { account };
}

/** Not awaited by the caller: how long the write takes would tell that the account exists. */
async function recordRefusal(
  { store, log }: LocalUserStoreDeps,
  { subject }: Account,
  cause: RefusalCause,
): Promise<void> {
  try {
    // A store may write before it returns its promise: let the response go first.
    await setImmediate();
    const event = { type: "account.refused", subject, data: { cause } } as const;
    await store.events.record(event, { once: REFUSAL_EVENT_INTERVAL });
  } catch (error) {
    log.warn({ err: error, subject }, "a refused password could not be recorded");
  }
}

/**
 * Hashes the password again at the current cost. The sign-in succeeds whether or not this does.
 *
 * @returns the account with the hash that the password fits now
 */
async function upgradeHash(
  { store: { accounts }, log }: LocalUserStoreDeps,
  account: Account,
  password: string,
): Promise<Account> {
  const { subject, username, passwordHash } = account;
  if (accounts.upgradePasswordHash === undefined || passwordHash === null || !needsRehash(passwordHash))
    return account;
  try {
    const upgraded = await hashPassword(password);
    if (await accounts.upgradePasswordHash(subject, passwordHash, upgraded))
      return { ...account, passwordHash: upgraded };
    // Another request upgraded the hash, unless the password was changed: then the outdated hash is refused later.
    const present = (await accounts.findByUsername(username))?.passwordHash ?? null;
    if (await verifyPassword(password, present)) return { ...account, passwordHash: present };
  } catch (error) {
    log.warn({ err: error, subject }, "a password hash could not be upgraded");
  }
  return account;
}
