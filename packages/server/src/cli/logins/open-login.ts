import { clientSecretBasic, clientSecretPost, createTokenClient, none } from "@regrant/client";
import type { ClientAuth, TokenClient } from "@regrant/client";
import { directoryLock, fileStore } from "@regrant/client/node";
import { CliError } from "../cli-error.ts";
import type { LoginsHome } from "./home.ts";
import type { Login } from "./login-file.ts";
import { readLogin } from "./login-file.ts";

/** A login and the client that keeps its tokens. */
export interface OpenLogin {
  readonly login: Login;
  readonly client: TokenClient;
}

/**
 * Opens the login of this name; asks no server.
 *
 * @throws {CliError} there is none (1), or its file cannot be used (2)
 */
export function openLogin(home: LoginsHome, account: string): OpenLogin {
  const login = readLogin(home, account);
  if (login === undefined) {
    throw new CliError(
      `there is no login ${account}`,
      `npx regrant login --account ${account}, or npx regrant logins`,
    );
  }
  return { login, client: clientOf(home, account, login) };
}

/** The client of a login. All processes of the user share its tokens, and so its refreshes. */
export function clientOf(home: LoginsHome, account: string, login: Login): TokenClient {
  const { tokenEndpoint, clientId, issuer, grant, scope } = login;
  return createTokenClient({
    key: account,
    store: fileStore({ directory: home.tokens }),
    lock: directoryLock({ directory: home.locks }),
    tokenEndpoint,
    clientId,
    clientAuth: clientAuthOf(login),
    issuer,
    // It has no refresh token; its secret gets the next token.
    ...(grant === "client_credentials" && { grant: { grant_type: grant, ...(scope && { scope }) } }),
  });
}

export function clientAuthOf({ clientAuth, clientSecret = "" }: Login): ClientAuth {
  if (clientAuth === "none") return none;
  return clientAuth === "basic" ? clientSecretBasic(clientSecret) : clientSecretPost(clientSecret);
}
