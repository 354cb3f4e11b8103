import type { Example } from "./example.ts";
import { scriptString } from "./quoting.ts";

export const node: Example = {
  language: "node",
  label: "Node.js (@regrant/client)",
  refresh: ({
    tokenEndpoint,
    clientId,
  }) => `import { clientSecretPost, createTokenClient } from "@regrant/client";
import { refreshToken } from "@regrant/client/grants";
import { fileStore } from "@regrant/client/node";

const server = {
  tokenEndpoint: ${scriptString(tokenEndpoint)},
  clientId: ${clientId === undefined ? "process.env.CLIENT_ID" : scriptString(clientId)},
  clientAuth: clientSecretPost(process.env.CLIENT_SECRET),
};
const client = createTokenClient({ ...server, key: "session", store: fileStore({ directory: "./tokens" }) });

// Once. From then on \`await client.getToken()\` returns a valid token, and refreshes it in time.
const response = await refreshToken({ ...server, refreshToken: process.env.REFRESH_TOKEN });
await client.set(response);
console.log(JSON.stringify(response));`,
};
