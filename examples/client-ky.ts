// ky with a valid token.
import type { TokenClient } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import ky from "ky";
import type { KyInstance } from "ky";

export function createApi(client: TokenClient, api: string): KyInstance {
  return ky.create({ prefix: api, fetch: authorizedFetch(client, { origins: [api] }) });
}
