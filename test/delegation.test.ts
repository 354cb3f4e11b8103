// Delegation as a whole, from the identity provider to the API: ID-JAG, an agent's child grant, and how each ends.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { SignJWT } from "jose";
import { createRegrant } from "@regrant/server";
import type { Regrant } from "@regrant/server";
import { createVerifier } from "@regrant/verify";
import type { Verifier } from "@regrant/verify";
import { form } from "../packages/server/src/testing.ts";
import type { Parameters } from "../packages/server/src/testing.ts";
import { listen } from "./listen.ts";

const ISSUER = "https://auth.example";
const MCP = "https://mcp.example/mcp";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TYPE = "urn:ietf:params:oauth:token-type";

/** An enterprise's identity provider, with a JWKS on the loopback address. */
class IdentityProvider {
  issuer = "";
  #kid = 0;
  #key: KeyObject | undefined;
  #jwks: object = { keys: [] };

  static async start(t: TestContext): Promise<IdentityProvider> {
    const idp = new IdentityProvider();
    idp.issuer = await listen(t, (_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(idp.#jwks));
    });
    idp.changeKey();
    return idp;
  }

  changeKey(): void {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const kid = `k${(this.#kid += 1)}`;
    this.#key = privateKey;
    this.#jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "ES256" }] };
  }

  /** What the user's client gets there for its ID token (ID-JAG-04 §4.1). */
  assertion(clientId: string): Promise<string> {
    const claims = { email: "ada@acme.example", client_id: clientId, resource: MCP, scope: "files:read" };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid: `k${this.#kid}`, typ: "oauth-id-jag+jwt" })
      .setIssuer(this.issuer)
      .setSubject("00u1")
      .setAudience(ISSUER)
      .setIssuedAt()
      .setExpirationTime("5m")
      .setJti(randomUUID())
      .sign(this.#key ?? assert.fail());
  }
}

async function startService(t: TestContext, assertionIssuers: object[] = []): Promise<Regrant> {
  const regrant = await createRegrant({
    issuer: ISSUER,
    database: "sqlite::memory:",
    signingAlgorithm: "EdDSA",
    logLevel: "silent",
    resources: [MCP],
    assertionIssuers: assertionIssuers as never,
  });
  t.after(() => regrant.close());
  return regrant;
}

/** The MCP server: it follows the revocations. */
async function startVerifier(t: TestContext, regrant: Regrant): Promise<Verifier> {
  const { client_id: clientId, client_secret: clientSecret = "" } = await regrant.admin.clients.create({
    name: "MCP server",
    grantTypes: ["client_credentials"],
    resourceServer: true,
  });
  const verifier = createVerifier({
    issuer: ISSUER,
    audience: MCP,
    revocations: { clientId, clientSecret },
    fetch: async (url, init) => regrant.fetch(new Request(url, init)),
  });
  t.after(() => verifier.close());
  await verifier.ready();
  return verifier;
}

async function ask(regrant: Regrant, parameters: Parameters) {
  const body = form(parameters);
  const response = await regrant.fetch(new Request(`${ISSUER}/oauth/token`, { method: "POST", body }));
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

function present(verifier: Verifier, accessToken = "") {
  return verifier.verify({ headers: { authorization: `Bearer ${accessToken}` } });
}

/** The feed is followed within a second. */
async function becomesRefused(verifier: Verifier, accessToken = ""): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await setTimeout(20)) {
    if ("refusal" in (await present(verifier, accessToken))) return;
  }
  assert.fail("the token is still accepted");
}

test("an enterprise's agent gets tokens for an MCP server by its identity provider, which changes its key", async (t) => {
  const idp = await IdentityProvider.start(t);
  const trusted = { issuer: idp.issuer, jwksUri: `${idp.issuer}/keys`, identifies: "email" };
  const regrant = await startService(t, [{ ...trusted, domains: ["acme.example"] }]);
  const verifier = await startVerifier(t, regrant);
  const ada = await regrant.admin.accounts.create({
    username: "ada@acme.example",
    password: "correct horse battery staple",
  });
  const agent = await regrant.admin.clients.create({
    name: "Agent",
    grantTypes: [JWT_BEARER],
    scopes: ["files:read", "files:write"],
  });
  const credentials = { client_id: agent.client_id, client_secret: agent.client_secret };
  const redeem = async () =>
    ask(regrant, {
      grant_type: JWT_BEARER,
      ...credentials,
      assertion: await idp.assertion(agent.client_id),
    });

  const first = await redeem();
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.equal(first.body["refresh_token"], undefined);
  const verdict = await present(verifier, first.body["access_token"]);
  assert.ok("token" in verdict);
  assert.deepEqual([verdict.token.subject, verdict.token.scopes], [ada.subject, ["files:read"]]);

  // jose fetches keys for an unknown `kid` at most every 30 s.
  idp.changeKey();
  const early = await redeem();
  assert.deepEqual([early.status, early.body["error"]], [400, "invalid_grant"]);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 31_000 });
  const second = await redeem();
  assert.equal(second.status, 200, JSON.stringify(second.body));
  t.mock.timers.reset();

  await regrant.admin.accounts.disable("ada@acme.example");
  await becomesRefused(verifier, first.body["access_token"]);
  assert.deepEqual([(await redeem()).status], [400]);
});

test("an agent's child grant is refreshed, and the API refuses its tokens once the user's grant has ended", async (t) => {
  const regrant = await startService(t);
  const verifier = await startVerifier(t, regrant);
  const shop = await regrant.admin.clients.create({
    name: "Shop",
    grantTypes: ["refresh_token"],
    scopes: ["files:read", "files:write"],
  });
  const agent = await regrant.admin.clients.create({
    name: "Agent",
    grantTypes: [EXCHANGE, "refresh_token"],
    scopes: ["files:read"],
    tokenExchange: "delegation",
    exchangeClients: [shop.client_id],
    exchangeAudiences: [MCP],
    exchangeGrantTtl: 7_776_000,
  });
  const credentials = { client_id: agent.client_id, client_secret: agent.client_secret };
  const session = await regrant.issue({ clientId: shop.client_id, subject: "customer-7" });
  const exchange = (more: Parameters = {}) =>
    ask(regrant, {
      grant_type: EXCHANGE,
      ...credentials,
      subject_token: session.access_token,
      subject_token_type: `${TYPE}:access_token`,
      resource: MCP,
      ...more,
    });
  const child = await exchange({ requested_token_type: `${TYPE}:refresh_token` });
  assert.equal(child.status, 200, JSON.stringify(child.body));
  const refreshed = await ask(regrant, {
    grant_type: "refresh_token",
    ...credentials,
    refresh_token: child.body["refresh_token"],
  });
  const alone = await exchange();
  for (const { body } of [refreshed, alone]) {
    const verdict = await present(verifier, body["access_token"]);
    assert.ok("token" in verdict, JSON.stringify(verdict));
    assert.deepEqual(verdict.token.act, { sub: agent.client_id });
    assert.deepEqual([verdict.token.subject, verdict.token.scopes], ["customer-7", ["files:read"]]);
  }

  const body = form({
    client_id: shop.client_id,
    client_secret: shop.client_secret,
    token: session.refresh_token,
  });
  await regrant.fetch(new Request(`${ISSUER}/oauth/revoke`, { method: "POST", body }));
  for (const tokens of [refreshed, alone]) await becomesRefused(verifier, tokens.body["access_token"]);
  const dead = await ask(regrant, {
    grant_type: "refresh_token",
    ...credentials,
    refresh_token: refreshed.body["refresh_token"],
  });
  assert.deepEqual([dead.status, dead.body["error_reason"]], [400, "revoked"]);
});
