import type { CredentialRecord } from "@regrant/client";
import { revoker } from "@regrant/client/grants";
import { CliError, printError } from "../cli-error.ts";
import { loginsHome } from "./home.ts";
import type { LoginsHome } from "./home.ts";
import { listLogins, removeLogin } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { clientAuthOf, openLogin } from "./open-login.ts";
import { sessionError } from "./session-error.ts";
import { explainNetworkErrors } from "./terminal-text.ts";

/** The options of `regrant logout`. */
export interface LogoutOptions {
  account: string;
  /** Log out of every login; `account` is then ignored. */
  all?: true;
}

/**
 * Removes logins and revokes their tokens (RFC 7009).
 *
 * @throws {CliError} not found, or removed locally without being revoked (1)
 */
export async function logout({ account, all }: LogoutOptions): Promise<void> {
  const home = loginsHome();
  if (!all) return logoutOf(home, account);
  for (const each of listLogins(home)) {
    // A failure does not keep the others from being logged out.
    await logoutOf(home, each).catch((error: unknown) => (process.exitCode = printError(error)));
  }
}

async function logoutOf(home: LoginsHome, account: string): Promise<void> {
  const { client, login } = openLogin(home, account);
  let ended: CredentialRecord | undefined;
  try {
    // From now on no other process refreshes the session or stores new tokens.
    await client.clear((record) => void (ended = record));
  } catch (error) {
    throw sessionError(error, account);
  }
  removeLogin(home, account);
  if (ended !== undefined) await revoke(account, login, ended);
  else console.error(`Removed ${account}. Its session had already ended.`);
}

/** Revokes both tokens of the ended session at the server. */
async function revoke(account: string, login: Login, ended: CredentialRecord): Promise<void> {
  const { revocationEndpoint, clientId } = login;
  if (revocationEndpoint === undefined) {
    console.error(
      `Logged out ${account} locally. No revocation endpoint is known: the tokens stay valid until they expire.`,
    );
    return;
  }
  try {
    await revoker({ revocationEndpoint, clientId, clientAuth: clientAuthOf(login) })(ended);
  } catch (error) {
    const reason = explainNetworkErrors((error as Error).message);
    const hint = "they stay valid until they expire, or until the server's administrator revokes them";
    throw new CliError(`${account} is logged out locally, but its tokens were not revoked: ${reason}`, hint);
  }
  console.error(`Logged out ${account} and revoked its tokens.`);
}
