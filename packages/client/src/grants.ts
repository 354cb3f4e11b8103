import type { ClientAuth, TokenAnswer } from "./api.ts";
import { none } from "./client-auth.ts";
import { serverClock, systemClock, within } from "./clock.ts";
import { ClientConfigError, nameOf, SessionEndedError, TokenUnavailableError } from "./errors.ts";
import { secureUrl } from "./secure-url.ts";
import { requestToken } from "./token-request.ts";
import type { CredentialRecord } from "./types.ts";

/** Who asks. */
export interface Asking {
  readonly clientId: string;
  /** Default: a public client. */
  readonly clientAuth?: ClientAuth | undefined;
  readonly fetch?: typeof fetch | undefined;
}

export interface GrantOptions extends Asking {
  /** https, or http on a loopback host. */
  readonly tokenEndpoint: string | URL;
  /** Further parameters, such as `scope` or `resource`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
}

/** ms */
const TIMEOUT = 15_000;

/**
 * Asks for the first tokens with a username and a password (RFC 6749 §4.3). What it answers is for `client.set`.
 *
 * @throws SessionEndedError the server does not take them; ClientConfigError it refuses the client;
 *   TokenUnavailableError it could not answer
 */
export function password({
  username,
  password,
  ...options
}: GrantOptions & { username: string; password: string }): Promise<TokenAnswer> {
  return firstTokens(options, { grant_type: "password", username, password });
}

/** Asks for a token in the client's own name (RFC 6749 §4.4); errors as of `password`. */
export function clientCredentials(options: GrantOptions): Promise<TokenAnswer> {
  return firstTokens(options, { grant_type: "client_credentials" });
}

/**
 * Asks for tokens with a refresh token that was issued elsewhere (RFC 6749 §6); errors as of `password`. A server that
 * does not rotate leaves the refresh token out of its answer: then it goes on.
 */
export async function adopt({
  refreshToken,
  ...options
}: GrantOptions & { refreshToken: string }): Promise<TokenAnswer> {
  const answer = await firstTokens(options, { grant_type: "refresh_token", refresh_token: refreshToken });
  return { refresh_token: refreshToken, ...answer };
}

async function firstTokens(
  { tokenEndpoint, clientId, clientAuth = none, params, fetch = globalThis.fetch }: GrantOptions,
  grant: Record<string, string>,
): Promise<TokenAnswer> {
  const body = new URLSearchParams({ ...params, ...grant });
  const headers = new Headers({ accept: "application/json" });
  const request = { tokenEndpoint: secureUrl(tokenEndpoint).href, clientId, body, headers };
  await clientAuth(request);
  const server = serverClock(systemClock, () => {});
  const outcome = await requestToken({ fetch, clock: systemClock, server }, request, TIMEOUT);
  if (outcome.is === "answered") return outcome.answer;
  if (outcome.is === "rejected") {
    throw new SessionEndedError("rejected", "The server does not take these credentials");
  }
  if (outcome.error !== undefined) throw new ClientConfigError(`The server refuses: ${outcome.error}`);
  throw new TokenUnavailableError(`No token now: ${outcome.why}`);
}

/**
 * Makes what `client.clear` takes to tell the server that a session is over (RFC 7009): both tokens are revoked there,
 * the refresh token first, with which most servers revoke the other.
 *
 * @throws TokenUnavailableError the server could not be told; ClientConfigError it refuses the client
 */
export function revoker({
  revocationEndpoint,
  clientId,
  clientAuth = none,
  fetch = globalThis.fetch,
}: Asking & {
  readonly revocationEndpoint: string | URL;
}): (ended: CredentialRecord) => Promise<void> {
  const url = secureUrl(revocationEndpoint).href;

  return async ({ refreshToken, accessToken }) => {
    if (refreshToken !== undefined) await revoke(refreshToken, "refresh_token");
    if (accessToken !== undefined) await revoke(accessToken, "access_token");
  };

  async function revoke(token: string, hint: string): Promise<void> {
    const body = new URLSearchParams({ token, token_type_hint: hint });
    const headers = new Headers({ accept: "application/json" });
    await clientAuth({ tokenEndpoint: url, clientId, body, headers });
    const { status } = await post(body, headers);
    // Servers that cannot revoke access tokens say so (RFC 7009 §2.2.1), and they end by themselves.
    if (status === 200 || (status === 400 && hint === "access_token")) return;
    if (status === 400 || status === 401) throw new ClientConfigError(`The server refuses: HTTP ${status}`);
    throw new TokenUnavailableError(`The server could not be told: HTTP ${status}`);
  }

  async function post(body: URLSearchParams, headers: Headers): Promise<Response> {
    try {
      return await within(systemClock, TIMEOUT, (signal) =>
        fetch(url, { method: "POST", headers, body, redirect: "manual", signal }),
      );
    } catch (error) {
      throw new TokenUnavailableError(`The server could not be told: ${nameOf(error)}`);
    }
  }
}
