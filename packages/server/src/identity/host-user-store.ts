import { AccountServiceError, ACCEPTED } from "./account-service.ts";
import type { AccountServiceResponse } from "./account-service.ts";
import { externalUserStore } from "./external-user-store.ts";
import type { ExternalUserStoreDeps } from "./external-user-store.ts";
import type { UserCredentials, UserStore } from "./user-store.ts";

/** Where a password came from. */
export interface PasswordContext {
  /** IP address of the program that sent it, for limits of your own. */
  address: string;
  /** The client for which the user signs in; undefined: for one of Regrant's own pages. */
  clientId: string | undefined;
  /** Aborts after `accountsTimeout`: a result is of no use then. */
  signal: AbortSignal;
}

/** A user whose password was right. */
export interface AcceptedUser {
  /** The user's id, which must never change: it becomes `sub`. Up to 255 characters. */
  subject: string;
  /** What the pages call the user; by default the username. Up to 200 characters. */
  name?: string | undefined;
}

/**
 * Checks a username and password of a host's own accounts, for the `password` grant and the sign-in page.
 *
 * @returns the user, or the subject alone; null if the username or the password is wrong. What it throws, and any other
 *   value, is an outage: a client gets 503, and nothing counts as a wrong password
 */
export type CheckPassword = (
  username: string,
  password: string,
  context: PasswordContext,
) => Accepted | Promise<Accepted>;

type Accepted = AcceptedUser | string | null | undefined;

interface HostUserStoreDeps extends ExternalUserStoreDeps {
  accounts: CheckPassword;
  /** For one check, ms. */
  timeout: number;
}

/** The users of the program that embeds the service, asked by a function. */
export function hostUserStore({ accounts, timeout, ...deps }: HostUserStoreDeps): UserStore {
  return externalUserStore((question) => askHost(accounts, timeout, question), deps);
}

/** @throws AccountServiceError if the function throws, takes too long, or returns another form */
async function askHost(
  accounts: CheckPassword,
  timeout: number,
  { username, password, address, clientId }: UserCredentials,
): Promise<AccountServiceResponse> {
  const signal = AbortSignal.timeout(timeout);
  const expired = Promise.withResolvers<never>();
  const expire = () =>
    expired.reject(new AccountServiceError("timeout", "the function accounts did not return in time"));
  signal.addEventListener("abort", expire);
  try {
    const asked = (async () => accounts(username, password, { address, clientId, signal }))();
    return readUser(await Promise.race([asked, expired.promise]));
  } catch (error) {
    if (error instanceof AccountServiceError) throw error;
    throw new AccountServiceError("threw", "the function accounts threw an error", { cause: error });
  } finally {
    signal.removeEventListener("abort", expire);
  }
}

/** @throws AccountServiceError `malformed` */
function readUser(returned: unknown): AccountServiceResponse {
  if (returned === null || returned === undefined) return { outcome: "refused" };
  const user = typeof returned === "string" ? { subject: returned } : returned;
  const { subject, name } = user as Partial<AcceptedUser>;
  const read = ACCEPTED.safeParse({ outcome: "accepted", subject, claims: { name } });
  if (read.success) return read.data;
  const form = "a subject of 1 to 255 characters, { subject, name } with a name of up to 200, or null";
  throw new AccountServiceError("malformed", `the function accounts must return ${form}`);
}
