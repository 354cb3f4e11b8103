import assert from "node:assert/strict";
import { generateKeyPairSync, hash, randomBytes, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { ClientCertificate } from "../certificates/client-certificate.ts";
import { makeAuthority, makeCertificate } from "../certificates/testing.ts";
import { AUTH_METHODS } from "../client-settings/auth-methods.ts";
import type { AuthMethod } from "../client-settings/auth-methods.ts";
import {
  AUTHORIZING_GRANT_TYPES,
  DEVICE_CODE,
  GRANT_TYPES,
  JWT_BEARER,
  TOKEN_EXCHANGE,
} from "../client-settings/grant-types.ts";
import type { PublicJwk } from "../client-settings/jwks.ts";
import { clientViolations } from "../client-settings/violations.ts";
import { codeDigest } from "../grant-types/authorization-code.ts";
import { ACCESS_TOKEN } from "../grant-types/exchange/token-types.ts";
import { newCode, SIGN_IN } from "../store/contract/fixtures.ts";
import { TestServer } from "../store/contract/postgres-server.ts";
import type { ClientSettings } from "../store/store.ts";
import { ISSUER, startService } from "../testing.ts";
import type { Parameters, TestClient, TestResponse, TestService } from "../testing.ts";
import { readUserCode, userCodeDigest } from "../tokens/user-code.ts";
import { DpopKey } from "./testing.ts";

// Every grant type by every method of client authentication with every binding, on both engines: the types and methods
// are those of the server's own tables, so a new one does not compile until it is covered here.

type GrantType = (typeof GRANT_TYPES)[number];

const BINDINGS = ["none", "DPoP", "certificate"] as const;
type Binding = (typeof BINDINGS)[number];

/** Those that bring a refresh token. */
const REFRESHED: readonly GrantType[] = [...AUTHORIZING_GRANT_TYPES, "refresh_token"];
/** What a client needs beside any other. */
const ALONE: readonly GrantType[] = ["authorization_code", "refresh_token"];

/** What a request comes with. */
interface Shown {
  parameters?: Parameters;
  headers?: Record<string, string>;
  certificate?: ClientCertificate;
}

const authority = makeAuthority();
const issued = makeCertificate({ issuer: authority });
/** Another one by which the same client authenticates. */
const renewed = makeCertificate({ issuer: authority });
const selfSigned = makeCertificate();
const selfSignedAgain = makeCertificate({ key: selfSigned.key });
const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
const jwk = { ...(await exportJWK(publicKey)), kid: "1" } as PublicJwk;

const IDP = "https://idp.example";
const idp = generateKeyPairSync("ed25519");
const idpKeys = { keys: [{ ...idp.publicKey.export({ format: "jwk" }), kid: "1", alg: "EdDSA" }] };

const USER = { username: "ada", password: "correct horse battery" };
const CALLBACK = "https://client.example/callback";

const postgres = await TestServer.start();
after(() => postgres.stop());

async function start(database?: string): Promise<TestService> {
  const file = join(temporaryFolder("authorities"), "authorities.pem");
  writeFileSync(file, authority.pem);
  const t = await startService(
    {
      clientCertificateHeader: "Client-Cert",
      trustedProxies: ["192.0.2.1"],
      clientCertificateAuthorities: file,
      assertionIssuers: [
        { issuer: IDP, jwksUri: `${IDP}/keys`, accepts: ["assertion"], algorithms: ["EdDSA"] },
      ],
      masterKey: randomBytes(32).toString("base64url"),
    },
    {
      ...(database === undefined ? {} : { database }),
      fetchDocument: async () => ({ body: idpKeys, maxAge: undefined }),
    },
  );
  t.clock.at = Date.now();
  await t.account(USER.username, USER.password);
  return t;
}

/** A method's settings, and how its client authenticates; a renewed certificate is one that is its own too. */
interface Method {
  settings?: Partial<ClientSettings>;
  show: (t: TestService, client: TestClient) => Shown | Promise<Shown>;
  certificates?: readonly [ClientCertificate, ClientCertificate];
}

const byId = (_: TestService, { id }: TestClient): Shown => ({ parameters: { client_id: id } });

const METHODS: Record<AuthMethod, Method> = {
  client_secret_basic: {
    show: (_, { id, secret }) => ({
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    }),
  },
  client_secret_post: { show: (_, { credentials }) => ({ parameters: credentials }) },
  private_key_jwt: {
    settings: { jwks: { keys: [jwk] } },
    async show(t, { id }) {
      const exp = Math.floor(t.clock.at / 1000) + 60;
      const jws = await new SignJWT({ iss: id, sub: id, aud: ISSUER, exp, jti: randomUUID() })
        .setProtectedHeader({ alg: "ES256", kid: "1" })
        .sign(privateKey);
      const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
      return { parameters: { client_assertion_type: type, client_assertion: jws } };
    },
  },
  tls_client_auth: {
    settings: { tlsSubject: "CN=client" },
    show: byId,
    certificates: [issued.asClient(), renewed.asClient()],
  },
  self_signed_tls_client_auth: {
    settings: { jwks: { keys: [selfSigned.jwk] } },
    show: byId,
    certificates: [selfSigned.asClient(), selfSignedAgain.asClient()],
  },
  none: { show: byId },
};

/** The parameters by which a grant type gets tokens; undefined: it refreshes those of the password grant. */
const REQUESTS: Record<
  Exclude<GrantType, "refresh_token">,
  (t: TestService, client: TestClient, shown: Shown) => Promise<Parameters>
> = {
  async authorization_code(t, { id }) {
    const code = `rgc_${randomBytes(32).toString("base64url")}`;
    const verifier = randomBytes(32).toString("base64url");
    const challenge = hash("sha256", verifier, "buffer");
    const changes = { digest: codeDigest(code), challenge, redirectUri: CALLBACK };
    await t.deps.store.codes.issue(newCode(id, { ...changes, authTime: t.clock.at, signIn: SIGN_IN.digest }));
    return { code, redirect_uri: CALLBACK, code_verifier: verifier };
  },
  password: async () => USER,
  client_credentials: async () => ({}),
  async [DEVICE_CODE](t, _, { parameters, headers }) {
    const { body } = await t.post("/oauth/device_authorization", parameters ?? {}, headers);
    const digest = userCodeDigest(readUserCode(String(body["user_code"])) ?? "", t.deps.keys.masterKeys[0]);
    const answer = { subject: "ada", authTime: t.clock.at, allowed: true, signIn: SIGN_IN.digest };
    assert.equal(await t.deps.store.devices.decide(digest, answer), "decided");
    return { device_code: String(body["device_code"]) };
  },
  async [TOKEN_EXCHANGE](t) {
    const { accessToken } = await t.grant(await t.client());
    return { subject_token: accessToken, subject_token_type: ACCESS_TOKEN };
  },
  async [JWT_BEARER](t) {
    const now = Math.floor(t.clock.at / 1000);
    const claims = { iss: IDP, sub: "ada", aud: ISSUER, iat: now, exp: now + 300, jti: randomUUID() };
    const assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: "EdDSA", kid: "1" })
      .sign(idp.privateKey);
    return { assertion };
  },
};

async function bindingOf(t: TestService, refreshToken: string): Promise<unknown> {
  const hex = Buffer.from(refreshToken.slice(4), "base64url").toString("hex", 2, 18);
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return (await t.deps.store.grants.find(id))?.binding;
}

/** A client of this method and binding, and what it sends. */
class Holder {
  readonly #t: TestService;
  readonly #method: Method;
  readonly #certificates: readonly [ClientCertificate, ClientCertificate];
  readonly client: TestClient;
  /** Its own key, and another one. */
  readonly keys: readonly [DpopKey, DpopKey];
  readonly binding: Binding;

  constructor(
    t: TestService,
    method: Method,
    client: TestClient,
    keys: readonly [DpopKey, DpopKey],
    binding: Binding,
  ) {
    this.#t = t;
    this.#method = method;
    this.#certificates = method.certificates ?? [selfSigned.asClient(), issued.asClient()];
    this.client = client;
    this.keys = keys;
    this.binding = binding;
  }

  /** @param key which it proves: its own, another one, or none */
  async shown(key: 0 | 1 | null): Promise<Shown> {
    const { parameters, headers } = await this.#method.show(this.#t, this.client);
    const proof = this.binding === "DPoP" && key !== null ? await this.keys[key].header() : {};
    const needed = this.#method.certificates?.[0];
    const certificate = this.binding === "certificate" && key !== null ? this.#certificates[key] : needed;
    return {
      ...(parameters && { parameters }),
      headers: { ...headers, ...proof },
      ...(certificate && { certificate }),
    };
  }

  async send(grantType: GrantType, parameters: Parameters, key: 0 | 1 | null): Promise<TestResponse> {
    const { parameters: credentials, headers, certificate } = await this.shown(key);
    this.#t.caller.certificate = certificate ?? null;
    return this.#t.token({ grant_type: grantType, ...credentials, ...parameters }, headers);
  }

  /** `cnf` of the tokens that a request with this key gets. */
  confirmation(key: 0 | 1): object | undefined {
    if (this.binding === "none") return undefined;
    if (this.binding === "DPoP") return { jkt: this.keys[key].jkt };
    return { "x5t#S256": this.#certificates[key].thumbprint };
  }

  async assertTokens(answer: TestResponse, key: 0 | 1): Promise<void> {
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body["token_type"], this.binding === "DPoP" ? "DPoP" : "Bearer");
    const { claims } = await this.#t.verified(String(answer.body["access_token"]));
    assert.deepEqual(claims["cnf"], this.confirmation(key));
  }
}

const ENGINES = { SQLite: async () => undefined, PostgreSQL: () => postgres.newDatabase() };
for (const [engine, newDatabase] of Object.entries(ENGINES)) {
  test(`on ${engine}, every grant type by every method issues what the request proves, and refreshes as bound`, async (context) => {
    const t = await start(await newDatabase());
    context.after(() => t.close());
    await t.deps.store.signIns.start({ ...SIGN_IN });
    const keys = [await DpopKey.create(t.clock), await DpopKey.create(t.clock)] as const;
    let addresses = 0;
    for (const method of AUTH_METHODS) {
      for (const binding of BINDINGS) {
        // Device requests are counted by address, and the proxy's must stay trusted.
        addresses += 1;
        t.caller.address = `198.51.100.${addresses}`;
        const isPublic = method === "none";
        const settings: Partial<ClientSettings> = {
          grantTypes: GRANT_TYPES,
          redirectUris: [CALLBACK],
          tokenEndpointAuthMethod: method,
          tokenExchange: "impersonation",
          exchangeClients: ["*"],
          tlsBound: binding === "certificate",
          dpopBound: binding === "DPoP",
          ...METHODS[method].settings,
        };
        const client = await t.client(settings, { isPublic });
        const stored = await t.deps.store.clients.find(client.id);
        assert.ok(stored);
        // RFC 6749 §4.4, RFC 8693: a public client may not have every grant type.
        const allowed = GRANT_TYPES.filter((one) => {
          const faults = clientViolations({ ...stored, grantTypes: [...ALONE, one] }, isPublic);
          return !faults.some(({ key }) => key === "grantTypes");
        });
        if (!isPublic) assert.deepEqual(allowed, GRANT_TYPES);
        else
          assert.ok(
            REFRESHED.every((one) => allowed.includes(one)),
            allowed.join(),
          );
        const holder = new Holder(t, METHODS[method], client, keys, binding);
        for (const grantType of allowed) {
          const title = `${grantType}, ${method}, ${binding}`;
          const first = grantType === "refresh_token" ? "password" : grantType;
          const parameters = await REQUESTS[first](t, client, await holder.shown(0));
          const answer = await holder.send(first, parameters, 0);
          await holder.assertTokens(answer, 0).catch((cause: unknown) => {
            throw new Error(title, { cause });
          });
          const refreshToken = answer.body["refresh_token"];
          assert.equal(typeof refreshToken === "string", REFRESHED.includes(grantType), title);
          if (typeof refreshToken !== "string") continue;
          const bound = isPublic && binding !== "none";
          const [name = "", value = ""] = Object.entries(holder.confirmation(0) ?? {})[0] ?? [];
          const expected = bound ? `${name === "jkt" ? "jkt" : "x5t"}:${value}` : null;
          assert.equal(await bindingOf(t, refreshToken), expected, title);
          const refresh = { refresh_token: refreshToken };
          if (binding !== "none") {
            const missing = await holder.send("refresh_token", refresh, null);
            // A certificate that authenticates the client is there at any time.
            if (binding === "DPoP" || METHODS[method].certificates === undefined) {
              assert.equal(missing.status, 400, title);
            }
            const other = await holder.send("refresh_token", refresh, 1);
            if (bound) assert.equal(other.body["error"], "invalid_grant", title);
            else await holder.assertTokens(other, 1);
          }
          await holder.assertTokens(await holder.send("refresh_token", refresh, 0), 0);
        }
      }
    }
  });
}
