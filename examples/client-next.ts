// A route of a Next application, app/orders/route.ts. Pages and server actions use `apiFetch` in the same way.
import { clientSecretBasic, createTokenClient, memoryStore } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { after } from "next/server";

const { TOKEN_ENDPOINT = "", CLIENT_ID = "", CLIENT_SECRET = "", API_URL = "" } = process.env;

const client = createTokenClient({
  tokenEndpoint: TOKEN_ENDPOINT,
  clientId: CLIENT_ID,
  clientAuth: clientSecretBasic(CLIENT_SECRET),
  grant: { grant_type: "client_credentials" },
  key: "reports",
  store: memoryStore(), // a token for each instance; a session of a user needs a store that all of them share
  waitUntil: (work) => after(() => work),
});
const apiFetch = authorizedFetch(client, { origins: [API_URL] });

export async function GET(): Promise<Response> {
  const orders = await apiFetch(`${API_URL}/orders`, { cache: "no-store" });
  return Response.json(await orders.json());
}
