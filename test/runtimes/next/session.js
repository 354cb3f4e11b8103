// One client for all requests of the server.
import { createTokenClient, memoryStore } from "@regrant/client";
import { after } from "next/server";

const options = {
  tokenEndpoint: process.env.TOKEN_ENDPOINT,
  clientId: "next",
  grant: { grant_type: "client_credentials" },
  refresh: { softMs: 3_600_000, jitter: 0 },
};

export const ofPage = createTokenClient({ ...options, key: "page", store: memoryStore() });

export const ofRoute = createTokenClient({
  ...options,
  key: "route",
  store: memoryStore(),
  waitUntil: (work) => after(() => work),
});
