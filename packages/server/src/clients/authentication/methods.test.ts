import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import type { ClientCertificate } from "../../certificates/client-certificate.ts";
import { makeAuthority, makeCertificate } from "../../certificates/testing.ts";
import { AUTH_METHODS } from "../../client-settings/auth-methods.ts";
import type { AuthMethod } from "../../client-settings/auth-methods.ts";
import type { PublicJwk } from "../../client-settings/jwks.ts";
import type { ClientSettings } from "../../store/store.ts";
import { ISSUER, startService } from "../../testing.ts";
import type { Parameters } from "../../testing.ts";

const authority = makeAuthority();
const certificate = makeCertificate({ issuer: authority });
const selfSigned = makeCertificate({ subject: [["CN", "own"]] });
const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
const jwk = { ...(await exportJWK(publicKey)), kid: "1" } as PublicJwk;

const file = join(temporaryFolder("authorities"), "authorities.pem");
writeFileSync(file, authority.pem);
const t = await startService({
  clientCertificateHeader: "Client-Cert",
  trustedProxies: ["192.0.2.1"],
  clientCertificateAuthorities: file,
});
t.clock.at = Date.now();
after(() => t.close());

/** Every endpoint at which clients authenticate, with parameters that get past the authentication. */
const ENDPOINTS: Record<string, Parameters> = {
  "/oauth/token": { grant_type: "refresh_token", refresh_token: "x" },
  "/oauth/par": {},
  "/oauth/revoke": { token: "x" },
  "/oauth/introspect": { token: "x" },
  "/oauth/device_authorization": {},
  "/oauth/explain": { token: "x" },
  "/oauth/revocations": {},
  "/oauth/login/accept": {},
};

/** What a request comes with. */
interface Shown {
  parameters?: Parameters;
  headers?: Record<string, string>;
  certificate?: ClientCertificate;
}

/** A method's client, and how it authenticates at an endpoint: rightly, and not quite. */
interface Case {
  right: () => Shown | Promise<Shown>;
  wrong: Shown;
}

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});

async function assertionOf(id: string): Promise<Parameters> {
  const now = Math.floor(t.clock.at / 1000);
  const jws = await new SignJWT({ iss: id, sub: id, aud: ISSUER, exp: now + 60, jti: randomUUID() })
    .setProtectedHeader({ alg: "ES256", kid: "1" })
    .sign(privateKey);
  const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  return { client_assertion_type: type, client_assertion: jws };
}

async function clientOf(tokenEndpointAuthMethod: AuthMethod, settings: Partial<ClientSettings> = {}) {
  const isPublic = tokenEndpointAuthMethod === "none";
  return t.client({ tokenEndpointAuthMethod, ...settings }, { isPublic });
}

const CASES: Record<AuthMethod, () => Promise<Case>> = {
  async client_secret_basic() {
    const { id, secret } = await clientOf("client_secret_basic");
    return { right: () => ({ headers: basic(id, secret) }), wrong: { headers: basic(id, "wrong") } };
  },
  async client_secret_post() {
    const { credentials } = await clientOf("client_secret_post");
    return {
      right: () => ({ parameters: credentials }),
      wrong: { parameters: { ...credentials, client_secret: "wrong" } },
    };
  },
  async private_key_jwt() {
    const { id } = await clientOf("private_key_jwt", { jwks: { keys: [jwk] } });
    return {
      right: async () => ({ parameters: await assertionOf(id) }),
      wrong: { parameters: { client_id: id }, certificate: certificate.asClient() },
    };
  },
  async tls_client_auth() {
    const { id } = await clientOf("tls_client_auth", { tlsSubject: "CN=client" });
    const parameters = { client_id: id };
    return {
      right: () => ({ parameters, certificate: certificate.asClient() }),
      wrong: { parameters, certificate: selfSigned.asClient() },
    };
  },
  async self_signed_tls_client_auth() {
    const { id } = await clientOf("self_signed_tls_client_auth", { jwks: { keys: [selfSigned.jwk] } });
    const parameters = { client_id: id };
    return {
      right: () => ({ parameters, certificate: selfSigned.asClient() }),
      wrong: { parameters, certificate: certificate.asClient() },
    };
  },
  async none() {
    const { id } = await clientOf("none");
    return {
      right: () => ({ parameters: { client_id: id } }),
      wrong: { parameters: { client_id: id, client_secret: "x" } },
    };
  },
};

for (const [index, [path, parameters]] of Object.entries(ENDPOINTS).entries()) {
  test(`every method authenticates at ${path}, and only its own credentials do`, async () => {
    // Failures are counted by address.
    t.caller.address = `203.0.113.${index}`;
    const send = ({ parameters: more, headers, certificate: shown }: Shown) => {
      t.caller.certificate = shown ?? null;
      return t.post(path, { ...parameters, ...more }, headers);
    };
    for (const method of AUTH_METHODS) {
      const { right, wrong } = await CASES[method]();
      const accepted = await send(await right());
      assert.notEqual(accepted.body["error"], "invalid_client", `${method}: ${accepted.text}`);
      assert.equal((await send(wrong)).body["error"], "invalid_client", method);
      const mixed = await send({ ...(await right()), headers: basic("x", "y") });
      assert.notEqual(mixed.status, 200, `${method} with HTTP Basic of another`);
    }
  });
}
