/**
 * Gets the first tokens with openid-client, which supports discovery and every grant, and keeps them fresh with
 * @regrant/client.
 */
import { clientSecretBasic, createTokenClient, memoryStore } from "@regrant/client";
import type { TokenClient, TokenStore } from "@regrant/client";
import * as openid from "openid-client";

export interface Login {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  /** Where the session is stored; in memory it ends with the process. */
  readonly store?: TokenStore;
}

/** Logs in with a password, and returns the client that keeps the tokens fresh. */
export async function logIn({ issuer, clientId, clientSecret, ...login }: Login): Promise<TokenClient> {
  const { username, password, store = memoryStore() } = login;
  const isLocal = new URL(issuer).protocol === "http:";
  const configuration = await openid.discovery(
    new URL(issuer),
    clientId,
    undefined,
    openid.ClientSecretBasic(clientSecret),
    { algorithm: "oauth2", execute: isLocal ? [openid.allowInsecureRequests] : [] },
  );
  const answer = await openid.genericGrantRequest(configuration, "password", { username, password });

  const client = createTokenClient({
    tokenEndpoint: configuration.serverMetadata().token_endpoint ?? "",
    clientId,
    clientAuth: clientSecretBasic(clientSecret),
    key: username,
    store,
  });
  await client.set(answer);
  return client;
}
