import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { codeDigest } from "../grant-types/authorization-code.ts";
import { HOUR, SIGN_IN, START, newCode } from "../store/contract/fixtures.ts";
import { SIGN_IN_CLIENT, TestBrowser, TestRequest } from "../testing-browser.ts";
import { startService, tokensOf } from "../testing.ts";
import type { Parameters, TestClient } from "../testing.ts";
import { readUserCode, userCodeDigest } from "../tokens/user-code.ts";
import { DpopKey } from "./testing.ts";

const t = await startService();
await t.deps.store.signIns.start(SIGN_IN);
await t.account("ada", "correct horse battery");
after(() => t.close());
const key = await DpopKey.create(t.clock);
const other = await DpopKey.create(t.clock);

const CALLBACK = "https://client.example/callback";
const SETTINGS = {
  grantTypes: ["authorization_code", "refresh_token", DEVICE_CODE],
  redirectUris: [CALLBACK],
} as const;
const MISMATCH = { status: 400, error: "invalid_grant", cause: "code_binding_mismatch" };

/** The token request of a code that is bound to `binding`. */
async function codeOf({ id, credentials }: TestClient, binding: string | null) {
  const code = `rgc_${randomBytes(32).toString("base64url")}`;
  const verifier = randomBytes(32).toString("base64url");
  const challenge = hash("sha256", verifier, "buffer");
  await t.deps.store.codes.issue(newCode(id, { digest: codeDigest(code), challenge, binding }));
  const request = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: verifier };
  return { ...request, ...credentials };
}

async function confirmationOf(answer: Parameters | { body: Record<string, unknown> }): Promise<unknown> {
  const { body } = answer as { body: Record<string, unknown> };
  return (await t.verified(String(body["access_token"]))).claims["cnf"];
}

test("a code is good with the key that the authorization request named, and another spends nothing (RFC 9449 §10)", async () => {
  for (const isPublic of [true, false]) {
    const client = await t.client(SETTINGS, { isPublic });
    const request = await codeOf(client, `jkt:${key.jkt}`);
    await t.refused(() => t.token(request), MISMATCH);
    const foreign = await other.header();
    await t.refused(() => t.token(request, foreign), MISMATCH);
    const answer = await t.token(request, await key.header());
    assert.deepEqual(await confirmationOf(answer), { jkt: key.jkt });
    // The refresh token of a public client is for this key alone.
    const { refreshToken } = tokensOf(answer);
    const refresh = { grant_type: "refresh_token", ...client.credentials, refresh_token: refreshToken };
    assert.equal((await t.token(refresh, await other.header())).status, isPublic ? 400 : 200);
  }
});

test("a code of a request that named no key is redeemed with any, which then binds the grant", async () => {
  const client = await t.client(SETTINGS, { isPublic: true });
  const answer = await t.token(await codeOf(client, null), await key.header());
  assert.equal(answer.body["token_type"], "DPoP");
  const { refreshToken } = tokensOf(answer);
  const refresh = { grant_type: "refresh_token", ...client.credentials, refresh_token: refreshToken };
  assert.equal((await t.token(refresh)).body["error"], "invalid_grant");
  tokensOf(await t.token(refresh, await key.header()));
});

test("dpop_jkt of the authorization request, and the key of a proof at PAR, are kept with the code", async () => {
  const client = await t.client({ ...SIGN_IN_CLIENT, firstParty: true }, { isPublic: true });
  const ada = { username: "ada", password: "correct horse battery" };
  const pushed = async (changes: Parameters, headers: Record<string, string> = {}) => {
    const request = new TestRequest(client);
    const answer = await t.post(
      "/oauth/par",
      { ...request.parameters(changes), ...client.credentials },
      headers,
    );
    return { request, answer };
  };
  const withProof = await pushed({}, await key.header("/oauth/par"));
  const withBoth = await pushed({ dpop_jkt: key.jkt }, await key.header("/oauth/par"));
  const withParameter = await pushed({ dpop_jkt: key.jkt });
  for (const { request, answer } of [withProof, withBoth, withParameter]) {
    assert.equal(answer.status, 201, answer.text);
    const named = { client_id: client.id, request_uri: String(answer.body["request_uri"]) };
    const browser = new TestBrowser(t);
    const path = `/oauth/authorize?${new URLSearchParams(named).toString()}`;
    const code = request.codeOf(await browser.submit(await browser.open(path), ada));
    await t.refused(() => t.token(request.redeem(code)), MISMATCH);
    assert.deepEqual(await confirmationOf(await t.token(request.redeem(code), await key.header())), {
      jkt: key.jkt,
    });
  }
  const direct = new TestRequest(client);
  const browser = new TestBrowser(t);
  const page = await browser.open(`${direct.path()}&dpop_jkt=${other.jkt}`);
  const code = direct.codeOf(await browser.submit(page, ada));
  await t.refused(async () => t.token(direct.redeem(code), await key.header()), MISMATCH);
});

test("a pushed request whose proof is of another key than its dpop_jkt, bad or used before is refused", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const send = (changes: Parameters, headers: Record<string, string>) =>
    t.post("/oauth/par", { ...new TestRequest(client).parameters(changes), ...client.credentials }, headers);
  const refusal = { status: 400, error: "invalid_dpop_proof" };
  const header = await key.header("/oauth/par");
  await t.refused(
    () => send({ dpop_jkt: other.jkt }, header),
    { ...refusal, cause: "dpop_jkt_mismatch" },
    "push",
  );
  assert.equal((await send({}, header)).status, 201);
  await t.refused(() => send({}, header), { ...refusal, cause: "proof_used" }, "push");
  const elsewhere = await key.header("/oauth/token");
  assert.equal((await send({}, elsewhere)).body["error"], "invalid_dpop_proof");
  const malformed = {
    status: 400,
    error: "invalid_request",
    cause: "parameter_malformed",
    parameter: "dpop_jkt",
  };
  await t.refused(() => send({ dpop_jkt: "x" }, {}), malformed, "push");
});

test("a device's tokens are bound to its key; a repeated request needs the same", async () => {
  const client = await t.client(SETTINGS, { isPublic: true });
  const { body } = await t.post("/oauth/device_authorization", client.credentials);
  const digest = userCodeDigest(readUserCode(String(body["user_code"])) ?? "", t.deps.keys.masterKeys[0]);
  const answer = { subject: "ada", authTime: START - HOUR, allowed: true, signIn: SIGN_IN.digest };
  await t.deps.store.devices.decide(digest, answer);
  const poll = { grant_type: DEVICE_CODE, device_code: String(body["device_code"]), ...client.credentials };
  assert.deepEqual(await confirmationOf(await t.token(poll, await key.header())), { jkt: key.jkt });
  const mismatch = { status: 400, error: "invalid_grant", cause: "device_code_binding_mismatch" };
  await t.refused(() => t.token(poll), mismatch);
  const foreign = await other.header();
  await t.refused(() => t.token(poll, foreign), mismatch);
  assert.deepEqual(await confirmationOf(await t.token(poll, await key.header())), { jkt: key.jkt });
});
