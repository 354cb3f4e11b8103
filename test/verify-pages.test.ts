import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { createVerifier } from "@regrant/verify";
import { accessTokenOf, requireToken } from "@regrant/verify/express";
import express from "express";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { bundle, launch, servePage } from "./browser.ts";
import { listen } from "./listen.ts";
import { needChromium } from "./need.ts";
import type { PageOfAnotherOrigin } from "./page/api-of-another-origin.ts";

declare global {
  var otherOrigin: PageOfAnotherOrigin;
}

const cors = createRequire(import.meta.url)("cors") as (options: object) => express.RequestHandler;
const browser = await needChromium();
const options = { skip: browser.missing, timeout: 120_000 };

test("a page of another origin sees that its token was refused, and recovers", options, async (t) => {
  const script = await bundle(join(import.meta.dirname, "page/api-of-another-origin.ts"));
  const origin = await servePage(t, { "page.js": script });
  const { issuer, sign } = await authorizationServer(t, origin);
  const app = express();
  app.use(cors({ origin, exposedHeaders: ["X-Total"] }));
  app.use(requireToken(createVerifier({ issuer, audience: "api" })));
  app.post("/orders", (request, response) => void response.send(accessTokenOf(request).subject));
  const api = `${await listen(t, app)}/orders`;

  const page = await (await launch(t, browser)).newPage();
  await page.goto(origin);
  const challenge = await page.evaluate((api) => otherOrigin.challenge(api), api);
  assert.match(challenge ?? "", /^Bearer error="invalid_token"/);
  const session = { access_token: await sign("another key"), refresh_token: "r", expires_in: 3600 };
  const seen = await page.evaluate(([endpoint, api, session]) => otherOrigin.call(endpoint, api, session), [
    `${issuer}/token`,
    api,
    session,
  ] as const);
  assert.deepEqual(seen, { status: 200, refreshed: 1 });
});

/** An authorization server whose endpoints the page may call. */
async function authorizationServer(t: TestContext, origin: string) {
  const keys = { own: await generateKeyPair("EdDSA"), "another key": await generateKeyPair("EdDSA") };
  const jwk = { ...(await exportJWK(keys.own.publicKey)), kid: "k", alg: "EdDSA" };
  let issuer = "";
  const sign = (by: keyof typeof keys = "own") =>
    new SignJWT({ client_id: "page", scope: "" })
      .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: "k" })
      .setIssuer(issuer)
      .setAudience("api")
      .setSubject("customer-7")
      .setJti("j")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(keys[by].privateKey);
  const app = express();
  app.use(cors({ origin }));
  app.get("/.well-known/oauth-authorization-server", (_request, response) => {
    response.json({ issuer, jwks_uri: `${issuer}/jwks` });
  });
  app.get("/jwks", (_request, response) => void response.json({ keys: [jwk] }));
  app.post("/token", async (_request, response) => {
    response.json({
      access_token: await sign(),
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: "next",
    });
  });
  issuer = await listen(t, app);
  return { issuer, sign };
}
