import assert from "node:assert/strict";
import { after, test } from "node:test";
import { exportJWK, generateKeyPair } from "jose";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { clientSecretPost, createTokenClient, memoryStore, privateKeyJwt } from "@regrant/client";
import type { PublicJwk } from "../../client-settings/jwks.ts";
import { ISSUER, startService } from "../../testing.ts";

const t = await startService();
after(() => t.close());

const GRANTS = ["client_credentials", "refresh_token"] as const;

/** The programs run in this process, so they speak to the service without a network. */
const send = async (url: string | URL | Request, init: object = {}) =>
  t.service.fetch(new Request(url, init));

async function prepare(alg: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg } as PublicJwk;
  const { id } = await t.client({
    grantTypes: GRANTS,
    tokenEndpointAuthMethod: "private_key_jwt",
    jwks: { keys: [jwk] },
  });
  return { id, privateKey, signer: { key: privateKey, kid: "one" } };
}

// Their clocks are the machine's.
t.clock.at = Date.now();

test("openid-client authenticates by its key, introspects and revokes", async () => {
  const { id, signer } = await prepare("PS256");
  const config = await openid.discovery(new URL(ISSUER), id, undefined, openid.PrivateKeyJwt(signer), {
    algorithm: "oauth2",
    [openid.customFetch]: send,
  });
  const { access_token: token } = await openid.clientCredentialsGrant(config, { scope: "read" });
  assert.equal((await openid.tokenIntrospection(config, token)).active, true);
  const { refreshToken } = await t.grant({ id });
  const refreshed = await openid.refreshTokenGrant(config, refreshToken);
  await openid.tokenRevocation(config, refreshed.refresh_token ?? "");
  await assert.rejects(openid.refreshTokenGrant(config, refreshed.refresh_token ?? ""), {
    error: "invalid_grant",
  });
});

test("oauth4webapi authenticates by its key, at PAR too", async () => {
  for (const alg of ["ES256", "Ed25519"]) {
    const { id, signer } = await prepare(alg);
    const server = await oauth
      .discoveryRequest(new URL(ISSUER), { algorithm: "oauth2", [oauth.customFetch]: send })
      .then((response) => oauth.processDiscoveryResponse(new URL(ISSUER), response));
    const client = { client_id: id };
    const options = { [oauth.customFetch]: send };
    const auth = oauth.PrivateKeyJwt(signer);
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      auth,
      { scope: "read" },
      options,
    );
    const tokens = await oauth.processClientCredentialsResponse(server, client, response);
    assert.equal(tokens.token_type, "bearer");
    const pushed = await oauth.pushedAuthorizationRequest(server, client, auth, {}, options);
    // It is the request that is refused, not the client.
    assert.equal(((await pushed.json()) as { error: string }).error, "invalid_request");
  }
});

test("@regrant/client refreshes by its key, and by nothing else", async () => {
  const { id, privateKey } = await prepare("ES256");
  const { accessToken, refreshToken } = await t.grant({ id });
  const open = (clientAuth: ReturnType<typeof clientSecretPost>) =>
    createTokenClient({
      tokenEndpoint: `${ISSUER}/oauth/token`,
      clientId: id,
      key: "ada",
      store: memoryStore(),
      clientAuth,
      fetch: send,
    });
  const tokens = {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: "Bearer",
    expires_in: 60,
  };
  const client = open(privateKeyJwt(privateKey, { issuer: ISSUER, kid: "one" }));
  await client.set(tokens);
  assert.notEqual((await client.getToken({ mode: "force" })).accessToken, accessToken);
  const other = open(clientSecretPost("secret"));
  await other.set(tokens);
  await assert.rejects(other.getToken({ mode: "force" }));
});
