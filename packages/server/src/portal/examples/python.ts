import type { Example } from "./example.ts";
import { quoted } from "./quoting.ts";

export const python: Example = {
  language: "python",
  label: "Python (requests)",
  refresh: ({ tokenEndpoint, clientId }) => `import os

import requests

response = requests.post(
    ${quoted(tokenEndpoint)},
    data={
        "grant_type": "refresh_token",
        "client_id": ${clientId === undefined ? 'os.environ["CLIENT_ID"]' : quoted(clientId)},
        "client_secret": os.environ["CLIENT_SECRET"],
        "refresh_token": os.environ["REFRESH_TOKEN"],
    },
    timeout=30,
)
print(response.text)`,
};
