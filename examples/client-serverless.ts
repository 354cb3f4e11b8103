// A serverless function: its instances come and go, and share one token through a database.
import { clientSecretBasic, createTokenClient } from "@regrant/client";
import type { TokenStore } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";

export interface Access {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Origin of the API, the only one that receives the token. */
  api: string;
  /** Shared by all instances: `redisStore(redis)`, or `sqlStore(pool, { dialect: "postgres" })`. */
  store: TokenStore;
}

export function createHandler({ issuer, clientId, clientSecret, api, store }: Access) {
  // Once per instance, outside the handler.
  const client = createTokenClient({
    tokenEndpoint: `${issuer}/oauth/token`,
    clientId,
    clientAuth: clientSecretBasic(clientSecret),
    // No login: client credentials.
    grant: { grant_type: "client_credentials" },
    key: "reports",
    store,
  });
  const apiFetch = authorizedFetch(client, { origins: [api] });
  return async (_request: Request): Promise<Response> => {
    const orders = await apiFetch(`${api}/orders`);
    return Response.json({ status: orders.status, orders: await orders.json() });
  };
}
