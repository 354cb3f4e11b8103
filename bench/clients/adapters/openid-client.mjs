// openid-client: its refreshTokenGrant, called when the stored token has expired, the answer stored before its use. It
// does not retry after a 401; the recipe refreshes once and asks again.
import * as oidc from "openid-client";
import { askWith, TokenFile } from "../tested-client.ts";

/** @type {import("../tested-client.ts").TestedClient} */
const client = {
  async login(place, answer) {
    new TokenFile(place).write(stored(answer));
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
      const answer = await oidc.refreshTokenGrant(config, before);
      const { access_token, token_type, expires_in = 0, refresh_token = before } = answer;
      file.write(stored({ access_token, token_type, expires_in, refresh_token }));
      return access_token;
    };
    const token = async () => {
      const { access_token, expiresAt } = file.read();
      return Date.now() < expiresAt ? access_token : refresh();
    };
    return { token, ask: (url) => askWith(token, refresh, url) };
  },
};

export default client;

function stored(answer) {
  return { ...answer, expiresAt: Date.now() + answer.expires_in * 1000 };
}
