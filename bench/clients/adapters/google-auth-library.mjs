// google-auth-library: OAuth2Client with the token endpoint of another server, credentials set from a file, the `tokens`
// event storing them, forceRefreshOnFailure for the 401.
import { OAuth2Client } from "google-auth-library";
import { TokenFile } from "../tested-client.ts";

/** @type {import("../tested-client.ts").TestedClient} */
const client = {
  async login(place, { access_token, refresh_token, expires_in }) {
    const expiry_date = Date.now() + expires_in * 1000;
    new TokenFile(place).write({
      access_token,
      refresh_token: refresh_token ?? null,
      expiry_date,
    });
  },
  async open(place) {
    const file = new TokenFile(place);
    const client = new OAuth2Client({
      clientId: "bench",
      endpoints: { oauth2TokenUrl: place.tokenEndpoint },
      eagerRefreshThresholdMillis: 0,
      forceRefreshOnFailure: true,
    });
    client.setCredentials(file.read());
    client.on("tokens", (tokens) => file.write({ ...file.read(), ...tokens }));
    return {
      token: async () => (await client.getAccessToken()).token ?? "",
      // The client throws for an unsuccessful status, and retries only then.
      request: async (url) => (await client.request({ url })).status,
    };
  },
};

export default client;
