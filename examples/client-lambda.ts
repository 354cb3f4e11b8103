// An AWS Lambda function. Its instances are frozen between invocations, and share the session in a DynamoDB table.
import { createTokenClient } from "@regrant/client";
import type { ClientAuth, TokenStore } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";

export interface Access {
  tokenEndpoint: string;
  clientId: string;
  clientAuth: ClientAuth;
  /** Origin of the API, the only one that receives the token. */
  api: string;
  store: TokenStore;
}

/** @returns the function's handler; call it once per instance, outside of any handler */
export function createHandler({ api, ...access }: Access) {
  const grant = { grant_type: "client_credentials" };
  // Without `waitUntil` a caller waits for the refresh: none is left behind when the instance is frozen.
  const client = createTokenClient({ ...access, grant, key: "reports" });
  const apiFetch = authorizedFetch(client, { origins: [api] });
  return async () => {
    const orders = await apiFetch(`${api}/orders`);
    return { statusCode: orders.status, body: await orders.text() };
  };
}
