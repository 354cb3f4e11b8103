import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import type { CryptoKey } from "jose";
import type { PublicJwk } from "../client-settings/jwks.ts";
import { CALLBACK, errorOf, SIGN_IN_CLIENT, TestBrowser, TestRequest } from "../testing-browser.ts";
import { ISSUER, startService, tokensOf } from "../testing.ts";
import type { TestClient, TestService } from "../testing.ts";

const ADA = { username: "ada", password: "correct horse battery staple" };

interface Signer {
  alg: string;
  key: CryptoKey;
  jwk: PublicJwk;
}

async function signer(alg: string): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid: alg } as PublicJwk };
}

const signers = await Promise.all(["ES256", "PS256", "EdDSA"].map(signer));
const [es256 = await signer("ES256")] = signers;
const rs256 = await signer("RS256");
const stranger = await signer("ES256");

let t: TestService;
let client: TestClient;
before(async () => {
  t = await startService({ resources: ["https://mcp.example/notes"] });
  await t.account(ADA.username, ADA.password);
  const keys = [...signers, rs256].map(({ jwk }) => jwk);
  client = await t.client({ ...SIGN_IN_CLIENT, firstParty: true, jwks: { keys } });
});
after(() => t.close());

const seconds = () => Math.floor(t.clock.at / 1000);

interface Made {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  by?: Signer;
  request?: TestRequest;
}

function object({ claims = {}, header = {}, by = es256, request = new TestRequest(client) }: Made = {}) {
  const now = seconds();
  const usual = { iss: client.id, aud: ISSUER, nbf: now, iat: now, exp: now + 300 };
  const typ = "oauth-authz-req+jwt";
  return new SignJWT({ ...request.parameters(), ...usual, ...claims })
    .setProtectedHeader({ alg: by.alg, kid: by.jwk.kid, typ, ...header } as never)
    .sign(by.key);
}

const push = (jwt: string, more = {}) =>
  t.post("/oauth/par", { ...client.credentials, request: jwt, ...more });

test("a signed request is pushed, and nothing beside it counts", async () => {
  for (const by of signers) {
    const request = new TestRequest(client);
    const beside = {
      scope: "nonsense",
      redirect_uri: "https://evil.example/",
      state: "other",
      response_type: "token",
    };
    const { body, status } = await push(await object({ by, request, claims: { scope: "read" } }), beside);
    assert.equal(status, 201, JSON.stringify(body));
    const query = new URLSearchParams({ client_id: client.id, request_uri: String(body["request_uri"]) });
    const browser = new TestBrowser(t);
    const left = await browser.submit(await browser.open(`/oauth/authorize?${query.toString()}`), ADA);
    const answer = await t.token(request.redeem(request.codeOf(left)));
    const { claims } = await t.verified(tokensOf(answer).accessToken);
    assert.equal(claims["scope"], "read");
  }
});

test("what may differ: typ, an array as aud, clocks by 8 s, numbers and JSON among the parameters", async () => {
  const now = seconds();
  const accepted: Made[] = [
    { header: { typ: undefined } },
    { header: { typ: "JWT" } },
    { header: { kid: undefined } },
    { claims: { aud: ["https://else.example", ISSUER] } },
    { claims: { iss: undefined, iat: undefined } },
    { claims: { nbf: now + 8, iat: now + 8 } },
    { claims: { nbf: now - 3500, exp: now + 100, iat: undefined } },
    { claims: { max_age: 600, unknown: { any: 1 } } },
    { claims: { jti: "1", resource: "https://mcp.example/notes" } },
  ];
  for (const made of accepted) {
    const { status, text } = await push(await object(made));
    assert.equal(status, 201, `${JSON.stringify(made)} ${text}`);
  }
});

test("each thing that is wrong with it is refused, in ASCII without quotes", async () => {
  const now = seconds();
  const good = await object();
  const [head = "", payload = "", signature = ""] = good.split(".");
  const refused: [string, string | Made][] = [
    ["no key of the client", { by: { ...stranger, jwk: es256.jwk } }],
    ["RS256, though the client has such a key", { by: rs256 }],
    ["none", new UnsecuredJWT({ ...new TestRequest(client).parameters(), aud: ISSUER }).encode()],
    ["a broken signature", `${head}.${payload}.${signature.slice(0, -4)}AAAA`],
    ["another payload", `${head}.${Buffer.from('{"client_id":"x"}').toString("base64url")}.${signature}`],
    ["no JWT", "e30.e30."],
    ["no JSON", "a.b.c"],
    ["too long", `${head}.${payload}.${"A".repeat(20_000)}`],
    ["another type", { header: { typ: "at+jwt" } }],
    ["a critical header", { header: { crit: ["b64"], b64: true } }],
    ["another audience", { claims: { aud: "https://else.example" } }],
    ["other audiences", { claims: { aud: [`${ISSUER}/oauth/par`] } }],
    ["no audience", { claims: { aud: undefined } }],
    ["another issuer", { claims: { iss: "else" } }],
    ["another client", { claims: { client_id: "else", iss: undefined } }],
    ["no client", { claims: { client_id: undefined } }],
    ["the client as its subject", { claims: { sub: client.id } }],
    ["no exp", { claims: { exp: undefined } }],
    ["expired", { claims: { exp: now - 60, nbf: now - 120 } }],
    ["exp 70 minutes after nbf", { claims: { exp: now + 4200 } }],
    ["no nbf", { claims: { nbf: undefined } }],
    ["nbf 70 minutes ago", { claims: { nbf: now - 4200, exp: now + 60 } }],
    ["nbf to come", { claims: { nbf: now + 60 } }],
    ["iat to come", { claims: { iat: now + 60 } }],
    ["nbf as text", { claims: { nbf: String(now) } }],
    ["a request_uri in it", { claims: { request_uri: "urn:x" } }],
    ["a request in it", { claims: { request: "e30.e30." } }],
    ["a parameter that is no text", { claims: { scope: ["read"] } }],
    ["two resources", { claims: { resource: ["https://mcp.example/notes", "https://else.example"] } }],
  ];
  const expected = {
    status: 400,
    error: "invalid_request_object",
    cause: "request_object_refused",
    parameter: "request",
  };
  for (const [name, made] of refused) {
    // `crit` cannot be signed by the library without being understood.
    const jwt = typeof made === "string" ? made : await object(made).catch(() => "a.b.c");
    const { body } = await t
      .refused(() => push(jwt), expected, "push")
      .catch((error: unknown) => {
        throw new Error(name, { cause: error });
      });
    assert.match(String(body["error_description"]), /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/, name);
  }
  const faulty = await object({ claims: { code_challenge_method: "plain" } });
  const inner = { status: 400, error: "invalid_request", cause: "unsupported_code_challenge_method" };
  await t.refused(() => push(faulty), inner, "push");
});

test("a client that is held to signed requests is refused without one, by PAR and by the browser", async () => {
  const strict = await t.client({
    ...SIGN_IN_CLIENT,
    requireSignedRequest: true,
    jwks: { keys: [es256.jwk] },
  });
  const unsigned = { ...new TestRequest(strict).parameters(), ...strict.credentials };
  const refusal = { status: 400, error: "invalid_request", cause: "request_not_signed" };
  await t.refused(() => t.post("/oauth/par", unsigned), refusal, "push");
  const shown = await new TestBrowser(t).open(new TestRequest(strict).path());
  assert.equal(errorOf(shown), "invalid_request");
});

test("at the authorization endpoint it comes by value; a bad one goes back only to a registered address", async () => {
  const browser = new TestBrowser(t);
  const request = new TestRequest(client);
  const by = async (made: Made, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ client_id: client.id, request: await object(made), ...more });
    return `/oauth/authorize?${query.toString()}`;
  };
  const path = await by({ request, claims: { prompt: "login" } }, { redirect_uri: "https://evil.example/" });
  const left = await browser.submit(await browser.open(path), ADA);
  request.codeOf(left);
  const expired = { claims: { exp: seconds() - 60, nbf: seconds() - 120 } };
  const told = await new TestBrowser(t).open(await by(expired, { redirect_uri: CALLBACK, state: "s" }));
  assert.equal(errorOf(told), "invalid_request_object");
  assert.equal(new URL(told.leadsTo ?? "").searchParams.get("state"), "s");
  for (const more of [{}, { redirect_uri: "https://evil.example/" }]) {
    const shown = await new TestBrowser(t).open(await by(expired, more));
    assert.deepEqual([shown.status, shown.leadsTo], [400, undefined]);
  }
  const foreign = new URLSearchParams({
    client_id: client.id,
    request_uri: "https://client.example/request.jwt",
  });
  const shown = await new TestBrowser(t).open(`/oauth/authorize?${foreign.toString()}`);
  assert.deepEqual([shown.status, shown.leadsTo], [400, undefined]);
});

test("the metadata say what is accepted", async () => {
  const { body } = await t.send("/.well-known/oauth-authorization-server");
  assert.equal(body["request_parameter_supported"], true);
  assert.equal(body["request_uri_parameter_supported"], false);
  assert.equal(body["require_signed_request_object"], false);
  assert.deepEqual(body["request_object_signing_alg_values_supported"], [
    "PS256",
    "ES256",
    "EdDSA",
    "Ed25519",
  ]);
});
