import assert from "node:assert/strict";
import { test } from "node:test";
import { SignJWT } from "jose";
import type { VerifierOptions } from "./options.ts";
import { protectedResource } from "./protected-resource.ts";
import { AUDIENCE, AuthorizationServer, CLAIMS, ISSUER, NOW, outcome, refused, verify } from "./testing.ts";
import { createVerifier } from "./verifier.ts";

const server = await AuthorizationServer.start();
const verifier = server.verifier();
const NO_CLAIMS = {
  cnf: undefined,
  acr: undefined,
  authTime: undefined,
  authorizationDetails: undefined,
  act: undefined,
};

test("a valid token of either profile is accepted and read", async () => {
  const verdict = await verify(verifier, await server.token());
  assert.deepEqual(verdict, {
    outcome: "accepted",
    token: {
      subject: "customer-7",
      clientId: "client-1",
      scopes: ["read", "write"],
      audience: [AUDIENCE],
      issuedAt: NOW,
      expiresAt: NOW + 3600,
      id: "jti-1",
      grantId: CLAIMS.rfc9068.gid,
      claims: CLAIMS.rfc9068,
      ...NO_CLAIMS,
    },
    headers: {},
  });
  const passport = server.verifier({ profile: "passport" });
  const read = await verify(passport, await server.passportToken());
  assert.ok(read.outcome === "accepted");
  const { claims, id, ...token } = read.token;
  assert.deepEqual(token, {
    subject: "customer-7",
    clientId: "client-1",
    scopes: ["read", "write"],
    audience: ["client-1"],
    issuedAt: NOW,
    expiresAt: NOW + 3600,
    grantId: CLAIMS.rfc9068.gid,
    ...NO_CLAIMS,
  });
});

test("what a token says of its authorization is read, and a token that says it in a wrong form is refused", async () => {
  const act = { sub: "agent-1", act: { sub: "agent-0" } };
  const details = [{ type: "payment", amount: "1.00" }];
  const full = { acr: "mfa", auth_time: NOW - 60, authorization_details: details, act };
  const verdict = await verify(verifier, await server.token(full));
  assert.ok(verdict.outcome === "accepted");
  const { acr, authTime, authorizationDetails } = verdict.token;
  assert.deepEqual([acr, authTime, authorizationDetails], ["mfa", NOW - 60, details]);
  assert.deepEqual(verdict.token.act, act);
  for (const wrong of [
    { cnf: null },
    { cnf: "key" },
    { cnf: [] },
    { cnf: { jkt: 5 } },
    { acr: "" },
    { acr: 1 },
    { auth_time: "1" },
    { authorization_details: { type: "payment" } },
    { authorization_details: [{ type: "" }] },
    { authorization_details: [null] },
    { act: {} },
    { act: "agent" },
  ]) {
    const token = await server.token(wrong);
    assert.equal(await outcome(verifier, token), "wrong_claims", JSON.stringify(wrong));
  }
});

test("a client credentials token has no grant", async () => {
  const own = await verify(verifier, await server.token({ gid: undefined, scope: undefined }));
  assert.ok(own.outcome === "accepted");
  assert.deepEqual([own.token.grantId, own.token.scopes], [undefined, []]);
  const jti = "0".repeat(32) + "ab".repeat(24);
  const passport = server.verifier({ profile: "passport" });
  const ownPassport = await verify(passport, await server.passportToken({ jti }));
  assert.ok(ownPassport.outcome === "accepted");
  assert.equal(ownPassport.token.grantId, undefined);
});

test("whatever is wrong with a token, the cause is in the log and not in the response", async () => {
  const stranger = await AuthorizationServer.start();
  const [header = "", payload = "", signature = ""] = (await server.token()).split(".");
  const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
  const secret = new TextEncoder().encode("a secret of thirty-two characters!");
  const hmac = new SignJWT({ ...CLAIMS.rfc9068 }).setProtectedHeader({ alg: "HS256", typ: "at+jwt" });
  const wrong: [cause: string, token: string][] = [
    ["token_malformed", "garbage"],
    ["token_malformed", `${header}.${payload}`],
    ["wrong_algorithm", `${unsigned}.${payload}.`],
    ["wrong_algorithm", await hmac.sign(secret)],
    [
      "wrong_signature",
      `${header}.${payload}.${signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))}`,
    ],
    ["wrong_signature", await server.token({}, { kid: server.keys[0]?.kid }, stranger.keys[0])],
    ["unknown_key", await stranger.token()],
    ["wrong_type", await server.token({}, { typ: "JWT" })],
    ["wrong_type", await server.token({}, { typ: undefined })],
    ["wrong_type", await server.passportToken()],
    ["wrong_issuer", await server.token({ iss: `${ISSUER}/` })],
    ["wrong_audience", await server.token({ aud: "https://other.example" })],
    ["wrong_audience", await server.token({ aud: [] })],
    ["wrong_audience", await server.token({ aud: undefined })],
    ["wrong_audience", await server.token({ aud: `${AUDIENCE}/other` })],
    ["wrong_claims", await server.token({ aud: [AUDIENCE, 5] as string[] })],
    ["wrong_claims", await server.token({ aud: 5 as unknown as string })],
    ["expired", await server.token({ exp: NOW - 5 })],
    ["not_yet_valid", await server.token({ nbf: NOW + 6 })],
    ["wrong_claims", await server.token({ exp: undefined })],
    ["wrong_claims", await server.token({ sub: undefined })],
    ["wrong_claims", await server.token({ jti: undefined })],
    ["wrong_claims", await server.token({ client_id: 7 })],
    ["wrong_claims", await server.token({ scope: ["read"] })],
    ["sender_constrained", await server.token({ cnf: { jkt: "thumbprint" } })],
  ];
  const responses = new Set<string>();
  for (const [cause, token] of wrong) {
    const refusal = await refused(verifier, token, { scope: "read" });
    assert.equal(refusal.cause, cause, token);
    assert.equal(server.refusals.at(-1), refusal);
    const { cause: _cause, ...response } = refusal;
    responses.add(JSON.stringify(response));
  }
  assert.equal(responses.size, 1, "the response must not reveal the cause");
  assert.match([...responses].join(), /"status":401.*Bearer error=\\"invalid_token\\"/);
});

test("clocks may differ by clockTolerance and no more", async () => {
  const late = await server.token({ exp: NOW - 4 });
  const early = await server.token({ nbf: NOW + 5 });
  assert.equal(await outcome(verifier, late), "accepted");
  assert.equal(await outcome(verifier, early), "accepted");
  const strict = server.verifier({ clockTolerance: 0 });
  assert.equal(await outcome(strict, late), "expired");
  assert.equal(await outcome(strict, early), "not_yet_valid");
});

test("the audience is compared as a URI, as the authorization server compares `resource`", async () => {
  for (const audience of [
    "HTTPS://API.example/v1",
    "https://api.example:443/./v1",
    "https://api.example/%761",
  ]) {
    assert.equal(await outcome(server.verifier({ audience }), await server.token()), "accepted", audience);
  }
  for (const audience of [
    "https://api.example/v1/",
    "https://api.example/V1",
    "https://api.example:8443/v1",
  ]) {
    assert.equal(
      await outcome(server.verifier({ audience }), await server.token()),
      "wrong_audience",
      audience,
    );
  }
});

test("one of several audiences is enough; with Passport's claims, the listed clients' tokens are accepted", async () => {
  const token = await server.token({ aud: ["https://other.example", AUDIENCE] });
  assert.equal(await outcome(server.verifier({ audience: ["urn:x", AUDIENCE] }), token), "accepted");
  const some = server.verifier({ profile: "passport", audience: ["client-2"] });
  assert.equal(await outcome(some, await server.passportToken()), "wrong_audience");
  assert.equal(await outcome(some, await server.passportToken({ aud: "client-2" })), "accepted");
});

test("a request requires all its scopes, and the response names them (RFC 6750 §3.1)", async () => {
  const token = await server.token({ scope: "orders:read" });
  assert.equal(await outcome(verifier, token, { scope: "orders:read" }), "accepted");
  assert.equal(await outcome(verifier, token, { scope: [] }), "accepted");
  for (const scope of ["orders:read orders:write", ["orders:read", "orders:write"], "orders"]) {
    assert.equal(await outcome(verifier, token, { scope }), "insufficient_scope");
  }
  const { status, headers } = await refused(verifier, token, { scope: "orders:read orders:write" });
  assert.equal(status, 403);
  assert.equal(
    headers["WWW-Authenticate"],
    'Bearer error="insufficient_scope", error_description="The access token does not have the scope that this ' +
      'request requires.", scope="orders:read orders:write"',
  );
});

test("a request may require how and when the user authenticated, and the response says what (RFC 9470 §3)", async () => {
  const token = await server.token({ acr: "mfa", auth_time: NOW - 300 });
  for (const [requirement, expected] of [
    [{ acrValues: ["mfa"] }, "accepted"],
    [{ acrValues: ["phr", "mfa"], maxAge: 300 }, "accepted"],
    [{ acrValues: [] }, "accepted"],
    [{ acrValues: ["phr"] }, "insufficient_user_authentication"],
    [{ acrValues: ["MFA"] }, "insufficient_user_authentication"],
    [{ maxAge: 299 }, "insufficient_user_authentication"],
    [{ scope: "other", maxAge: 0 }, "insufficient_scope"],
  ] as const) {
    assert.equal(await outcome(verifier, token, requirement), expected, JSON.stringify(requirement));
  }
  const without = await server.token();
  for (const requirement of [{ acrValues: ["mfa"] }, { maxAge: 3600 }]) {
    assert.equal(await outcome(verifier, without, requirement), "insufficient_user_authentication");
  }
  const requirement = { scope: "read", acrValues: ["phr", "mfa"], maxAge: 0 };
  const { status, headers } = await refused(verifier, token, requirement);
  assert.equal(status, 401);
  assert.equal(
    headers["WWW-Authenticate"],
    'Bearer error="insufficient_user_authentication", error_description="The request requires another or a more ' +
      'recent authentication of the user.", scope="read", acr_values="phr mfa", max_age="0"',
  );
  const invalid = await refused(verifier, "garbage", requirement);
  assert.equal(/acr_values|max_age/.test(invalid.headers["WWW-Authenticate"] ?? ""), false);
  for (const wrong of [
    { acrValues: ["a b"] },
    { acrValues: ['"'] },
    { acrValues: [""] },
    { maxAge: -1 },
    { maxAge: 1.5 },
  ]) {
    await assert.rejects(verify(verifier, token, wrong), TypeError, JSON.stringify(wrong));
  }
});

test("without a token, the challenge names no error (RFC 6750 §3.1)", async () => {
  const resource = protectedResource({ resource: AUDIENCE, authorizationServers: [ISSUER] });
  const described = server.verifier({ resource });
  for (const authorization of [undefined, "Basic YTpi", "bearerer x"]) {
    const verdict = await described.verify({ headers: { authorization } }, { scope: "read" });
    assert.ok(verdict.outcome === "refused");
    assert.deepEqual([verdict.refusal.cause, verdict.refusal.status], ["token_missing", 401]);
    assert.equal(
      verdict.refusal.headers["WWW-Authenticate"],
      'Bearer scope="read", resource_metadata="https://api.example/.well-known/oauth-protected-resource/v1"',
    );
  }
  const plain = await verifier.verify({ headers: {} });
  assert.ok(plain.outcome === "refused");
  assert.equal(plain.refusal.headers["WWW-Authenticate"], "Bearer");
});

test("a malformed bearer token is a bad request, however long", async () => {
  const token = await server.token();
  for (const value of [
    "Bearer",
    "Bearer ",
    "Bearer a b",
    `Bearer ${token}, Bearer ${token}`,
    `Bearer ${"a".repeat(20_000)}`,
  ]) {
    const verdict = await verifier.verify({ headers: { authorization: value } });
    assert.ok(verdict.outcome === "refused", value.slice(0, 20));
    assert.deepEqual([verdict.refusal.cause, verdict.refusal.status], ["header_malformed", 400]);
  }
  assert.equal(
    (await verifier.verify({ headers: { authorization: `bearer  ${token} ` } })).outcome,
    "accepted",
  );
  assert.equal(
    (await verifier.verify({ headers: { authorization: [`Bearer ${token}`] } })).outcome,
    "accepted",
  );
});

test("a token without kid is tried with each matching key", async () => {
  const moved = await AuthorizationServer.start("RS256");
  await moved.addKey("RS256");
  const passport = moved.verifier({ profile: "passport" });
  for (const key of moved.keys) {
    assert.equal(await outcome(passport, await moved.passportToken({}, { kid: undefined }, key)), "accepted");
  }
  const stranger = await AuthorizationServer.start("RS256");
  const foreign = await stranger.passportToken({}, { kid: undefined });
  assert.equal(await outcome(passport, foreign), "wrong_signature");
  const over = await moved.passportToken({ exp: NOW - 60 }, { kid: undefined }, moved.keys[1]);
  assert.equal(await outcome(passport, over), "expired");
});

test("invalid options are refused at once", () => {
  const bad: Partial<VerifierOptions>[] = [
    { issuer: "http://auth.example" },
    { issuer: "auth.example" },
    { jwksUri: "http://auth.example/jwks" },
    { algorithms: [] },
    { algorithms: ["HS256" as "RS256"] },
    { clockTolerance: 61 },
    { revocations: { clientId: "a", clientSecret: "b", maxAge: 5 } },
  ];
  for (const options of bad) {
    assert.throws(() => server.verifier(options), TypeError, JSON.stringify(options));
  }
  assert.throws(() => createVerifier({ issuer: ISSUER }), /audience/);
  assert.doesNotThrow(() => server.verifier({ issuer: "http://127.0.0.1:8787" }));
  assert.doesNotThrow(() => server.verifier({ issuer: "http://auth.internal", allowHttp: true }));
});
