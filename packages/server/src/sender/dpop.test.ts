import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { newGrant } from "../store/contract/fixtures.ts";
import { startService, tokensOf } from "../testing.ts";
import type { Parameters, TestClient } from "../testing.ts";
import { grantSecretHash, sealRefreshToken } from "../tokens/refresh-token.ts";
import { DpopKey } from "./testing.ts";

const service = await startService();
const strict = await startService({ dpopNonce: "on" });
after(() => Promise.all([service.close(), strict.close()]));
const key = await DpopKey.create(service.clock);
const other = await DpopKey.create(service.clock);
await service.account("ada", "correct horse battery");

const USER = { username: "ada", password: "correct horse battery" };
const REFUSED = { status: 400, error: "invalid_dpop_proof" } as const;

const publicClient = () => service.client({}, { isPublic: true });

function password(client: TestClient, headers?: Record<string, string>) {
  return service.token({ grant_type: "password", ...client.credentials, ...USER }, headers);
}

function refresh(client: TestClient, refreshToken: string, headers: Record<string, string> = {}) {
  const parameters: Parameters = { ...client.credentials, refresh_token: refreshToken };
  return service.token({ grant_type: "refresh_token", ...parameters }, headers);
}

async function bindingOf(refreshToken: string): Promise<unknown> {
  const grantId = Buffer.from(refreshToken.slice(4), "base64url").toString("hex", 2, 18);
  const id = grantId.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return (await service.deps.store.grants.find(id))?.binding;
}

test("a public client's tokens are bound to the key of its proof, and nobody else can refresh them", async () => {
  const client = await publicClient();
  const answer = await password(client, await key.header());
  assert.equal(answer.body["token_type"], "DPoP");
  const { accessToken, refreshToken } = tokensOf(answer);
  assert.deepEqual((await service.verified(accessToken)).claims["cnf"], { jkt: key.jkt });
  assert.equal(await bindingOf(refreshToken), `jkt:${key.jkt}`);
  const mismatch = { status: 400, error: "invalid_grant", reason: "invalid", cause: "binding_mismatch" };
  await service.refused(() => refresh(client, refreshToken), mismatch);
  const foreign = await other.header();
  await service.refused(() => refresh(client, refreshToken, foreign), mismatch);
  const refreshed = tokensOf(await refresh(client, refreshToken, await key.header()));
  assert.deepEqual((await service.verified(refreshed.accessToken)).claims["cnf"], { jkt: key.jkt });
});

test("a confidential client's refresh token is bound to no key, and each access token to that of its own request", async () => {
  const client = await service.client();
  let { refreshToken } = tokensOf(await password(client, await key.header()));
  for (let i = 0; i < 3; i++) {
    const fresh = await DpopKey.create(service.clock);
    const answer = await refresh(client, refreshToken, await fresh.header());
    assert.equal(answer.body["token_type"], "DPoP");
    const { accessToken, refreshToken: next } = tokensOf(answer);
    assert.deepEqual((await service.verified(accessToken)).claims["cnf"], { jkt: fresh.jkt });
    assert.equal(await bindingOf(next), null);
    // FAPI 2.0 §5.3.2.1: the one before gets working tokens, for the key of that request.
    const retry = tokensOf(await refresh(client, refreshToken, await other.header()));
    assert.equal(retry.refreshToken, next);
    assert.deepEqual((await service.verified(retry.accessToken)).claims["cnf"], { jkt: other.jkt });
    refreshToken = next;
  }
  const bearer = await refresh(client, refreshToken);
  assert.equal(bearer.body["token_type"], "Bearer");
  assert.equal("cnf" in (await service.verified(tokensOf(bearer).accessToken)).claims, false);
});

test("a grant that was bound while its client was public goes on with the key when the client's document names keys", async () => {
  const { deps } = service;
  const client = await service.client({ metadataUri: "https://client.example/metadata" });
  const secret = randomBytes(16);
  const grantOf = async (binding: string | null) => {
    const grant = newGrant(client.id, { secretHash: grantSecretHash(secret), binding });
    await deps.store.grants.create(grant);
    return sealRefreshToken(
      { grantId: grant.id, generation: 0, secret },
      deps.keys.macKeyAt(deps.store.now()),
    );
  };
  const bound = await grantOf(`jkt:${key.jkt}`);
  const mismatch = { status: 400, error: "invalid_grant", reason: "invalid", cause: "binding_mismatch" };
  await service.refused(() => refresh(client, bound), mismatch);
  const foreign = await other.header();
  await service.refused(() => refresh(client, bound, foreign), mismatch);
  assert.equal((await refresh(client, bound, await key.header())).status, 200);
  const unbound = await refresh(client, await grantOf(null), await key.header());
  assert.equal(await bindingOf(tokensOf(unbound).refreshToken), null);
});

test("tokens of Laravel Passport's profile are bound too, and introspection shows the key", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const client = await service.client({ profile });
    const { accessToken } = tokensOf(await password(client, await key.header()));
    assert.deepEqual((await service.verified(accessToken)).claims["cnf"], { jkt: key.jkt });
    const { body } = await service.introspect(client, accessToken);
    assert.deepEqual([body["token_type"], body["cnf"]], ["DPoP", { jkt: key.jkt }]);
  }
});

test("the client's own tokens are bound", async () => {
  const client = await service.client({ grantTypes: ["client_credentials"] });
  const parameters = { grant_type: "client_credentials", ...client.credentials };
  const answer = await service.token(parameters, await key.header());
  assert.equal(answer.body["token_type"], "DPoP");
  const { claims } = await service.verified(String(answer.body["access_token"]));
  assert.deepEqual(claims["cnf"], { jkt: key.jkt });
});

test("a proof is used once, by any grant type; a used one spends nothing", async () => {
  const client = await publicClient();
  const header = await key.header();
  const { refreshToken } = tokensOf(await password(client, header));
  const usedBefore = { ...REFUSED, cause: "proof_used" };
  await service.refused(() => password(client, header), usedBefore);
  await service.refused(() => refresh(client, refreshToken, header), usedBefore);
  const again = await key.header();
  const successor = tokensOf(await refresh(client, refreshToken, again)).refreshToken;
  // A thief who recorded the request learns nothing, inside the retry window and after it, and ends nothing.
  await service.refused(() => refresh(client, refreshToken, again), usedBefore);
  await service.refused(() => refresh(client, successor, again), usedBefore);
  tokensOf(await refresh(client, successor, await key.header()));
});

test("a client that must prove its key is refused without a proof, and nothing is spent", async () => {
  for (const isPublic of [true, false]) {
    const client = await service.client({ dpopBound: true }, { isPublic });
    const missing = { ...REFUSED, cause: "dpop_proof_missing" };
    await service.refused(() => password(client), missing);
    const { refreshToken } = tokensOf(await password(client, await key.header()));
    await service.refused(() => refresh(client, refreshToken), missing);
    // Authentication is missing, or wrong.
    if (!isPublic) {
      const stranger = { ...client, credentials: { client_id: client.id } };
      assert.equal((await refresh(stranger, refreshToken, await key.header())).status, 401);
    }
    const rotated = await refresh(client, refreshToken, await key.header());
    assert.equal(rotated.status, 200);
    assert.equal((await service.counted("token", "rotated")) > 0, true);
  }
});

test("a bad proof is refused with its reason, and spends nothing", async () => {
  const client = await publicClient();
  const { refreshToken } = tokensOf(await password(client, await key.header()));
  const foreign = { DPoP: await key.proof("/oauth/par") };
  const refusal = {
    ...REFUSED,
    cause: "dpop_proof_invalid",
    parameter: "DPoP",
    description: "The DPoP proof is not valid: its htu is not the URL of this endpoint.",
  };
  await service.refused(() => refresh(client, refreshToken, foreign), refusal);
  assert.equal((await refresh(client, refreshToken, { DPoP: "" })).status, 400);
  const two = `${await key.proof()}, ${await key.proof()}`;
  assert.equal((await refresh(client, refreshToken, { DPoP: two })).body["error"], "invalid_dpop_proof");
  const answer = await refresh(client, refreshToken, await key.header());
  assert.equal(answer.status, 200, answer.text);
});

test("the URL of a proof is below the issuer, behind whatever proxy", async () => {
  const client = await publicClient();
  const body = new URLSearchParams({ grant_type: "password", ...client.credentials, ...USER });
  const headers = await key.header();
  const url = "http://10.0.0.7:8787/oauth/token";
  const response = await service.service.fetch(new Request(url, { method: "POST", headers, body }));
  assert.equal(response.status, 200);
});

test("an unbound grant of a public client is bound at its first refresh with a proof; the thief's copy ends it", async () => {
  for (const rotation of ["always", "never"] as const) {
    const client = await service.client({ rotation }, { isPublic: true });
    const { refreshToken: stolen } = tokensOf(await password(client));
    const upgraded = await refresh(client, stolen, await key.header());
    assert.equal(upgraded.body["token_type"], "DPoP");
    const { refreshToken } = tokensOf(upgraded);
    assert.equal(await bindingOf(refreshToken), `jkt:${key.jkt}`);
    // A lost response: the same key gets the same tokens.
    assert.equal(tokensOf(await refresh(client, stolen, await key.header())).refreshToken, refreshToken);
    const { refreshToken: next } = tokensOf(await refresh(client, refreshToken, await key.header()));
    // The bearer's copy of a later token can neither be used nor end the session.
    if (rotation === "always") assert.equal((await refresh(client, next)).body["error_reason"], "invalid");
    tokensOf(await refresh(client, next, await key.header()));
    const reused = { status: 400, error: "invalid_grant", reason: "reused", cause: "reused" };
    await service.refused(() => refresh(client, stolen), reused);
    assert.equal((await refresh(client, next, await key.header())).body["error_reason"], "revoked");
  }
});

test("with --no-bind-on-refresh the grant stays as it is, and the access token is bound all the same", async () => {
  const client = await service.client({ bindOnRefresh: false }, { isPublic: true });
  const { refreshToken } = tokensOf(await password(client));
  const answer = await refresh(client, refreshToken, await key.header());
  assert.equal(answer.body["token_type"], "DPoP");
  assert.equal(await bindingOf(tokensOf(answer).refreshToken), null);
});

test("with nonces, a client without one gets one, and the next one with each response", async () => {
  strict.clock.at = service.clock.at;
  const client = await strict.client({}, { isPublic: true });
  const { refreshToken } = await strict.grant(client);
  const parameters = { grant_type: "refresh_token", ...client.credentials, refresh_token: refreshToken };
  const mine = await DpopKey.create(strict.clock);
  const needed = { status: 400, error: "use_dpop_nonce", cause: "dpop_nonce_needed" };
  const first = await strict.refused(async () => strict.token(parameters, await mine.header()), needed);
  const nonce = first.headers.get("dpop-nonce") ?? "";
  assert.match(first.headers.get("access-control-expose-headers") ?? "", /DPoP-Nonce/);
  const wrong = await mine.header(undefined, { nonce: "x".repeat(22) });
  await strict.refused(() => strict.token(parameters, wrong), needed);
  strict.clock.at += 300_000;
  const answer = await strict.token(parameters, await mine.header(undefined, { nonce }));
  assert.equal(answer.status, 200, answer.text);
  const next = answer.headers.get("dpop-nonce") ?? "";
  assert.notEqual(next, nonce);
  strict.clock.at += 300_000;
  assert.equal(
    (await strict.token(parameters, await mine.header(undefined, { nonce }))).body["error"],
    "use_dpop_nonce",
  );
  assert.equal((await strict.token(parameters, await mine.header(undefined, { nonce: next }))).status, 200);
  // Whoever sends no proof needs no nonce.
  assert.equal(
    (await strict.token({ ...parameters, grant_type: "password" })).headers.has("dpop-nonce"),
    false,
  );
});

test("a script may send a proof from any origin", async () => {
  const headers = {
    origin: "https://app.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "dpop",
  };
  const preflight = await service.send("/oauth/token", { method: "OPTIONS", headers });
  assert.equal(preflight.headers.get("access-control-allow-headers"), "dpop");
});

test("the metadata lists the algorithms", async () => {
  const { body } = await service.send("/.well-known/oauth-authorization-server");
  assert.deepEqual(body["dpop_signing_alg_values_supported"], ["ES256", "Ed25519", "EdDSA", "PS256"]);
});
