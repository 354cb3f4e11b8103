import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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
