import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { after, test } from "node:test";
import { SignJWT } from "jose";
import type { JWTPayload } from "jose";
import { JWT_BEARER, TOKEN_EXCHANGE } from "../client-settings/grant-types.ts";
import { DocumentError } from "../clients/cimd/fetch-document.ts";
import type { FetchedDocument } from "../clients/cimd/fetch-document.ts";
import { HOUR, SECOND } from "../store/contract/fixtures.ts";
import { ISSUER, startService, tokensOf } from "../testing.ts";
import type { Parameters } from "../testing.ts";
import { JWT } from "./exchange/token-types.ts";

const MCP = "https://mcp.example/mcp";
const IDP = "https://acme.idp.example";
const PARTNER = "https://partner.example";

/** The Internet of these tests. */
const documents = new Map<string, unknown>();
async function fetchDocument(url: string): Promise<FetchedDocument> {
  const body = documents.get(url);
  if (body === undefined) throw new DocumentError("unreachable");
  return { body, maxAge: undefined };
}
function newKey(kid: string, keysUrl: string): KeyObject {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  documents.set(keysUrl, { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "ES256" }] });
  return privateKey;
}
documents.set(`${IDP}/.well-known/openid-configuration`, { jwks_uri: `${IDP}/keys` });
let idpKey = newKey("k1", `${IDP}/keys`);
const partnerKey = newKey("p1", `${PARTNER}/keys`);

const t = await startService(
  {
    resources: [MCP],
    assertionIssuers: [
      { issuer: IDP, identifies: "email", domains: ["acme.example"], scopes: ["read"] },
      {
        issuer: PARTNER,
        jwksUri: `${PARTNER}/keys`,
        accepts: ["assertion", "subject_token", "actor_token"],
        algorithms: ["ES256"],
      },
      { issuer: "https://gone.example" },
    ],
  },
  { fetchDocument },
);
after(() => t.close());

const agent = await t.client({ grantTypes: [JWT_BEARER, "refresh_token"] });
const ada = await t.account("ada@acme.example", "correct horse battery");

/** An identity assertion of the enterprise's provider, as ID-JAG-04 §3 has it. */
function idJag(claims: Record<string, unknown> = {}, header: object = {}, key = idpKey): Promise<string> {
  const now = Math.floor(t.clock.at / SECOND);
  const complete = {
    iss: IDP,
    sub: "00u1",
    email: "ada@acme.example",
    aud: ISSUER,
    client_id: agent.id,
    resource: MCP,
    scope: "read write",
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    ...claims,
  };
  const protectedHeader = { alg: "ES256", kid: "k1", typ: "oauth-id-jag+jwt", ...header };
  return new SignJWT(complete)
    .setProtectedHeader(protectedHeader)
    .sign(key, { crit: { "https://ext.example": true } });
}

/** A plain assertion (RFC 7523). */
function plain(claims: JWTPayload = {}, header: object = {}): Promise<string> {
  const exp = Math.floor(t.clock.at / SECOND) + 300;
  const complete = { iss: PARTNER, sub: "customer-7", aud: `${ISSUER}/oauth/token`, exp, ...claims };
  return new SignJWT(complete).setProtectedHeader({ alg: "ES256", kid: "p1", ...header }).sign(partnerKey);
}

function present(assertion: string, more: Parameters = {}, client = agent) {
  return t.token({ grant_type: JWT_BEARER, ...client.credentials, assertion, ...more });
}

const refusal = (detail: string, cause = "assertion_refused") => ({
  status: 400,
  error: "invalid_grant",
  description: "The assertion is invalid, has expired, was used, or is not for this client.",
  cause,
  detail,
});

test("an agent gets a token for an MCP server by its enterprise's assertion, and no refresh token", async () => {
  const { body } = await t.send("/.well-known/oauth-authorization-server");
  assert.ok((body["grant_types_supported"] as string[]).includes(JWT_BEARER));
  const profiles = ["urn:ietf:params:oauth:grant-profile:id-jag"];
  assert.deepEqual(body["authorization_grant_profiles_supported"], profiles);

  const authTime = Math.floor(t.clock.at / SECOND) - 60;
  const response = await present(await idJag({ acr: "phr", auth_time: authTime }));
  const { accessToken, expiresIn } = tokensOf(response);
  assert.deepEqual(
    [expiresIn, response.body["refresh_token"], response.body["scope"]],
    [3600, undefined, "read"],
  );
  const { sub, aud, scope, client_id, acr, auth_time } = (await t.verified(accessToken)).claims;
  assert.deepEqual([sub, aud, scope, client_id], [ada, MCP, "read", agent.id]);
  assert.deepEqual([acr, auth_time], ["phr", authTime]);
  assert.equal((await t.introspect(agent, accessToken)).body["active"], true);
  const [grant] = await t.deps.store.grants.list({ subject: ada }, { limit: 1 });
  assert.equal((await t.deps.store.events.list({ grantId: grant?.id ?? "" }, 1))[0]?.data["via"], "id-jag");
  await t.deps.store.grants.revoke(grant?.id ?? "", "revoked_by_subject", "subject");
  assert.equal((await t.introspect(agent, accessToken)).body["active"], false);
});

test("an assertion is accepted once", async () => {
  const assertion = await idJag();
  tokensOf(await present(assertion));
  await t.refused(() => present(assertion), refusal("used"));
  const unnamed = await plain();
  tokensOf(await present(unnamed));
  await t.refused(() => present(unnamed), refusal("used"));
});

test("an identity assertion is refused for what is wrong in it, in one text", async () => {
  const now = Math.floor(t.clock.at / SECOND);
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const deep = {
    sub: "1",
    act: { sub: "2", act: { sub: "3", act: { sub: "4", act: { sub: "5", act: { sub: "6" } } } } },
  };
  const wrong: [Promise<string>, string][] = [
    [idJag({ aud: "https://else.example" }), "aud"],
    [idJag({ aud: `${ISSUER}/oauth/token` }), "aud"],
    [idJag({ aud: [ISSUER, "https://else.example"] }), "aud"],
    [idJag({ client_id: "another" }), "client_id"],
    [idJag({ client_id: undefined }), "client_id"],
    [idJag({ jti: undefined }), "jti"],
    [idJag({ sub: undefined }), "sub"],
    [idJag({ iat: undefined }), "iat"],
    [idJag({ iat: now + 120 }), "iat"],
    [idJag({ exp: now - 61 }), "exp"],
    [idJag({ exp: now + 7200 }), "exp"],
    [idJag({ nbf: now + 120 }), "nbf"],
    [idJag({ iss: "https://unknown.example" }), "issuer"],
    [idJag({ iss: PARTNER }), "issuer"],
    [idJag({}, { typ: "at+jwt" }), "issuer"],
    [idJag({}, { typ: undefined }), "issuer"],
    [idJag({}, {}, other), "signature"],
    [idJag({}, { kid: "k9" }), "signature"],
    [idJag({}, { crit: ["https://ext.example"], "https://ext.example": 1 }), "signature"],
    [idJag({ authorization_details: [{ type: "payment" }] }), "authorization_details"],
    [idJag({ aud_tenant: "t-1" }), "aud_tenant"],
    [idJag({ act: { sub: "x", amr: ["pwd"] } }), "act"],
    [idJag({ act: deep }), "act"],
    [idJag({ cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } }), "cnf"],
    [Promise.resolve("nonsense"), "form"],
    [Promise.resolve("a.b.c"), "form"],
  ];
  for (const [assertion, detail] of wrong) {
    const value = await assertion;
    await t
      .refused(() => present(value), refusal(detail))
      .catch((error: unknown) => {
        throw new Error(detail, { cause: error });
      });
  }
  const none = `${Buffer.from('{"alg":"none","typ":"oauth-id-jag+jwt"}').toString("base64url")}.${(await idJag()).split(".")[1]}.`;
  await t.refused(() => present(none), refusal("signature"));
});

test("the subject is an enabled account of the issuer's domains, and no other", async () => {
  const subject = (detail: string) => refusal(detail, "assertion_subject_refused");
  const of = async (claims: JWTPayload, detail: string) => {
    const assertion = await idJag(claims);
    await t.refused(() => present(assertion), subject(detail));
  };
  await of({ email: "ada@else.example" }, "domain");
  await of({ email: undefined }, "domain");
  await of({ email_verified: false }, "domain");
  await of({ email: "nobody@acme.example" }, "no account");
  const bob = await t.account("bob@acme.example", "correct horse battery");
  tokensOf(await present(await idJag({ email: "Bob@acme.example" })));
  await t.deps.store.accounts.disable(bob, "test");
  await of({ email: "bob@acme.example" }, "disabled");
});

test("scope and resource are those of assertion, issuer, client and request together", async () => {
  const scope = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };
  const target = { status: 400, error: "invalid_target", cause: "resource_mismatch" };
  const [wide, none, elsewhere, unknown] = [
    await idJag(),
    await idJag({ scope: "write" }),
    await idJag(),
    await idJag({ resource: "https://else.example" }),
  ];
  await t.refused(() => present(wide, { scope: "write" }), scope);
  await t.refused(() => present(none), scope);
  await t.refused(() => present(elsewhere, { resource: ISSUER }), target);
  await t.refused(() => present(unknown), target);
  // A refusal of the request uses nothing up.
  tokensOf(await present(wide, { scope: "read", resource: MCP }));
  const several = await idJag({ resource: [MCP, "https://else.example"] });
  await t.refused(() => present(several), target);
  tokensOf(await present(several, { resource: MCP }));
});

test("an identity provider that changes its key is understood at once by a service that has not its keys yet", async () => {
  idpKey = newKey("k2", `${IDP}/keys`);
  t.clock.at += HOUR;
  const settings = { assertionIssuers: [{ issuer: IDP }] };
  const fresh = await startService(settings, { fetchDocument, clock: t.clock });
  const client = await fresh.client({ grantTypes: [JWT_BEARER] }, { id: agent.id });
  const assertion = await idJag({ resource: undefined }, { kid: "k2" });
  const request = { grant_type: JWT_BEARER, ...client.credentials, assertion };
  const { accessToken } = tokensOf(await fresh.token(request));
  assert.equal((await fresh.verified(accessToken)).claims.sub, "00u1");
  await fresh.close();
});

test("an issuer whose keys cannot be fetched is a passing failure", async () => {
  const assertion = await idJag({ iss: "https://gone.example" });
  const { status, body, headers } = await present(assertion);
  const seen = [status, body["error"], headers.get("retry-after")];
  assert.deepEqual(seen, [503, "temporarily_unavailable", "30"]);
  assert.equal(t.log.at(-1)?.["cause"], "issuer_keys_unreachable");
});

test("a plain assertion names the issuer or the token endpoint, and its subject is taken as it is", async () => {
  for (const aud of [ISSUER, `${ISSUER}/oauth/token`, ["https://else.example", ISSUER]]) {
    const { accessToken } = tokensOf(await present(await plain({ aud })));
    const { sub, scope } = (await t.verified(accessToken)).claims;
    assert.deepEqual([sub, scope], ["customer-7", "read write"]);
  }
  const wrong = await plain({ aud: "https://else.example" });
  await t.refused(() => present(wrong), refusal("aud"));
  const otherType = await plain({}, { typ: "at+jwt" });
  await t.refused(() => present(otherType), refusal("typ"));
});

test("a client must authenticate, and have the grant type", async () => {
  const assertion = await plain();
  const credentials = { client_id: agent.id, client_secret: "wrong" };
  const unknown = { status: 401, error: "invalid_client", cause: "wrong_secret" };
  await t.refused(() => present(assertion, credentials), unknown);
  const other = await t.client();
  const notAllowed = { status: 400, error: "unauthorized_client", cause: "grant_type_not_allowed" };
  await t.refused(() => present(assertion, {}, other), notAllowed);
});

test("a partner's JWT is exchanged for a token, and says who may act (RFC 8693 §4.4)", async () => {
  const client = await t.client({ grantTypes: [TOKEN_EXCHANGE], tokenExchange: "impersonation" });
  const exchange = (subject_token: string, more: Parameters = {}) =>
    t.token({
      grant_type: TOKEN_EXCHANGE,
      ...client.credentials,
      subject_token,
      subject_token_type: JWT,
      ...more,
    });
  const response = await exchange(await plain({ may_act: { sub: client.id } }), { scope: "read" });
  const { accessToken, expiresIn } = tokensOf(response);
  assert.ok(expiresIn <= 300);
  const { sub, act } = (await t.verified(accessToken)).claims;
  assert.deepEqual([sub, act], ["customer-7", undefined]);
  const other = await plain({ may_act: { sub: "somebody" } });
  const refused = { status: 400, error: "invalid_request", cause: "actor_not_authorized" };
  await t.refused(() => exchange(other), refused);
  const actor_token = await plain({ sub: "workload-1" });
  const delegated = await exchange(await plain(), { actor_token, actor_token_type: JWT });
  const { claims } = await t.verified(tokensOf(delegated).accessToken);
  assert.deepEqual(claims["act"], { sub: "workload-1", iss: PARTNER });
});

test("without an issuer, the grant type is not offered", async () => {
  const without = await startService();
  const { body } = await without.send("/.well-known/oauth-authorization-server");
  assert.ok(!(body["grant_types_supported"] as string[]).includes(JWT_BEARER));
  assert.equal(body["authorization_grant_profiles_supported"], undefined);
  await without.close();
});
