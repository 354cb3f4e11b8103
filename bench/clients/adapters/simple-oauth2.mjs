// simple-oauth2: createToken from what was stored, expired(), refresh(), and the new token stored as JSON.
import { AuthorizationCode } from "simple-oauth2";
import { requestWith, TokenFile } from "../tested-client.ts";

/** @type {import("../tested-client.ts").TestedClient} */
const client = {
  async login(place, tokens) {
    const expires_at = new Date(Date.now() + tokens.expires_in * 1000);
    new TokenFile(place).write({ ...tokens, expires_at });
  },
  async open(place) {
    const file = new TokenFile(place);
    const grant = new AuthorizationCode({
      client: { id: "bench", secret: "" },
      auth: { tokenHost: place.issuer, tokenPath: "/token" },
    });
    const refresh = async () => {
      const { token } = await grant.createToken(file.read()).refresh();
      file.write(token);
      return token.access_token;
    };
    const token = async () => {
      const stored = file.read();
      return grant.createToken(stored).expired() ? refresh() : stored.access_token;
    };
    return { token, request: (url) => requestWith(token, refresh, url) };
  },
};

export default client;
