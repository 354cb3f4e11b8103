import type { TestContext } from "node:test";
import { listen } from "./listen.ts";

/** A token endpoint whose tokens are due at once, and an API that answers with the token that it was sent. */
export async function startServer(t: TestContext) {
  let [issued, open] = [0, 0];
  const API_URL = await listen(t, (request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/orders") return response.end(JSON.stringify([request.headers.authorization]));
    open += 1;
    response.once("close", () => (open -= 1));
    const access_token = `access-${(issued += 1)}`;
    return response.end(JSON.stringify({ access_token, expires_in: 3600, refresh_in: 0.001 }));
  });
  const settings = { API_URL, TOKEN_ENDPOINT: `${API_URL}/token`, CLIENT_ID: "a", CLIENT_SECRET: "secret" };
  return { settings, open: () => open };
}
