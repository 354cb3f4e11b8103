import type { Example } from "./example.ts";
import { shellWord } from "./quoting.ts";

export const curl: Example = {
  language: "curl",
  label: "curl",
  refresh: ({ tokenEndpoint, clientId }) => String.raw`curl ${shellWord(tokenEndpoint)} \
  --data grant_type=refresh_token \
  --data-urlencode ${clientId === undefined ? '"client_id=$CLIENT_ID"' : shellWord(`client_id=${clientId}`)} \
  --data-urlencode "client_secret=$CLIENT_SECRET" \
  --data-urlencode "refresh_token=$REFRESH_TOKEN"`,
};
