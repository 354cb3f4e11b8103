import { ClientConfigError, isTokenError, SessionEndedError } from "@regrant/client";
import type { Dpop, TokenResponse } from "@regrant/client";
import { clientCredentials, password, refreshToken } from "@regrant/client/grants";
import { CliError } from "../cli-error.ts";
import type { Login, LoginGrant } from "./login-file.ts";
import { clientAuthOf } from "./open-login.ts";
import { proxyFetch } from "./proxy-fetch.ts";
import { GRANT_SECRETS, secretHint } from "./secret-text.ts";
import { explainNetworkErrors, withRefusal } from "./terminal-text.ts";

/**
 * Requests the first tokens of a login, once.
 *
 * @param grantSecret the password or the refresh token of the grant
 * @param dpop the key that they are bound to
 * @throws {CliError} the server rejects the credentials (1), refuses the client (2), or does not respond (75)
 */
export async function firstTokens(login: Login, grantSecret = "", dpop?: Dpop): Promise<TokenResponse> {
  try {
    return await request(login, grantSecret, dpop);
  } catch (error) {
    throw tokenRequestError(error, login, grantSecret);
  }
}

/** The token request of the login's grant type. */
function request(login: Login, grantSecret: string, dpop: Dpop | undefined): Promise<TokenResponse> {
  const { tokenEndpoint, clientId, username = "", scope, allowHttp } = login;
  const params = scope === undefined ? undefined : { scope };
  const client = { clientId, clientAuth: clientAuthOf(login), allowHttp, fetch: proxyFetch };
  const options = { ...client, tokenEndpoint, params, dpop };
  if (login.grant === "client_credentials") return clientCredentials(options);
  if (login.grant === "refresh_token") return refreshToken({ ...options, refreshToken: grantSecret });
  return password({ ...options, username, password: grantSecret });
}

/** Maps an error of the token request to a CliError; returns any other error unchanged. */
function tokenRequestError(error: unknown, login: Login, grantSecret: string): unknown {
  if (!isTokenError(error)) return error;
  const { grant, tokenEndpoint } = login;
  if (error instanceof SessionEndedError) {
    const { message, hint } = REFUSALS[grant];
    const name = GRANT_SECRETS[grant];
    const about = name && secretHint(name, grantSecret);
    return new CliError(withRefusal(message, error), about ?? hint);
  }
  const message = withRefusal(
    `${tokenEndpoint}: ${explainNetworkErrors(error.message, tokenEndpoint)}`,
    error,
  );
  if (error instanceof ClientConfigError) return new CliError(message, clientHint(error.message, login), 2);
  const spent = grant === "refresh_token" ? "; the refresh token may be spent" : "";
  return new CliError(message, `check that this is the token endpoint, or try again later${spent}`, 75);
}

/** Message and hint if the server rejects the credentials of a grant (`invalid_grant`). */
const REFUSALS: Record<LoginGrant, { message: string; hint: string }> = {
  password: {
    message: "the server rejected the username or the password",
    hint: "check both; the client must also be allowed to use the password grant",
  },
  refresh_token: {
    message: "the server rejected the refresh token",
    hint: "it may be expired, already used, or issued to another client",
  },
  client_credentials: {
    message: "the server refused the client credentials grant",
    hint: "ask the server's administrator to allow it for this client",
  },
};

/** A hint for the server's error code (RFC 6749 §5.2). */
function clientHint(message: string, { clientSecret = "" }: Login): string | undefined {
  if (message.includes("invalid_client")) {
    return (
      secretHint("client secret", clientSecret) ?? "check --client-id, the client secret and --client-auth"
    );
  }
  if (message.includes("invalid_scope")) return "request another --scope";
  if (/unauthorized_client|unsupported_grant_type/.test(message)) {
    return "the client must be allowed to use this --grant";
  }
  return undefined;
}
