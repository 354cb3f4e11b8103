import { clientSecretBasic, clientSecretPost, createTokenClient, none } from "@regrant/client";
import type { ClientAuth, TokenClient } from "@regrant/client";
import { retryWindowOf } from "@regrant/client/metadata";
import { directoryLock, fileStore } from "@regrant/client/node";
import { CliError } from "../cli-error.ts";
import { dpopOf } from "./dpop.ts";
import type { LoginsHome } from "./home.ts";
import type { Login } from "./login-file.ts";
import { readLogin } from "./login-file.ts";
import { proxyFetch } from "./proxy-fetch.ts";

/** A login and its token client. */
interface OpenLogin {
  readonly login: Login;
  readonly client: TokenClient;
}

/**
 * Opens a login; sends no request.
 *
 * @throws {CliError} not found (1), or its file cannot be used (2)
 */
export function openLogin(home: LoginsHome, account: string): OpenLogin {
  const login = readLogin(home, account);
  if (login === undefined) {
    throw new CliError(
      `login not found: ${account}`,
      `run npx regrant login --account ${account}; npx regrant logins lists all`,
    );
  }
  return { login, client: clientOf(home, account, login) };
}

/** The token client of a login. All processes of the user share its tokens and its refreshes. */
export function clientOf(home: LoginsHome, account: string, login: Login): TokenClient {
  const { tokenEndpoint, clientId, issuer, grant, scope, allowHttp } = login;
  return createTokenClient({
    key: account,
    store: fileStore({ directory: home.tokens }),
    lock: directoryLock({ directory: home.locks }),
    tokenEndpoint,
    clientId,
    clientAuth: clientAuthOf(login),
    allowHttp,
    fetch: proxyFetch,
    dpop: dpopOf(home, account, login),
    // A token that is still valid is printed at once; the process ends when its refresh has.
    waitUntil: () => {},
    ...(issuer !== undefined && {
      refresh: { retryWindowMs: retryWindowOf(issuer, { allowHttp, fetch: proxyFetch }) },
    }),
    // There is no refresh token: the next token is requested with the client secret.
    ...(grant === "client_credentials" && { grant: { grant_type: grant, ...(scope && { scope }) } }),
  });
}

/** The client authentication of a login, for `@regrant/client`. */
export function clientAuthOf({ clientAuth, clientSecret = "" }: Login): ClientAuth {
  if (clientAuth === "none") return none;
  return clientAuth === "basic" ? clientSecretBasic(clientSecret) : clientSecretPost(clientSecret);
}
