import { ClientConfigError, isTokenError, SessionEndedError } from "@regrant/client";
import type { TokenResponse } from "@regrant/client";
import { clientCredentials, password, refreshToken } from "@regrant/client/grants";
import { Fault } from "../fault.ts";
import { inWords } from "./in-words.ts";
import type { Login, LoginGrant } from "./login-file.ts";
import { clientAuthOf } from "./open-login.ts";

/**
 * Asks for the first tokens of a login, once.
 *
 * @param onceSecret the password, or the refresh token that is adopted
 * @throws {CliError} the server refuses the person (1) or the client (2), or cannot answer (75)
 */
export async function firstTokens(login: Login, onceSecret = ""): Promise<TokenResponse> {
  try {
    return await ask(login, onceSecret);
  } catch (error) {
    throw firstTokensFault(error, login);
  }
}

function ask(login: Login, onceSecret: string): Promise<TokenResponse> {
  const { tokenEndpoint, clientId, username = "", scope } = login;
  const params = scope === undefined ? undefined : { scope };
  const asking = { tokenEndpoint, clientId, clientAuth: clientAuthOf(login), params };
  if (login.grant === "client_credentials") return clientCredentials(asking);
  if (login.grant === "refresh_token") return refreshToken({ ...asking, refreshToken: onceSecret });
  return password({ ...asking, username, password: onceSecret });
}

function firstTokensFault(error: unknown, { grant, tokenEndpoint }: Login): unknown {
  if (error instanceof SessionEndedError) return new CliError(REFUSALS[grant].message, REFUSALS[grant].hint);
  if (error instanceof ClientConfigError) {
    return new CliError(`${tokenEndpoint}: ${inWords(error.message)}`, clientHint(error.message), 2);
  }
  if (!isTokenError(error)) return error;
  return new CliError(
    `${tokenEndpoint}: ${inWords(error.message)}`,
    "is it the token endpoint? Else try again",
    75,
  );
}

const REFUSALS: Record<LoginGrant, { message: string; hint: string }> = {
  password: {
    message: "the server does not take this user name and password",
    hint: "try again; the client must be one that may log in with passwords, too",
  },
  refresh_token: {
    message: "the server does not take this refresh token",
    hint: "it may have ended, or been used before, or be another client's",
  },
  client_credentials: {
    message: "the server gives this client no token of its own",
    hint: "the server's administrator can allow it",
  },
};

/** What may help, by the server's code (RFC 6749 §5.2). */
function clientHint(message: string): string | undefined {
  if (message.includes("invalid_client"))
    return "are --client-id, the client's secret and --client-auth right?";
  if (message.includes("invalid_scope")) return "ask for another --scope";
  if (/unauthorized_client|unsupported_grant_type/.test(message)) {
    return "the server must allow this --grant to the client";
  }
  return undefined;
}
