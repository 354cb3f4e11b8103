// @regrant/client with its file store and directory lock.
import { createTokenClient } from "@regrant/client";
import type { TokenClient } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { retryWindowOf } from "@regrant/client/metadata";
import { directoryLock, fileStore } from "@regrant/client/node";
import type { Place, TestedClient } from "../tested-client.ts";

const client: TestedClient = {
  async login(place, tokens) {
    await open(place).set(tokens);
  },
  async open(place) {
    const client = open(place);
    const apiFetch = authorizedFetch(client, { origins: [place.issuer] });
    return {
      token: async () => (await client.getToken()).accessToken,
      request: async (url) => (await apiFetch(url)).status,
    };
  },
};

export default client;

function open(place: Place): TokenClient {
  const { folder: directory, tokenEndpoint, issuer } = place;
  const store = fileStore({ directory });
  return createTokenClient({
    tokenEndpoint,
    clientId: "bench",
    key: "session",
    refresh: { retryWindowMs: retryWindowOf(issuer) },
    lock: directoryLock({ directory }),
    store: {
      ...store,
      compareAndSet(key, expected, next) {
        // A claim contains no new tokens: the write of the successor fails, as with the other clients.
        if (!place.failNextWrite || next.intent !== undefined)
          return store.compareAndSet(key, expected, next);
        place.failNextWrite = false;
        throw new Error("the disk is full");
      },
    },
  });
}
