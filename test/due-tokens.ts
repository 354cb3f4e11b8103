import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A token endpoint whose tokens are due at once, and an API that answers with the token that it was sent. */
export async function startServer(t: TestContext) {
  let [issued, open] = [0, 0];
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/orders") return response.end(JSON.stringify([request.headers.authorization]));
    open += 1;
    response.once("close", () => (open -= 1));
    const access_token = `access-${(issued += 1)}`;
    return response.end(JSON.stringify({ access_token, expires_in: 3600, refresh_in: 0.001 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close().closeAllConnections());
  const API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { API_URL, TOKEN_ENDPOINT: `${API_URL}/token`, CLIENT_ID: "a", CLIENT_SECRET: "secret" };
  return { settings, open: () => open };
}
