import { isTokenError } from "@regrant/client";
import { explain } from "@regrant/client/explain";
import type { Explanation } from "@regrant/client/explain";
import { fileStore } from "@regrant/client/node";
import { CliError } from "../cli-error.ts";
import { discoverExplanation } from "./discover.ts";
import type { LoginsHome } from "./home.ts";
import type { Login } from "./login-file.ts";
import { clientAuthOf } from "./open-login.ts";
import { proxyFetch } from "./proxy-fetch.ts";
import { explainNetworkErrors, sanitize } from "./terminal-text.ts";

/** More than a server has to say. */
const MAX_SENTENCES = 20;

/** The refresh token of a login, which its store no longer has after a refusal; undefined: it has none, or is damaged. */
export async function storedRefreshToken(home: LoginsHome, account: string): Promise<string | undefined> {
  const store = fileStore({ directory: home.tokens });
  let token: unknown;
  try {
    token = (await store.get(account))?.record.refreshToken;
  } catch {
    return undefined;
  }
  return typeof token === "string" ? token : undefined;
}

/**
 * Asks a login's server what became of a refresh token; undefined: the server has no endpoint that explains it.
 *
 * @throws {CliError} the server refuses the client (2), or does not respond (75)
 */
export async function explainToken(login: Login, token: string): Promise<Explanation | undefined> {
  const { clientId, allowHttp } = login;
  const explanationEndpoint = await endpointOf(login);
  if (explanationEndpoint === undefined) return undefined;
  try {
    const client = { clientId, clientAuth: clientAuthOf(login), allowHttp, fetch: proxyFetch };
    return await explain({ ...client, explanationEndpoint, token });
  } catch (error) {
    if (!isTokenError(error)) throw error;
    const message = `${explanationEndpoint}: ${explainNetworkErrors(error.message, explanationEndpoint)}`;
    throw new CliError(message, undefined, error.retryable ? 75 : 2);
  }
}

/** At the origin of the token endpoint alone: it receives the client's secret. */
async function endpointOf({ issuer, tokenEndpoint, allowHttp }: Login): Promise<string | undefined> {
  if (issuer === undefined) return undefined;
  const explanationEndpoint = await discoverExplanation(issuer, allowHttp);
  const isOwn =
    explanationEndpoint !== undefined &&
    new URL(explanationEndpoint).origin === new URL(tokenEndpoint).origin;
  return isOwn ? explanationEndpoint : undefined;
}

/** The sentences of an explanation, safe to print. */
export function sentencesOf({ sentences }: Pick<Explanation, "sentences">): string[] {
  return sentences.slice(0, MAX_SENTENCES).map(sanitize);
}
