import type { CredentialRecord } from "@regrant/client";
import { revoker } from "@regrant/client/grants";
import { CliError, printError } from "../cli-error.ts";
import { removeKey } from "./dpop.ts";
import { loginsHome } from "./home.ts";
import type { LoginsHome } from "./home.ts";
import { listLogins, removeLogin } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { clientAuthOf, clientOf, openLogin } from "./open-login.ts";
import { DamagedFileError } from "./private-file.ts";
import { proxyFetch } from "./proxy-fetch.ts";
import { sessionError } from "./session-error.ts";
import { removeExplanation } from "./why.ts";
import { explainNetworkErrors } from "./terminal-text.ts";

/** The options of `regrant logout`. */
export interface LogoutOptions {
  account: string;
  /** Log out of every login; `account` is then ignored. */
  all?: true;
}

/** Stands for what a damaged file does not say; no request is sent. */
const UNKNOWN: Login = {
  grant: "refresh_token",
  tokenEndpoint: "https://unknown.invalid/",
  clientId: "unknown",
  clientAuth: "none",
};

const LEFT = "its tokens stay valid until they expire, or until the server's administrator revokes them";

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
  const login = readable(home, account);
  const client = clientOf(home, account, login ?? UNKNOWN);
  const isReadable = await client.status().then(
    () => true,
    () => false,
  );
  let ended: CredentialRecord | undefined;
  try {
    // From now on no other process refreshes the session or stores new tokens.
    await client.clear((record) => void (ended = record));
  } catch (error) {
    throw sessionError(error, account, login ?? UNKNOWN);
  }
  let notRemoved: unknown;
  try {
    removeLogin(home, account);
    removeExplanation(home, account);
    removeKey(home, account);
  } catch (error) {
    // The tokens are revoked all the same: no other command could do it any more.
    notRemoved = error;
  }
  const hasTokens = ended?.refreshToken !== undefined || ended?.accessToken !== undefined;
  if (notRemoved === undefined && (login === undefined || (!isReadable && !hasTokens))) {
    const what = login === undefined ? "file was" : "tokens were";
    throw new CliError(`removed ${account}, whose ${what} damaged: nothing could be revoked`, LEFT);
  }
  if (ended !== undefined && login !== undefined) await revoke(account, login, ended);
  else if (notRemoved === undefined) console.error(`Removed ${account}. Its session had already ended.`);
  if (notRemoved !== undefined) throw notRemoved;
}

/** undefined: its file is damaged. @throws {CliError} not found (1), or it cannot be read (2) */
function readable(home: LoginsHome, account: string): Login | undefined {
  try {
    return openLogin(home, account).login;
  } catch (error) {
    if (error instanceof DamagedFileError) return undefined;
    throw error;
  }
}

/** Revokes both tokens of the ended session at the server. */
async function revoke(account: string, login: Login, ended: CredentialRecord): Promise<void> {
  const { revocationEndpoint, clientId, allowHttp } = login;
  if (revocationEndpoint === undefined) {
    console.error(
      `Logged out ${account} locally. No revocation endpoint is known: the tokens stay valid until they expire.`,
    );
    return;
  }
  try {
    const client = { clientId, clientAuth: clientAuthOf(login), allowHttp, fetch: proxyFetch };
    await revoker({ revocationEndpoint, ...client })(ended);
  } catch (error) {
    const reason = explainNetworkErrors((error as Error).message, revocationEndpoint);
    throw new CliError(`${account} is logged out locally, but its tokens were not revoked: ${reason}`, LEFT);
  }
  console.error(`Logged out ${account} and revoked its tokens.`);
}
