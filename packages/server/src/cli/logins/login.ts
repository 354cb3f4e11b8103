import { isoInstant } from "../../time-text.ts";
import { printJson } from "../output.ts";
import { firstTokens } from "./first-tokens.ts";
import { loginsHome } from "./home.ts";
import { readLogin, writeLogin } from "./login-file.ts";
import { hasNoOptions, newLogin, renewLogin } from "./login-options.ts";
import type { LoginOptions } from "./login-options.ts";
import { clientOf } from "./open-login.ts";
import { sessionError } from "./session-error.ts";

/**
 * Requests first tokens and stores them under a name. An earlier login of that name is kept until that succeeds.
 *
 * @throws {CliError} the server rejects the credentials (1), invalid options or client (2), no response (75)
 */
export async function login(options: LoginOptions): Promise<void> {
  const { account, json } = options;
  const home = loginsHome();
  // A damaged or shared file is reported before any secret is read.
  const before = readLogin(home, account);
  const isRenewal = before !== undefined && hasNoOptions(options);
  const { login, grantSecret } = await (isRenewal
    ? renewLogin(before, options.secretsStdin === true)
    : newLogin(options));
  const tokens = await firstTokens(login, grantSecret);
  writeLogin(home, account, login);
  const client = clientOf(home, account, login);
  const { expiresAt } = await client
    .set(tokens)
    .then(() => client.status())
    .catch((error: unknown) => {
      throw sessionError(error, account);
    });
  const { grant, tokenEndpoint, clientId, scope } = login;
  console.error(
    `${before === undefined ? "Logged in" : "Logged in again"}: npx regrant token --account ${account}`,
  );
  if (grant !== "client_credentials" && tokens.refresh_token === undefined) {
    console.error("The server issued no refresh token: log in again when the access token expires.");
  }
  if (json) {
    const about = { account, token_endpoint: tokenEndpoint, client_id: clientId, grant };
    printJson({ ...about, scope: tokens.scope ?? scope ?? null, expires_at: isoInstant(expiresAt ?? null) });
  }
}
