import type { Example } from "./example.ts";
import { scriptString } from "./quoting.ts";

export const fetch: Example = {
  language: "fetch",
  label: "fetch",
  refresh: ({ tokenEndpoint, clientId = "CLIENT_ID" }) => `const form = new URLSearchParams({
  grant_type: "refresh_token",
  client_id: ${scriptString(clientId)},
  client_secret: "CLIENT_SECRET",
  refresh_token: "REFRESH_TOKEN",
});

fetch(${scriptString(tokenEndpoint)}, { method: "POST", body: form })
  .then((response) => response.text())
  .then((text) => console.log(text))
  .catch((error) => console.error(error));`,
};
