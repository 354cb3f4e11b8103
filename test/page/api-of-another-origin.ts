// A page whose API is at another origin.
import { createTokenClient, memoryStore } from "@regrant/client";
import type { TokenResponse } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";

export interface PageOfAnotherOrigin {
  /** Calls the API with the session's token. @returns what the page sees of the response, and of the refresh */
  call(
    tokenEndpoint: string,
    api: string,
    session: TokenResponse,
  ): Promise<{ status: number; refreshed: number }>;
  /** Calls it with a token of no worth. @returns the challenge */
  challenge(api: string): Promise<string | null>;
}

declare global {
  var otherOrigin: PageOfAnotherOrigin;
}

globalThis.otherOrigin = {
  async call(tokenEndpoint, api, session) {
    let refreshed = 0;
    const client = createTokenClient({
      tokenEndpoint,
      clientId: "page",
      key: "page",
      store: memoryStore(),
      onEvent: ({ type }) => void (refreshed += type === "refreshed" ? 1 : 0),
    });
    await client.set(session);
    const call = authorizedFetch(client, { origins: [new URL(api).origin] });
    const { status } = await call(api, { method: "POST", body: "{}" });
    return { status, refreshed };
  },
  async challenge(api) {
    const response = await fetch(api, { headers: { Authorization: "Bearer garbage" } });
    return response.headers.get("WWW-Authenticate");
  },
};
