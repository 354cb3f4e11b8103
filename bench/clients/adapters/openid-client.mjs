// openid-client: its refreshTokenGrant, called when the stored token has expired, the response stored before its use. It
// does not retry after a 401; the adapter refreshes once and repeats the request.
import * as oidc from "openid-client";
import { requestWith, TokenFile } from "../tested-client.ts";

/** @type {import("../tested-client.ts").TestedClient} */
const client = {
  async login(place, response) {
    new TokenFile(place).write(stored(response));
  },
  async open(place) {
    const file = new TokenFile(place);
    const { issuer, tokenEndpoint } = place;
    const config = new oidc.Configuration(
      { issuer, token_endpoint: tokenEndpoint },
      "bench",
      undefined,
      oidc.None(),
    );
    oidc.allowInsecureRequests(config);
    const refresh = async () => {
      const { refresh_token: before = "" } = file.read();
      const response = await oidc.refreshTokenGrant(config, before);
      const { access_token, token_type, expires_in = 0, refresh_token = before } = response;
      file.write(stored({ access_token, token_type, expires_in, refresh_token }));
      return access_token;
    };
    const token = async () => {
      const { access_token, expiresAt } = file.read();
      return Date.now() < expiresAt ? access_token : refresh();
    };
    return { token, request: (url) => requestWith(token, refresh, url) };
  },
};

export default client;

function stored(response) {
  return { ...response, expiresAt: Date.now() + response.expires_in * 1000 };
}
