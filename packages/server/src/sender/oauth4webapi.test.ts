import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as oauth from "oauth4webapi";
import { ISSUER, startService } from "../testing.ts";

const t = await startService({ dpopNonce: "on" });
t.clock.at = Date.now();
after(() => t.close());

test("oauth4webapi, unmodified, binds a session in place, heeds nonces, and refreshes with its key alone", async () => {
  const { id } = await t.client({}, { isPublic: true });
  const { refreshToken } = await t.grant({ id });
  const client: oauth.Client = { client_id: id };
  const fetched = {
    [oauth.customFetch]: async (url: string, init: object) => t.service.fetch(new Request(url, init)),
  };
  const url = new URL(ISSUER);
  const discovered = await oauth.discoveryRequest(url, { algorithm: "oauth2", ...fetched });
  const as = await oauth.processDiscoveryResponse(url, discovered);
  const pair = await oauth.generateKeyPair("ES256", { extractable: true });
  const options = { ...fetched, DPoP: oauth.DPoP(client, pair) };
  const refresh = async (token: string) => {
    const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), token, options);
    return oauth.processRefreshTokenResponse(as, client, response);
  };
  await assert.rejects(refresh(refreshToken), oauth.isDPoPNonceError);
  let token = refreshToken;
  for (let i = 0; i < 3; i++) {
    const tokens = await refresh(token);
    assert.equal(tokens.token_type, "dpop");
    const { claims } = await t.verified(tokens.access_token);
    assert.deepEqual(claims["cnf"], { jkt: await options.DPoP.calculateThumbprint() });
    token = tokens.refresh_token ?? "";
    // The next nonce comes with each response.
    t.clock.at += 90_000;
  }
  options.DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  await assert.rejects(refresh(token), oauth.isDPoPNonceError);
  await assert.rejects(
    refresh(token),
    (error) => error instanceof oauth.ResponseBodyError && error.error === "invalid_grant",
  );
});
