import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DpopKey } from "./testing.ts";
import { makeCertificate } from "../certificates/testing.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestClient, TestService } from "../testing.ts";

const USER = { username: "user", password: "correct horse battery" };
const own = makeCertificate();
const thumbprint = own.asClient().thumbprint;
const MISSING = { status: 400, error: "invalid_request", cause: "client_certificate_missing" };

let service: TestService;
before(async () => {
  service = await startService();
  await service.account(USER.username, USER.password);
});
after(() => service.close());

const password = ({ credentials }: TestClient) =>
  service.token({ grant_type: "password", ...credentials, ...USER });

test("access tokens of both profiles name the certificate, and introspection shows it", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const client = await service.client({ profile, tlsBound: true });
    service.caller.certificate = own.asClient();
    const answer = await password(client);
    assert.equal(answer.body["token_type"], "Bearer");
    const { accessToken } = tokensOf(answer);
    const cnf = { "x5t#S256": thumbprint };
    assert.deepEqual((await service.verified(accessToken)).claims["cnf"], cnf);
    const { body } = await service.introspect(client, accessToken);
    assert.deepEqual([body["token_type"], body["cnf"]], ["Bearer", cnf]);
  }
});

test("a client that is not bound gets bearer tokens, with whatever certificate it comes", async () => {
  const client = await service.client();
  service.caller.certificate = own.asClient();
  const { accessToken } = tokensOf(await password(client));
  assert.equal("cnf" in (await service.verified(accessToken)).claims, false);
});

test("without a certificate a bound client is refused, and nothing is spent", async () => {
  for (const isPublic of [true, false]) {
    const client = await service.client({ tlsBound: true }, { isPublic });
    service.caller.certificate = null;
    await service.refused(() => password(client), MISSING);
    service.caller.certificate = own.asClient();
    const { refreshToken } = tokensOf(await password(client));
    service.caller.certificate = null;
    await service.refused(() => service.refresh(client, refreshToken), MISSING);
    service.caller.certificate = own.asClient();
    const before = await service.counted("token", "rotated");
    tokensOf(await service.refresh(client, refreshToken));
    assert.equal(await service.counted("token", "rotated"), before + 1);
  }
});

test("a public client's refresh token is bound to its certificate; another one spends and ends nothing", async () => {
  const client = await service.client({ tlsBound: true }, { isPublic: true });
  service.caller.certificate = own.asClient();
  const { refreshToken } = tokensOf(await password(client));
  service.caller.certificate = makeCertificate().asClient();
  await service.refused(() => service.refresh(client, refreshToken), {
    status: 400,
    error: "invalid_grant",
    reason: "invalid",
    cause: "binding_mismatch",
  });
  service.caller.certificate = own.asClient();
  const successor = tokensOf(await service.refresh(client, refreshToken));
  assert.deepEqual((await service.verified(successor.accessToken)).claims["cnf"], { "x5t#S256": thumbprint });
  // A retry.
  assert.equal(tokensOf(await service.refresh(client, refreshToken)).refreshToken, successor.refreshToken);
});

test("a confidential client goes on with a renewed certificate, and each access token names the one of its request", async () => {
  const client = await service.client({ tlsBound: true });
  service.caller.certificate = own.asClient();
  const { refreshToken } = tokensOf(await password(client));
  const renewed = makeCertificate().asClient();
  service.caller.certificate = renewed;
  const first = tokensOf(await service.refresh(client, refreshToken));
  assert.deepEqual((await service.verified(first.accessToken)).claims["cnf"], {
    "x5t#S256": renewed.thumbprint,
  });
  service.caller.certificate = own.asClient();
  const retry = tokensOf(await service.refresh(client, refreshToken));
  assert.equal(retry.refreshToken, first.refreshToken);
  assert.deepEqual((await service.verified(retry.accessToken)).claims["cnf"], { "x5t#S256": thumbprint });
});

test("where a DPoP proof comes too, the tokens name its key, at the aliased endpoint as well; the certificate must be there", async () => {
  const aliased = await startService({
    clientCertificateHeader: "Client-Cert",
    trustedProxies: ["192.0.2.1"],
    mtlsUrl: "https://mtls.auth.example",
  });
  try {
    const client = await aliased.client({ tlsBound: true });
    const { refreshToken } = await aliased.grant(client);
    const key = await DpopKey.create(aliased.clock);
    const parameters = { grant_type: "refresh_token", ...client.credentials, refresh_token: refreshToken };
    for (const htu of ["https://mtls.auth.example/oauth/token", "https://auth.example/oauth/token"]) {
      aliased.caller.certificate = own.asClient();
      const { accessToken } = tokensOf(await aliased.token(parameters, await key.header(undefined, { htu })));
      assert.deepEqual((await aliased.verified(accessToken)).claims["cnf"], { jkt: key.jkt });
      aliased.caller.certificate = null;
      const proof = await key.header(undefined, { htu });
      await aliased.refused(() => aliased.token(parameters, proof), MISSING);
    }
    const foreign = await key.header(undefined, { htu: "https://mtls.auth.example/oauth/par" });
    assert.equal((await aliased.token(parameters, foreign)).body["error"], "invalid_dpop_proof");
  } finally {
    await aliased.close();
  }
});
