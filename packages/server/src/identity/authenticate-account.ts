import { setImmediate } from "node:timers/promises";
import type { Account, AccountStore, EventStore } from "../store/store.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { throttlePassword } from "../limits/password-attempts.ts";
import type { UsernameThrottle } from "../limits/username-throttle.ts";
import { hashPassword, needsRehash, verifyPassword } from "./password-hash.ts";
import { inPasswordTurn, orUnavailable } from "./password-queue.ts";

export interface AuthenticateAccountDeps {
  store: {
    /** Without `upgradePasswordHash` they are somebody else's to change. */
    accounts: Pick<AccountStore, "findByUsername"> & Partial<Pick<AccountStore, "upgradePasswordHash">>;
    events: Pick<EventStore, "record">;
  };
  throttle: Pick<UsernameThrottle, "wait" | "failed" | "succeeded">;
  log: { warn(fields: Record<string, unknown>, message: string): void };
}

export interface AccountCredentials {
  username: string;
  password: string;
  /** Of the program that sent them. */
  address: string;
}

type RefusalCause = "unknown_account" | "wrong_password" | "account_disabled";
type Verdict =
  { account: Account; cause?: undefined } | { account: Account | undefined; cause: RefusalCause };

/** A refused attempt of one account is recorded once in so many seconds. */
const REFUSAL_EVENT_INTERVAL = 60;

/**
 * Finds the account that a username and password prove (RFC 6749 §4.3). An unknown account, a wrong password and a
 * disabled account look and last alike.
 *
 * @throws {OAuthError} `invalid_grant`, caused by `unknown_account`, `wrong_password` or `account_disabled`;
 *   `invalid_request` (429) after too many failures; `temporarily_unavailable` while too many checks wait
 */
export async function authenticateAccount(
  deps: AuthenticateAccountDeps,
  credentials: AccountCredentials,
): Promise<Account> {
  const { password, address } = credentials;
  const username = credentials.username.trim();
  const { account, cause } = await throttlePassword(deps.throttle, { username, address }, takeTurn, () =>
    judge(deps, username, password),
  );
  if (cause !== undefined) {
    if (account !== undefined) void recordRefusal(deps, account, cause, address);
    throw new OAuthError(cause);
  }
  await upgradeHash(deps, account, password);
  return account;
}

function takeTurn<T>(job: () => Promise<T>): Promise<T> {
  return orUnavailable(inPasswordTurn(job));
}

async function judge(deps: AuthenticateAccountDeps, username: string, password: string): Promise<Verdict> {
  const account = await deps.store.accounts.findByUsername(username);
  // Before anything is told apart: no account, no password and a disabled account cost one check as well.
  const matches = await verifyPassword(password, account?.passwordHash ?? null);
  if (account === undefined) return { account, cause: "unknown_account" };
  if (!matches) return { account, cause: "wrong_password" };
  if (account.disabledAt !== null) return { account, cause: "account_disabled" };
  return { account };
}

/** The caller does not await it: the write would tell by its duration that the account exists. */
async function recordRefusal(
  { store, log }: AuthenticateAccountDeps,
  { subject }: Account,
  cause: RefusalCause,
  address: string,
): Promise<void> {
  try {
    // An engine may write before it returns its promise: let the answer go first.
    await setImmediate();
    const event = { type: "account.refused", subject, data: { cause, address } } as const;
    await store.events.record(event, { once: REFUSAL_EVENT_INTERVAL });
  } catch (error) {
    log.warn({ err: error, subject }, "a refused password could not be recorded");
  }
}

/** The same password under today's cost. The login is right whether or not this succeeds. */
async function upgradeHash(
  { store, log }: AuthenticateAccountDeps,
  { subject, passwordHash }: Account,
  password: string,
): Promise<void> {
  const { accounts } = store;
  if (accounts.upgradePasswordHash === undefined || passwordHash === null || !needsRehash(passwordHash))
    return;
  try {
    await accounts.upgradePasswordHash(subject, passwordHash, await hashPassword(password));
  } catch (error) {
    log.warn({ err: error, subject }, "a password hash could not be upgraded");
  }
}
