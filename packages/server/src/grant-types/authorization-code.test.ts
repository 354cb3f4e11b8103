import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import type { NewCode } from "../store/authorization.ts";
import { HOUR, SECOND, SIGN_IN, START, newCode } from "../store/contract/fixtures.ts";
import { startService, tokensOf } from "../testing.ts";
import type { Parameters, TestClient, TestService } from "../testing.ts";
import { codeDigest } from "./authorization-code.ts";

const CALLBACK = "https://client.example/callback";
const MCP = "https://mcp.example/mcp";
const SETTINGS = {
  grantTypes: ["authorization_code", "refresh_token"],
  redirectUris: [CALLBACK],
} as const;

let t: TestService;
before(async () => {
  t = await startService({ resources: [MCP] });
  await t.deps.store.signIns.start(SIGN_IN);
});
after(() => t.close());

/** A code as the authorization endpoint hands it out, and the token request that redeems it. */
async function issued({ id, credentials }: TestClient, changes: Partial<NewCode> = {}) {
  const code = `rgc_${randomBytes(32).toString("base64url")}`;
  const verifier = randomBytes(32).toString("base64url");
  const challenge = hash("sha256", verifier, "buffer");
  const asked = newCode(id, { digest: codeDigest(code), challenge, authTime: START - HOUR, ...changes });
  assert.equal(await t.deps.store.codes.issue(asked), "issued");
  const request = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: verifier };
  return { ...request, ...credentials };
}

const refusal = (cause: string) => ({ status: 400, error: "invalid_grant", cause });

test("a code is redeemed for the tokens of the sign-in that it is of, and these refresh", async () => {
  const client = await t.client(SETTINGS);
  const answer = await t.token(await issued(client, { subject: "ada", scope: "read" }));
  const { accessToken, refreshToken } = tokensOf(answer);
  assert.equal(answer.body["scope"], "read");
  const { claims } = await t.verified(accessToken);
  const { sub, client_id, scope, aud, auth_time } = claims;
  assert.deepEqual([sub, client_id, scope, aud], ["ada", client.id, "read", "https://auth.example"]);
  assert.equal(auth_time, (START - HOUR) / SECOND);
  const refreshed = await t.verified(tokensOf(await t.refresh(client, refreshToken)).accessToken);
  assert.equal(refreshed.claims["auth_time"], auth_time);
});

test("a public client redeems with its verifier alone", async () => {
  const client = await t.client(SETTINGS, { isPublic: true });
  tokensOf(await t.token(await issued(client)));
});

test("a code is bound to its client, redirect URI and verifier; each mismatch gets the same response and consumes nothing", async () => {
  const client = await t.client(SETTINGS);
  const other = await t.client(SETTINGS);
  const request = await issued(client);
  const description = "The authorization code is invalid, has expired, or was issued for another request.";
  const wrong: [Parameters, string][] = [
    [{ code: "rgc_unknown" }, "unknown_code"],
    [{ code: "x".repeat(10_000) }, "unknown_code"],
    [other.credentials, "code_client_mismatch"],
    [{ redirect_uri: `${CALLBACK}/` }, "redirect_uri_mismatch"],
    [{ redirect_uri: undefined, code_verifier: "v".repeat(43) }, "code_verifier_mismatch"],
    [{ redirect_uri: undefined, code_verifier: undefined }, "code_verifier_mismatch"],
    [{ code_verifier: "v".repeat(43) }, "code_verifier_mismatch"],
    [{ code_verifier: undefined }, "code_verifier_mismatch"],
  ];
  for (const [changes, cause] of wrong) {
    await t.refused(() => t.token({ ...request, ...changes }), { ...refusal(cause), description });
  }
  tokensOf(await t.token(request));
});

test("the redirect URI may be left out where PKCE binds the code (OAuth 2.1 §10.2), and nowhere else", async () => {
  const client = await t.client(SETTINGS);
  for (const isPublic of [true, false]) {
    const bound = await issued(await t.client(SETTINGS, { isPublic }));
    tokensOf(await t.token({ ...bound, redirect_uri: undefined }));
  }
  const free = { ...(await issued(client, { challenge: null })), code_verifier: undefined };
  await t.refused(() => t.token({ ...free, redirect_uri: undefined }), refusal("redirect_uri_mismatch"));
  tokensOf(await t.token(free));
});

test("a code that is presented twice ends the session that it began", async () => {
  const client = await t.client(SETTINGS);
  const request = await issued(client);
  const { refreshToken } = tokensOf(await t.token(request));
  await t.refused(() => t.token(request), refusal("code_reused"));
  await t.refused(() => t.refresh(client, refreshToken), {
    status: 400,
    error: "invalid_grant",
    reason: "revoked",
    cause: "revoked",
  });
});

test("a code expires after 60 s", async () => {
  const request = await issued(await t.client(SETTINGS));
  t.clock.at += 60 * SECOND;
  await t.refused(() => t.token(request), refusal("code_expired"));
});

test("a malformed request is refused as such and consumes nothing", async () => {
  const request = await issued(await t.client(SETTINGS));
  const invalid = { status: 400, error: "invalid_request" };
  await t.refused(() => t.token({ ...request, code: undefined }), {
    ...invalid,
    cause: "parameter_missing",
    parameter: "code",
  });
  for (const code_verifier of ["short", "v".repeat(129), `${"v".repeat(42)}!`]) {
    const malformed = { ...invalid, cause: "parameter_malformed", parameter: "code_verifier" };
    await t.refused(() => t.token({ ...request, code_verifier }), malformed);
  }
  tokensOf(await t.token(request));
});

test("a client without the grant type is refused", async () => {
  const client = await t.client({ redirectUris: [CALLBACK] });
  const request = await issued(client);
  const cause = "grant_type_not_allowed";
  await t.refused(() => t.token(request), { status: 400, error: "unauthorized_client", cause });
});

test("tokens of a code for a resource keep that audience through every refresh (RFC 8707)", async () => {
  const client = await t.client(SETTINGS);
  const target = { status: 400, error: "invalid_target", cause: "resource_mismatch" };
  const request = await issued(client, { resource: MCP });
  for (const resource of ["https://auth.example", "https://else.example"]) {
    await t.refused(() => t.token({ ...request, resource }), target);
  }
  const { accessToken, refreshToken } = tokensOf(await t.token({ ...request, resource: MCP }));
  assert.equal((await t.verified(accessToken)).claims.aud, MCP);

  await t.refused(() => t.refresh(client, refreshToken, { resource: "https://auth.example" }), target);
  const second = tokensOf(await t.refresh(client, refreshToken, { resource: MCP }));
  assert.equal((await t.verified(second.accessToken)).claims.aud, MCP);
  const third = tokensOf(await t.refresh(client, second.refreshToken));
  assert.equal((await t.verified(third.accessToken)).claims.aud, MCP);
  assert.equal((await t.introspect(client, third.accessToken)).body["aud"], MCP);
});
