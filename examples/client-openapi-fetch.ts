// openapi-fetch with a valid token.
import type { TokenClient } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import createClient from "openapi-fetch";

/** The types that `openapi-typescript` generates from the API's description; here by hand. */
export interface paths {
  "/orders": {
    post: {
      requestBody: { content: { "application/json": { item: string } } };
      responses: { 201: { content: { "application/json": { id: number } } } };
    };
  };
}

export function createApi(client: TokenClient, baseUrl: string) {
  return createClient<paths>({ baseUrl, fetch: authorizedFetch(client, { origins: [baseUrl] }) });
}
