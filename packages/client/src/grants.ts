/**
 * First tokens, from grants that need no browser, and the revocation at the end of a session.
 *
 * @module
 */
import type { TokenClientOptions } from "./api.ts";
import { none } from "./client-auth.ts";
import { serverClock, systemClock, withTimeout } from "./clock.ts";
import { ClientConfigError, nameOf, SessionEndedError, TokenUnavailableError } from "./errors.ts";
import { secureUrl } from "./secure-url.ts";
import { formPost } from "./form-post.ts";
import { requestToken } from "./token-request.ts";
import type { CredentialRecord } from "./types.ts";
import type { ClientAuth, TokenResponse } from "./wire-format.ts";

/** The client that sends the request. */
export interface ClientOptions {
  /** The client's id at the server. */
  readonly clientId: string;
  /** How the client authenticates. Default: a public client. */
  readonly clientAuth?: ClientAuth | undefined;
  /** Accepts http on every host, not only on loopback. */
  readonly allowHttp?: boolean | undefined;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** As the option of the client. */
  readonly classifyError?: TokenClientOptions["classifyError"];
}

/** The client, and where it requests tokens. */
export interface GrantOptions extends ClientOptions {
  /** URL of the token endpoint: https, or http on a loopback host. */
  readonly tokenEndpoint: string | URL;
  /** Further parameters, such as `scope` or `resource`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** The client's option of this name: binds the tokens to its key. */
  readonly dpop?: TokenClientOptions["dpop"];
}

/** ms */
const TIMEOUT = 15_000;

/**
 * Requests the first tokens with a username and a password (RFC 6749 §4.3). Pass the response to `client.set`.
 *
 * @param options also the user's `username` and `password`
 * @throws SessionEndedError the server refuses the credentials; ClientConfigError it refuses the client or the request;
 *   TokenUnavailableError it did not respond, or failed
 */
export function password({
  username,
  password,
  ...options
}: GrantOptions & { username: string; password: string }): Promise<TokenResponse> {
  return firstTokens(options, { grant_type: "password", username, password });
}

/** Requests a token for the client itself (RFC 6749 §4.4); errors as `password`. */
export function clientCredentials(options: GrantOptions): Promise<TokenResponse> {
  return firstTokens(options, { grant_type: "client_credentials" });
}

/**
 * Requests tokens with a refresh token that was issued elsewhere, and so spends it (RFC 6749 §6); errors as `password`.
 * If the server does not rotate, the response contains the given refresh token.
 *
 * @param options also the `refreshToken`
 */
export async function refreshToken({
  refreshToken,
  ...options
}: GrantOptions & { refreshToken: string }): Promise<TokenResponse> {
  const response = await firstTokens(options, { grant_type: "refresh_token", refresh_token: refreshToken });
  return { ...response, refresh_token: response.refresh_token ?? refreshToken };
}

async function firstTokens(
  {
    tokenEndpoint,
    clientId,
    clientAuth = none,
    params,
    allowHttp,
    fetch = globalThis.fetch,
    classifyError,
    dpop,
  }: GrantOptions,
  grant: Record<string, string>,
): Promise<TokenResponse> {
  const body = new URLSearchParams({ ...params, ...grant });
  const headers = new Headers({ accept: "application/json" });
  const request = { tokenEndpoint: secureUrl(tokenEndpoint, allowHttp).href, clientId, body, headers };
  await clientAuth(request);
  // Without a key nothing is sent.
  await dpop?.keyPair();
  const server = serverClock(systemClock, () => {});
  const deps = { fetch: dpop?.tokenFetch(fetch) ?? fetch, clock: systemClock, server, classifyError };
  const result = await requestToken(deps, request, TIMEOUT);
  if (result.outcome === "issued") return result.response;
  const { refusal } = result;
  if (result.outcome === "session_ended") {
    throw new SessionEndedError("rejected", "The server rejected the credentials", { refusal });
  }
  if (result.outcome === "client_config") {
    throw new ClientConfigError(`The server refused the request: ${result.reason}`, { refusal });
  }
  throw new TokenUnavailableError(`No token available: ${result.reason}`, { refusal });
}

/**
 * Creates the function that `client.clear` calls to revoke the ended session's tokens at the server (RFC 7009): first
 * the refresh token, with which most servers revoke the access token too.
 *
 * @param options also the URL of the `revocationEndpoint`: https, or http on a loopback host
 * @throws TokenUnavailableError the server did not respond, or failed; ClientConfigError it refuses the client
 */
export function revoker({
  revocationEndpoint,
  clientId,
  clientAuth = none,
  allowHttp,
  fetch = globalThis.fetch,
}: ClientOptions & {
  readonly revocationEndpoint: string | URL;
}): (ended: CredentialRecord) => Promise<void> {
  const url = secureUrl(revocationEndpoint, allowHttp).href;

  return async ({ refreshToken, accessToken }) => {
    if (refreshToken !== undefined) await revoke(refreshToken, "refresh_token");
    if (accessToken !== undefined) await revoke(accessToken, "access_token");
  };

  async function revoke(token: string, hint: string): Promise<void> {
    const body = new URLSearchParams({ token, token_type_hint: hint });
    const headers = new Headers({ accept: "application/json" });
    await clientAuth({ tokenEndpoint: url, clientId, body, headers });
    const { status } = await post(body, headers);
    // 400 `unsupported_token_type`: this server cannot revoke access tokens, which then expire (RFC 7009 §2.2.1).
    if (status === 200 || (status === 400 && hint === "access_token")) return;
    if (status === 400 || status === 401) {
      throw new ClientConfigError(`The server refused the revocation: HTTP ${status}`);
    }
    throw new TokenUnavailableError(`The tokens were not revoked: HTTP ${status}`);
  }

  async function post(body: URLSearchParams, headers: Headers): Promise<Response> {
    try {
      return await withTimeout(systemClock, TIMEOUT, (signal) =>
        fetch(url, { ...formPost(body, headers), signal }),
      );
    } catch (error) {
      throw new TokenUnavailableError(`The tokens were not revoked: ${nameOf(error)}`);
    }
  }
}
