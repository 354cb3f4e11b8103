import type { TokenResponse } from "@regrant/client";
import { isoInstant } from "../../time-text.ts";
import { printJson } from "../output.ts";
import { isUnencrypted } from "./endpoint.ts";
import { firstTokens } from "./first-tokens.ts";
import { loginsHome } from "./home.ts";
import type { LoginsHome } from "./home.ts";
import { readLogin } from "./login-file.ts";
import type { Login } from "./login-file.ts";
import { hasNoOptions, newLogin, renewLogin } from "./login-options.ts";
import type { LoginOptions } from "./login-options.ts";
import { prepareLogin } from "./login-place.ts";
import { DamagedFileError } from "./private-file.ts";
import { sessionError } from "./session-error.ts";
import { removeExplanation } from "./why.ts";
import { uninterrupted } from "./uninterrupted.ts";

/**
 * Requests first tokens and stores them under a name. An earlier login of that name is kept until that succeeds.
 *
 * @throws {CliError} the server rejects the credentials (1), invalid options or client (2), no response (75)
 */
export async function login(options: LoginOptions): Promise<void> {
  const { account, json } = options;
  const home = loginsHome();
  const before = readEarlier(home, options);
  const isRenewal = before !== undefined && before !== "damaged" && hasNoOptions(options);
  const { login, grantSecret } = await (isRenewal
    ? renewLogin(before, options.secretsStdin === true)
    : newLogin(options));
  warnIfUnencrypted(login);
  const place = await prepareLogin(home, account, login, before === "damaged");
  const tokens = await uninterrupted(async () => {
    const tokens = await firstTokens(login, grantSecret, place.client.dpop).catch((error: unknown) => {
      place.discard();
      throw error;
    });
    await place.store(tokens);
    removeExplanation(home, account);
    return tokens;
  });
  const { expiresAt } = await place.client.status().catch((error: unknown) => {
    throw sessionError(error, account, login);
  });
  console.error(
    `${before === undefined ? "Logged in" : "Logged in again"}: npx regrant token --account ${account}`,
  );
  if (login.dpop && !/^dpop$/i.test(tokens.token_type ?? "")) {
    console.error("The server did not bind the tokens to the key: it seems not to support DPoP (RFC 9449).");
  }
  if (login.grant !== "client_credentials" && !tokens.refresh_token) {
    console.error("The server issued no refresh token: log in again when the access token expires.");
  }
  if (json) printJson(loginJson(account, login, tokens, expiresAt));
}

/**
 * The login of that name, if there is one. A damaged one is replaced, if the options describe another.
 *
 * @throws {CliError} it cannot be read, or only its name is given (2): before any secret is read
 */
function readEarlier(home: LoginsHome, options: LoginOptions): Login | "damaged" | undefined {
  try {
    return readLogin(home, options.account);
  } catch (error) {
    if (error instanceof DamagedFileError && !hasNoOptions(options)) return "damaged";
    throw error;
  }
}

function warnIfUnencrypted({ tokenEndpoint, revocationEndpoint, issuer }: Login): void {
  const url = [tokenEndpoint, revocationEndpoint, issuer].find(
    (url) => url !== undefined && isUnencrypted(url),
  );
  if (url === undefined) return;
  console.error(
    `Warning: ${url} is not encrypted: others on the network can read and change secrets and tokens.`,
  );
}

function loginJson(
  account: string,
  { grant, tokenEndpoint, clientId, scope }: Login,
  tokens: TokenResponse,
  expiresAt: number | undefined,
): Record<string, unknown> {
  const about = { account, token_endpoint: tokenEndpoint, client_id: clientId, grant };
  return { ...about, scope: tokens.scope ?? scope ?? null, expires_at: isoInstant(expiresAt ?? null) };
}
