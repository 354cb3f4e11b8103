import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { clientSecretPost, createTokenClient, memoryStore } from "@regrant/client";
import { listen } from "./listen.ts";
import { needChromium } from "./need.ts";
import { Callback, Person } from "./person.ts";
import { Service } from "./service.ts";
import { readRefreshToken } from "./token-request.ts";

const browser = await needChromium();
const ACCOUNT = { username: "ada", password: "correct horse battery" };
const GRANT_TYPES = ["--grant-type", "authorization_code", "--grant-type", "refresh_token"];

/** A Regrant server with one account. */
async function prepare(t: TestContext, settings: Record<string, string> = {}) {
  const service = await Service.prepare(t, settings);
  const subject = await service.createAccount(ACCOUNT.username, ACCOUNT.password);
  const { url: issuer } = await service.serve();
  const person = await Person.at(t, browser, ACCOUNT);
  return { service, subject, issuer, person };
}

test(
  "openid-client signs a user in, refreshes, introspects and revokes",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const { service, subject, issuer, person } = await prepare(t);
    const callback = await Callback.listen(t);
    const flags = [...GRANT_TYPES, "--scope", "read", "--redirect-uri", callback.uri];
    const { client_id, client_secret } = await service.createClient(...flags);
    const config = await openid.discovery(new URL(issuer), client_id, client_secret, undefined, {
      algorithm: "oauth2",
      execute: [openid.allowInsecureRequests],
    });
    const tokens = await signInThere(config, callback, person);
    assert.equal(tokens.scope, "read");

    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? "");
    assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
    const seen = await openid.tokenIntrospection(config, refreshed.access_token);
    assert.deepEqual([seen.active, seen.sub, seen.client_id], [true, subject, client_id]);
    await openid.tokenRevocation(config, refreshed.refresh_token ?? "");
    await assert.rejects(openid.refreshTokenGrant(config, refreshed.refresh_token ?? ""), {
      error: "invalid_grant",
    });
  },
);

test(
  "@regrant/client keeps the tokens of openid-client's sign-in: one refresh for all callers, until the grant is revoked",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const { service, issuer, person } = await prepare(t);
    const callback = await Callback.listen(t);
    const flags = [...GRANT_TYPES, "--scope", "read", "--redirect-uri", callback.uri];
    const { client_id: clientId, client_secret: secret } = await service.createClient(...flags);
    const config = await openid.discovery(new URL(issuer), clientId, secret, undefined, {
      algorithm: "oauth2",
      execute: [openid.allowInsecureRequests],
    });
    const signedIn = await signInThere(config, callback, person);

    const options = {
      tokenEndpoint: `${issuer}/oauth/token`,
      issuer,
      clientId,
      key: "ada",
      store: memoryStore(),
    };
    const open = () => createTokenClient({ ...options, clientAuth: clientSecretPost(secret) });
    const client = open();
    await client.set(signedIn);
    const rejected = signedIn.access_token;
    const tokens = await Promise.all([client, open(), open()].map((one) => one.getToken({ rejected })));
    const [token, ...others] = new Set(tokens.map(({ accessToken }) => accessToken));
    assert.deepEqual(others, [], "one refresh");
    assert.notEqual(token, rejected);
    assert.equal((await openid.tokenIntrospection(config, token ?? "")).active, true);

    await service.run(["grant", "revoke", readRefreshToken(signedIn.refresh_token ?? "").grantId]);
    await assert.rejects(client.getToken({ mode: "force" }), { code: "session_ended", reason: "rejected" });
  },
);

/** The authorization code flow of openid-client, with a user who signs in and consents. */
async function signInThere(config: openid.Configuration, callback: Callback, person: Person) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const to = openid.buildAuthorizationUrl(config, {
    redirect_uri: callback.uri,
    scope: "read",
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });

  const answer = callback.answer();
  await person.page.goto(to.href);
  await person.signIn();
  await person.allow();
  return openid.authorizationCodeGrant(config, await answer, {
    pkceCodeVerifier,
    expectedState,
  });
}

test(
  "openid-client registers itself, and gets tokens for a device that a user authorizes",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const settings = { REGRANT_REGISTRATION: "open", REGRANT_REGISTRATION_SCOPES: "read" };
    const device = { REGRANT_DEVICE_POLL_INTERVAL: "1" };
    const { issuer, person } = await prepare(t, { ...settings, ...device });
    const grant_types = ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"];
    const metadata = { client_name: "Television", grant_types, token_endpoint_auth_method: "none" };
    const options: openid.DynamicClientRegistrationRequestOptions = {
      algorithm: "oauth2",
      execute: [openid.allowInsecureRequests],
    };
    const config = await openid.dynamicClientRegistration(new URL(issuer), metadata, openid.None(), options);

    const asked = await openid.initiateDeviceAuthorization(config, { scope: "read" });
    const signal = AbortSignal.timeout(60_000);
    const polled = openid.pollDeviceAuthorizationGrant(config, asked, undefined, { signal });
    const { page } = person;
    await page.goto(asked.verification_uri);
    await person.signIn();
    await page.getByLabel("Code").fill(asked.user_code.toLowerCase().replace("-", " "));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText(asked.user_code, { exact: true }).waitFor();
    await page.getByText("Television").first().waitFor();
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.getByRole("status").waitFor();

    const tokens = await polled;
    assert.equal(tokens.scope, "read");
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? "");
    assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
  },
);

test(
  "oauth4webapi pushes its request, signs a user in, and refreshes",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const { service, issuer, person } = await prepare(t);
    const callback = await Callback.listen(t);
    const flags = ["--public", ...GRANT_TYPES, "--scope", "read", "--redirect-uri", callback.uri];
    const client: oauth.Client = { client_id: (await service.createClient(...flags)).client_id };
    const insecure = { [oauth.allowInsecureRequests]: true };
    const url = new URL(issuer);
    const discovered = await oauth.discoveryRequest(url, { algorithm: "oauth2", ...insecure });
    const as = await oauth.processDiscoveryResponse(url, discovered);

    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const pushed = await oauth.processPushedAuthorizationResponse(
      as,
      client,
      await oauth.pushedAuthorizationRequest(
        as,
        client,
        oauth.None(),
        {
          response_type: "code",
          redirect_uri: callback.uri,
          scope: "read",
          state,
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: "S256",
        },
        insecure,
      ),
    );
    const to = new URL(as.authorization_endpoint ?? "");
    to.searchParams.set("client_id", client.client_id);
    to.searchParams.set("request_uri", pushed.request_uri);

    const answer = callback.answer();
    await person.page.goto(to.href);
    await person.signIn();
    await person.allow();
    // Checks state and iss (RFC 9207) as well.
    const parameters = oauth.validateAuthResponse(as, client, await answer, state);
    const redeemed = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      oauth.None(),
      parameters,
      callback.uri,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, redeemed);
    const refreshing = await oauth.refreshTokenGrantRequest(
      as,
      client,
      oauth.None(),
      tokens.refresh_token ?? "",
      insecure,
    );
    const refreshed = await oauth.processRefreshTokenResponse(as, client, refreshing);
    assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
  },
);

test(
  "oidc-client-ts signs a user in from a page of another origin, and renews in the background",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const { service, issuer, person } = await prepare(t);
    const origin = await servePage(t);
    const flags = ["--public", ...GRANT_TYPES, "--scope", "read", "--redirect-uri", `${origin}/callback`];
    const { client_id } = await service.createClient(...flags);
    const settings = {
      authority: issuer,
      metadataUrl: `${issuer}/.well-known/oauth-authorization-server`,
      client_id,
      redirect_uri: `${origin}/callback`,
      scope: "read",
      automaticSilentRenew: false,
    };
    const { page } = person;
    await page.goto(origin);
    await page.evaluate((given) => {
      const { oidc } = globalThis as unknown as PageGlobals;
      void new oidc.UserManager(given).signinRedirect();
    }, settings);
    await person.signIn();
    await person.allow();
    await page.waitForURL((url) => url.pathname === "/callback");

    const [first, renewed] = await page.evaluate(async (given) => {
      const { oidc } = globalThis as unknown as PageGlobals;
      const manager = new oidc.UserManager(given);
      return [await manager.signinCallback(), await manager.signinSilent()];
    }, settings);
    assert.equal(first?.scope, "read");
    assert.notEqual(renewed?.refresh_token, first?.refresh_token);
    assert.notEqual(renewed?.access_token, first?.access_token);
  },
);

/** The part of the library's global that is used here. */
interface PageGlobals {
  oidc: {
    UserManager: new (settings: object) => {
      signinRedirect: () => Promise<void>;
      signinCallback: () => Promise<OidcUser | undefined>;
      signinSilent: () => Promise<OidcUser | null>;
    };
  };
}

interface OidcUser {
  access_token: string;
  refresh_token?: string;
  scope?: string;
}

/** A page on another origin with the library's browser build. */
async function servePage(t: TestContext): Promise<string> {
  const library = join(
    import.meta.dirname,
    "../node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js",
  );
  const script = await readFile(library);
  return listen(t, (request, response) => {
    const isScript = request.url === "/oidc.js";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : '<!doctype html><title>Page</title><script src="/oidc.js"></script>');
  });
}
