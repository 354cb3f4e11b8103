// @badgateway/oauth2-client: OAuth2Fetch with storeToken and getStoredToken over a file. `getNewToken` would send the
// user to a login.
import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
import { TokenFile } from "../tested-client.ts";

/** @type {import("../tested-client.ts").TestedClient} */
const client = {
  async login(place, { access_token, refresh_token, expires_in }) {
    const expiresAt = Date.now() + expires_in * 1000;
    const token = { accessToken: access_token, refreshToken: refresh_token ?? null, expiresAt };
    new TokenFile(place).write(token);
  },
  async open(place) {
    const file = new TokenFile(place);
    const wrapper = new OAuth2Fetch({
      client: new OAuth2Client({ server: place.issuer, tokenEndpoint: "/token", clientId: "bench" }),
      getNewToken: () => {
        place.logins += 1;
        throw new Error("a login is needed");
      },
      storeToken: (token) => file.write(token),
      getStoredToken: () => file.read(),
    });
    return {
      token: () => wrapper.getAccessToken(),
      request: async (url) => (await wrapper.fetch(url)).status,
    };
  },
};

export default client;
