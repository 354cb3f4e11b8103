import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { makeAuthority, makeCertificate } from "../../certificates/testing.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { startService } from "../../testing.ts";
import type { Parameters, TestClient, TestService } from "../../testing.ts";
import type { ClientSettings } from "../../store/store.ts";

const SUBJECT = [
  ["C", "DE"],
  ["O", "Example"],
  ["CN", "client"],
];
const NAMES = [
  ["dns", "client.example"],
  ["uri", "spiffe://example/client"],
  ["ip", "192.0.2.7"],
  ["email", "ops@example.com"],
] as const;
const DAY = 86_400;
const authority = makeAuthority();
const own = makeCertificate({ issuer: authority, subject: SUBJECT, names: NAMES });
const UNAUTHENTICATED = { status: 401, error: "invalid_client" };

let service: TestService;
before(async () => {
  const file = join(temporaryFolder("authorities"), "authorities.pem");
  writeFileSync(file, authority.pem);
  service = await startService({
    clientCertificateHeader: "Client-Cert",
    trustedProxies: ["192.0.2.0/24"],
    clientCertificateAuthorities: file,
    mtlsUrl: "https://mtls.auth.example",
    registration: "open",
  });
  service.clock.at = Date.now();
});
after(() => service.close());

/** A client without a secret. */
async function clientOf(settings: Partial<ClientSettings>): Promise<Omit<TestClient, "secret">> {
  const method = "tls_client_auth";
  const { id } = await service.client({
    grantTypes: ["client_credentials", "refresh_token", "authorization_code"],
    redirectUris: ["https://client.example/cb"],
    tokenEndpointAuthMethod: method,
    ...settings,
  });
  return { id, credentials: { client_id: id } };
}

function ask(client: Pick<TestClient, "credentials">, more: Parameters = {}) {
  return service.token({ grant_type: "client_credentials", ...client.credentials, ...more });
}

const accepted: [title: string, settings: Partial<ClientSettings>][] = [
  ["its subject", { tlsSubject: "CN=client, o=EXAMPLE, C=DE" }],
  ["a host name", { tlsSanDns: "Client.example" }],
  ["a URI", { tlsSanUri: "spiffe://example/client" }],
  ["an address", { tlsSanIp: "192.0.2.7" }],
  ["an e-mail address", { tlsSanEmail: "ops@EXAMPLE.com" }],
];
for (const [title, settings] of accepted) {
  test(`a client is known by ${title} in its certificate`, async () => {
    const client = await clientOf(settings);
    service.caller.certificate = own.asClient();
    assert.equal((await ask(client)).status, 200);
  });
}

const others: [title: string, settings: Partial<ClientSettings>][] = [
  ["another subject", { tlsSubject: "CN=client,O=Example" }],
  ["a subject in another order", { tlsSubject: "C=DE,O=Example,CN=client" }],
  ["a host name above", { tlsSanDns: "example" }],
  ["a host name for a wildcard", { tlsSanDns: "*.example" }],
  ["a URI in another case", { tlsSanUri: "spiffe://example/Client" }],
  ["another address", { tlsSanIp: "192.0.2.8" }],
  ["a mailbox in another case", { tlsSanEmail: "Ops@example.com" }],
  ["a host name that is its e-mail address", { tlsSanDns: "ops@example.com" }],
  // No client is created so; one that an operator's program made is refused.
  ["two names, of which both fit", { tlsSubject: "CN=client,O=Example,C=DE", tlsSanDns: "client.example" }],
  ["no name", {}],
];
for (const [title, settings] of others) {
  test(`a client that is registered with ${title} is refused`, async () => {
    const client = await clientOf(settings);
    service.caller.certificate = own.asClient();
    await service.refused(() => ask(client), { ...UNAUTHENTICATED, cause: "certificate_name_mismatch" });
  });
}

test("a certificate with the right name that no authority issued, or that is outside of its dates, is refused", async () => {
  const client = await clientOf({ tlsSubject: "CN=client,O=Example,C=DE" });
  const forged = [
    makeCertificate({ subject: SUBJECT }),
    makeCertificate({ subject: SUBJECT, issuer: makeAuthority() }),
    makeCertificate({ subject: SUBJECT, issuer: authority, notBefore: -2 * DAY, notAfter: -DAY }),
    makeCertificate({ subject: SUBJECT, issuer: authority, notBefore: DAY, notAfter: 2 * DAY }),
    makeCertificate({ subject: SUBJECT, issuer: makeCertificate({ issuer: authority }) }),
  ];
  for (const one of forged) {
    service.caller.certificate = one.asClient(authority);
    await service.refused(() => ask(client), { ...UNAUTHENTICATED, cause: "certificate_not_trusted" });
  }
});

test("without a certificate, or with a secret instead of one, the client is refused", async () => {
  const client = await clientOf({ tlsSubject: "CN=client,O=Example,C=DE" });
  service.caller.certificate = null;
  await service.refused(() => ask(client), { ...UNAUTHENTICATED, cause: "certificate_missing" });
  service.caller.certificate = own.asClient();
  const secret = { client_secret: "secret" };
  await service.refused(() => ask(client, secret), { ...UNAUTHENTICATED, cause: "auth_method_mismatch" });
});

for (const keyType of ["ec", "rsa", "ed25519"] as const) {
  test(`a certificate that its owner signed is known by its ${keyType} key, also when it is made again`, async () => {
    const mine = makeCertificate({ keyType });
    const client = await clientOf({
      tokenEndpointAuthMethod: "self_signed_tls_client_auth",
      jwks: { keys: [makeCertificate().jwk, mine.jwk] },
    });
    for (const one of [mine, makeCertificate({ key: mine.key, subject: [["CN", "renewed"]] })]) {
      service.caller.certificate = one.asClient();
      assert.equal((await ask(client)).status, 200);
    }
    const old = makeCertificate({ key: mine.key, notBefore: -2 * DAY, notAfter: -DAY });
    service.caller.certificate = old.asClient();
    await service.refused(() => ask(client), { ...UNAUTHENTICATED, cause: "certificate_not_trusted" });
    service.caller.certificate = own.asClient();
    await service.refused(() => ask(client), { ...UNAUTHENTICATED, cause: "certificate_key_mismatch" });
  });
}

test("a client with a secret is not let in by a certificate", async () => {
  const client = await service.client({ grantTypes: ["client_credentials"] });
  service.caller.certificate = own.asClient();
  const refusal = { ...UNAUTHENTICATED, cause: "secret_missing" };
  await service.refused(() => ask({ credentials: { client_id: client.id } }), refusal);
});

test("the metadata name the method, the bound tokens and the aliases", async () => {
  const { body } = await service.send(PATHS.metadata);
  assert.ok((body["token_endpoint_auth_methods_supported"] as string[]).includes("tls_client_auth"));
  assert.equal(body["tls_client_certificate_bound_access_tokens"], true);
  assert.deepEqual(body["mtls_endpoint_aliases"], {
    token_endpoint: "https://mtls.auth.example/oauth/token",
    revocation_endpoint: "https://mtls.auth.example/oauth/revoke",
    introspection_endpoint: "https://mtls.auth.example/oauth/introspect",
    pushed_authorization_request_endpoint: "https://mtls.auth.example/oauth/par",
    device_authorization_endpoint: "https://mtls.auth.example/oauth/device_authorization",
    explanation_endpoint: "https://mtls.auth.example/oauth/explain",
  });
});

test("a client registers itself with its certificate's name, and gets no secret", async () => {
  const metadata = {
    redirect_uris: ["https://client.example/cb"],
    token_endpoint_auth_method: "tls_client_auth",
    tls_client_auth_subject_dn: "CN=client,O=Example,C=DE",
    tls_client_certificate_bound_access_tokens: true,
  };
  const register = (body: object) =>
    service.send(PATHS.register, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const { status, body } = await register(metadata);
  assert.equal(status, 201, JSON.stringify(body));
  assert.equal("client_secret" in body, false);
  for (const [member, value] of Object.entries(metadata)) assert.deepEqual(body[member], value, member);
  const nameless = await register({ ...metadata, tls_client_auth_subject_dn: "client" });
  assert.deepEqual(nameless.body, {
    error: "invalid_client_metadata",
    error_description:
      "The member tls_client_auth_subject_dn must be given, or one of tls_client_auth_san_dns, tls_client_auth_san_uri, " +
      "tls_client_auth_san_ip, tls_client_auth_san_email, for a client with tls_client_auth.",
  });
  const keyless = await register({ ...metadata, token_endpoint_auth_method: "self_signed_tls_client_auth" });
  assert.match(String(keyless.body["error_description"]), /^The member jwks must be given, or jwks_uri, /);
  const twice = await register({ ...metadata, tls_client_auth_san_dns: "a.example" });
  assert.equal(
    twice.body["error_description"],
    "The member tls_client_auth_san_dns must not be given beside tls_client_auth_subject_dn (RFC 8705 section 2.1.2).",
  );
});

test("without authorities the method is neither offered nor registered", async () => {
  const plain = await startService({ registration: "open" });
  try {
    const { body } = await plain.send(PATHS.metadata);
    assert.ok(!(body["token_endpoint_auth_methods_supported"] as string[]).includes("tls_client_auth"));
    assert.equal("tls_client_certificate_bound_access_tokens" in body, false);
    assert.equal("mtls_endpoint_aliases" in body, false);
    const response = await plain.send(PATHS.register, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        redirect_uris: ["https://client.example/cb"],
        token_endpoint_auth_method: "tls_client_auth",
        tls_client_auth_subject_dn: "CN=client",
      }),
    });
    assert.deepEqual([response.status, response.body["error"]], [400, "invalid_client_metadata"]);
  } finally {
    await plain.close();
  }
});
