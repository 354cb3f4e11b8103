// Bound tokens from their client through the service to an API: DPoP with @regrant/client, certificates over real TLS.
import assert from "node:assert/strict";
import { createServer, request as httpsRequest } from "node:https";
import { once } from "node:events";
import { hash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { createTokenClient, memoryStore } from "@regrant/client";
import type { TokenResponse } from "@regrant/client";
import { dpop } from "@regrant/client/dpop";
import { authorizedFetch } from "@regrant/client/fetch";
import { createRegrant } from "@regrant/server";
import { createVerifier, refusalResponse } from "@regrant/verify";
import type { VerifierOptions } from "@regrant/verify";
import { accessTokenOf, requireToken } from "@regrant/verify/express";
import express from "express";
import { makeCertificate } from "../packages/server/src/certificates/testing.ts";
import { ISSUER } from "../packages/server/src/testing.ts";
import { AuthorizationServer } from "../packages/verify/src/testing.ts";

const API = "https://api.example";

const regrant = await createRegrant({
  issuer: ISSUER,
  database: "sqlite::memory:",
  signingAlgorithm: "EdDSA",
  logLevel: "silent",
  audience: API,
});
after(() => regrant.close());
const { admin } = regrant;
const account = await admin.accounts.create({ username: "ada", password: "correct horse battery staple" });
const program = await admin.clients.create({
  name: "Program",
  grantTypes: ["password", "refresh_token"],
  public: true,
});
const api = await admin.clients.create({ name: "API", grantTypes: [], resourceServer: true });
/** The service, or the API behind `verify`. */
const toService: typeof fetch = async (input, init) => regrant.fetch(new Request(input, init));

/** An API that the requests of a client reach without a network. */
function apiOf(options: Partial<VerifierOptions>) {
  const refused: string[] = [];
  const verifier = createVerifier({
    issuer: ISSUER,
    audience: API,
    fetch: toService,
    onRefusal: ({ cause }) => refused.push(cause),
    ...options,
  });
  after(() => verifier.close());
  const answer = async (request: Request): Promise<Response> => {
    const verdict = await verifier.verify(request);
    if (verdict.outcome === "refused") return refusalResponse(verdict.refusal);
    return new Response(verdict.token.subject, { headers: verdict.headers });
  };
  return { refused, answer };
}

/** A session that is bound to a new key from the start. */
async function boundSession() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  const bound = dpop({ keys: pair, required: true });
  const form = { grant_type: "password", username: "ada", password: "correct horse battery staple" };
  const body = new URLSearchParams({ ...form, client_id: program.client_id });
  const response = await bound.tokenFetch(toService)(`${ISSUER}/oauth/token`, { method: "POST", body });
  assert.equal(response.status, 200);
  const client = createTokenClient({
    tokenEndpoint: `${ISSUER}/oauth/token`,
    clientId: program.client_id,
    key: "session",
    store: memoryStore(),
    dpop: bound,
    fetch: toService,
  });
  await client.set((await response.json()) as TokenResponse);
  return client;
}

test("a client's key, proofs and nonces open an API that requires them; a stolen token does not, and a revoked one is refused", async () => {
  const { client_id: clientId, client_secret: clientSecret = "" } = api;
  const { refused, answer } = apiOf({
    dpop: { baseUrl: API, required: true, nonce: { secret: "a secret of thirty-two characters!" } },
    revocations: { clientId, clientSecret, pollInterval: 0 },
  });
  const client = await boundSession();
  const apiFetch = authorizedFetch(client, { origins: [API], fetch: answer as typeof fetch });
  for (const path of ["/orders?page=2", "/orders#part", "/"]) {
    const response = await apiFetch(API + path);
    assert.deepEqual([response.status, await response.text()], [200, account.subject]);
  }
  assert.deepEqual(refused, ["proof_without_nonce"], "the nonce is learned once");

  const { accessToken } = await client.getToken({ mode: "force" });
  assert.equal((await apiFetch(`${API}/orders`)).status, 200);
  for (const scheme of ["Bearer", "DPoP"]) {
    const headers = { authorization: `${scheme} ${accessToken}` };
    assert.equal((await answer(new Request(`${API}/orders`, { headers }))).status, 401);
  }
  const thief = await boundSession();
  const stolen = { getToken: client.getToken.bind(client), dpop: thief.dpop };
  const thiefFetch = authorizedFetch(stolen, { origins: [API], fetch: answer as typeof fetch });
  assert.equal((await thiefFetch(`${API}/orders`)).status, 401);
  assert.deepEqual(refused.slice(1, 4), ["sender_constrained", "proof_missing", "wrong_proof_key"]);

  refused.length = 0;
  await admin.grants.revokeAll({ subject: account.subject });
  assert.equal((await apiFetch(`${API}/orders`)).status, 401);
  assert.equal(refused[0], "revoked");
});

test("over TLS, a token that is bound to a certificate is accepted with it, and with no other", async () => {
  const server = await AuthorizationServer.start();
  const own = makeCertificate({ names: [["dns", "localhost"]] });
  const [client, other] = [makeCertificate(), makeCertificate()];
  const verifier = server.verifier({ mtls: {} });
  const app = express();
  app.get(
    "/",
    requireToken(verifier),
    (request, response) => void response.send(accessTokenOf(request).subject),
  );
  const tls = { cert: own.pem, key: own.keyPem, requestCert: true, rejectUnauthorized: false };
  const listener = createServer(tls, app).listen(0, "127.0.0.1");
  await once(listener, "listening");
  after(() => listener.close());
  const { port } = listener.address() as AddressInfo;
  const token = await server.token({ cnf: { "x5t#S256": hash("sha256", client.der, "base64url") } });

  for (const [presented, expected] of [
    [client, 200],
    [other, 401],
    [undefined, 401],
  ] as const) {
    const identity = presented && { cert: presented.pem, key: presented.keyPem };
    const sent = httpsRequest({
      host: "127.0.0.1",
      port,
      ca: own.pem,
      servername: "localhost",
      agent: false,
      headers: { authorization: `Bearer ${token}` },
      ...identity,
    });
    const [response] = (await once(sent.end(), "response")) as [{ statusCode: number; resume: () => void }];
    response.resume();
    assert.equal(response.statusCode, expected);
  }
  assert.deepEqual(
    server.refusals.map(({ cause }) => cause),
    ["wrong_certificate", "certificate_missing"],
  );
});
