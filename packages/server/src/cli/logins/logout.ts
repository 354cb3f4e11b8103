import type { CredentialRecord } from "@regrant/client";
import { revoker } from "@regrant/client/grants";
import { CliError, printError } from "../cli-error.ts";
import { loginsHome } from "./home.ts";
import type { LoginsHome } from "./home.ts";
import { inWords } from "./in-words.ts";
import { listLogins, removeLogin } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { clientAuthOf, openLogin } from "./open-login.ts";
import { sessionFault } from "./session-fault.ts";

export interface LogoutOptions {
  account: string;
  all?: true;
}

/** Ends logins here, and tells their servers. */
export async function logout({ account, all }: LogoutOptions): Promise<void> {
  const home = loginsHome();
  if (!all) return logoutOf(home, account);
  for (const each of listLogins(home)) {
    // One that makes trouble does not keep the others.
    await logoutOf(home, each).catch((error: unknown) => (process.exitCode = printError(error)));
  }
}

async function logoutOf(home: LoginsHome, account: string): Promise<void> {
  const { client, login } = openLogin(home, account);
  let ended: CredentialRecord | undefined;
  try {
    // From here on no other process refreshes it, nor keeps what it got.
    await client.clear((record) => void (ended = record));
  } catch (error) {
    throw sessionFault(error, account);
  }
  removeLogin(home, account);
  if (ended !== undefined) await tellServer(account, login, ended);
  else console.error(`${account} is removed; its session was over before.`);
}

async function tellServer(account: string, login: Login, ended: CredentialRecord): Promise<void> {
  const { revocationEndpoint, clientId } = login;
  if (revocationEndpoint === undefined) {
    console.error(
      `${account} is logged out here. Its server names no place to revoke: the tokens end by themselves.`,
    );
    return;
  }
  try {
    await revoker({ revocationEndpoint, clientId, clientAuth: clientAuthOf(login) })(ended);
  } catch (error) {
    const reason = inWords((error as Error).message);
    const hint = "the tokens end by themselves; the server's administrator can end them now";
    throw new CliError(`${account} is logged out here, but its tokens are not revoked: ${reason}`, hint);
  }
  console.error(`${account} is logged out, and its tokens are revoked.`);
}
