// A Node service that calls an API with a valid token, in any number of processes. Run it: node examples/client-node.ts
import { clientSecretPost, createTokenClient } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { password } from "@regrant/client/grants";
import { directoryLock, fileStore } from "@regrant/client/node";

export interface Access {
  tokenEndpoint: string;
  clientId: string;
  clientSecret: string;
  username: string;
  passphrase: string;
  /** Origin of the API, the only one that receives the token. */
  api: string;
  /** Where the tokens are stored; all processes use the same directory. */
  directory: string;
}

export async function start({ tokenEndpoint, clientId, api, directory, ...secrets }: Access) {
  const clientAuth = clientSecretPost(secrets.clientSecret);
  const client = createTokenClient({
    tokenEndpoint,
    clientId,
    clientAuth,
    key: "orders",
    store: fileStore({ directory }),
    lock: directoryLock({ directory }),
  });

  // Only once: the stored session outlives the process.
  const { state } = await client.status();
  if (state === "empty" || state === "ended") {
    const { username, passphrase } = secrets;
    await client.set(await password({ tokenEndpoint, clientId, clientAuth, username, password: passphrase }));
  }
  return { client, apiFetch: authorizedFetch(client, { origins: [api] }) };
}

if (import.meta.main) {
  const {
    TOKEN_ENDPOINT = "",
    CLIENT_ID = "",
    CLIENT_SECRET = "",
    API_USER = "",
    API_PASSWORD = "",
  } = process.env;
  const { API_URL = "http://127.0.0.1:8080" } = process.env;
  const { apiFetch } = await start({
    tokenEndpoint: TOKEN_ENDPOINT,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    username: API_USER,
    passphrase: API_PASSWORD,
    api: API_URL,
    directory: "./data/tokens",
  });
  const response = await apiFetch(`${API_URL}/orders`);
  console.log(response.status, await response.text());
}
