import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { ConfigError } from "./config-error.ts";
import { readOptions } from "./read-config.ts";
import { loadConfig, resolveConfig } from "./resolve-config.ts";
import { environmentName, SETTING_KEYS } from "./schema.ts";

let cwd: string;
before(() => {
  cwd = temporaryFolder("config");
});
after(() => rmSync(cwd, { recursive: true }));

type Env = Record<string, string>;

function resolve(env: Env) {
  return loadConfig({ env, cwd }).config;
}

function violationsOf(env: Env): readonly string[] {
  try {
    loadConfig({ env, cwd });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.violations;
  }
  return [];
}

test("without any configuration the defaults hold and the issuer is the address that is listened on", () => {
  const { config, sources, file } = loadConfig({ env: {}, cwd });
  assert.deepEqual(config, {
    database: "sqlite:./data/regrant.db",
    issuer: "http://127.0.0.1:8787",
    allowInsecureIssuer: false,
    host: "127.0.0.1",
    port: 8787,
    workers: 1,
    masterKey: null,
    previousMasterKeys: [],
    signingAlgorithm: "RS256",
    audience: "http://127.0.0.1:8787",
    resources: [],
    signInTtl: 43_200,
    staySignedIn: false,
    requirePkce: false,
    requirePar: false,
    pushedRequestTtl: 600,
    providerName: null,
    providerLogo: null,
    providerColor: "#2f63d6",
    forgotPasswordUrl: null,
    signUpUrl: null,
    helpUrl: null,
    scopeDescriptions: {},
    messages: {},
    authorizationDetailsTypes: {},
    jwksMaxAge: 300,
    signingKeyMaxAge: 7_776_000,
    macKeyMaxAge: 31_536_000,
    accessTtl: 3600,
    refreshIdleTtl: 864_000,
    refreshMaxTtl: 31_536_000,
    passportKey: null,
    passportResponses: null,
    passportUnknownTokens: "refuse",
    passportUsers: false,
    passportRollbackUntil: null,
    passportDatabase: null,
    retryWindow: 120,
    deviceCodeTtl: 600,
    devicePollInterval: 5,
    registration: "off",
    clientMetadataDocuments: false,
    registrationScopes: [],
    registrationSchemes: ["cursor", "vscode", "vscode-insiders", "windsurf"],
    registrationsPerMinute: 20,
    registrationMaxUnused: 10_000,
    registrationUnusedTtl: 604_800,
    assertionTokenUrl: false,
    assertionRs256: false,
    accountsUrl: null,
    addressRetention: 2_592_000,
    admin: null,
    accountsSecret: null,
    accountsTimeout: 5,
    passwordGrant: true,
    loginUrl: null,
    acrValues: [],
    passwordAcr: null,
    trustedProxies: [],
    tlsCertificate: null,
    tlsKey: null,
    mtls: null,
    mtlsUrl: null,
    clientCertificateHeader: null,
    clientCertificateAuthorities: null,
    clientFailuresPerMinute: 30,
    usernameFailuresPerAddress: 10,
    usernameFailuresPerMinute: 100,
    deviceRequestsPerMinute: 60,
    docs: true,
    docsFolder: null,
    dpopNonce: "off",
    userCodeFailuresPerMinute: 10,
    requestTimeout: 15,
    headersTimeout: 10,
    logLevel: "info",
    metrics: null,
    eventRetention: 34_128_000,
    explanations: true,
    webhookPrivateAddresses: false,
    revocationIssuers: [],
    assertionIssuers: [],
    sweepInterval: 3600,
    shutdownDelay: 1,
    shutdownTimeout: 10,
  });
  assert.deepEqual(new Set(Object.values(sources)), new Set(["default"]));
  assert.equal(file, null);
});

test("the configuration is frozen, lists included", () => {
  const config = resolve({ REGRANT_TRUSTED_PROXIES: "::1", REGRANT_METRICS: "9464" });
  for (const part of [config, config.trustedProxies, config.previousMasterKeys, config.metrics]) {
    assert.ok(Object.isFrozen(part));
  }
});

test("the default issuer follows host and port, and is unknown while the port is", () => {
  assert.equal(resolve({ REGRANT_HOST: "localhost", REGRANT_PORT: "80" }).issuer, "http://localhost");
  assert.equal(resolve({ REGRANT_HOST: "::1" }).issuer, "http://[::1]:8787");
  const { issuer, audience } = resolve({ REGRANT_PORT: "0" });
  assert.deepEqual([issuer, audience], [null, null]);
});

test("the audience is the issuer unless one is given", () => {
  const env = { REGRANT_ISSUER: "https://auth.example.com/" };
  assert.equal(resolve(env).audience, "https://auth.example.com");
  assert.equal(resolve({ ...env, REGRANT_AUDIENCE: "api" }).audience, "api");
});

test("an http issuer is for loopback hosts unless it is allowed", () => {
  const env = { REGRANT_ISSUER: "http://auth.example.com" };
  assert.deepEqual(violationsOf(env), [
    "REGRANT_ISSUER: must be an https URL: http is allowed on loopback hosts, or with REGRANT_ALLOW_INSECURE_ISSUER=true",
  ]);
  assert.equal(resolve({ ...env, REGRANT_ALLOW_INSECURE_ISSUER: "true" }).issuer, "http://auth.example.com");
  assert.equal(resolve({ REGRANT_ISSUER: "http://[::1]:9/a" }).issuer, "http://[::1]:9/a");
});

test("who listens beyond the loopback address must name the issuer", () => {
  for (const host of ["0.0.0.0", "::", "10.1.2.3", "auth.example.com"]) {
    const env = { REGRANT_HOST: host, REGRANT_ALLOW_INSECURE_ISSUER: "true" };
    assert.deepEqual(violationsOf(env), [
      "REGRANT_HOST: is not a loopback address: set the service's public URL with REGRANT_ISSUER",
    ]);
    assert.deepEqual(violationsOf({ ...env, REGRANT_ISSUER: "https://auth.example.com" }), []);
  }
});

test("a PostgreSQL database needs the master key, and the violation says how to make one, without the password", () => {
  const database = "postgres://regrant:hunter2@db/regrant";
  const [violation, ...others] = violationsOf({ REGRANT_DATABASE: database });
  assert.deepEqual(others, []);
  assert.match(violation ?? "", /^REGRANT_MASTER_KEY: is required with PostgreSQL.*; make one with node -p /);
  assert.ok(!violation?.includes("hunter2"));
  const key = Buffer.alloc(32, 7).toString("base64url");
  assert.deepEqual(violationsOf({ REGRANT_DATABASE: database, REGRANT_MASTER_KEY: key }), []);
});

test("lifetimes must fit each other, told of the setting that was given", () => {
  const table: [Env, string][] = [
    [
      { REGRANT_RETRY_WINDOW: "300", REGRANT_ACCESS_TTL: "300" },
      "REGRANT_ACCESS_TTL: 300 s must be more than REGRANT_RETRY_WINDOW (300 s)",
    ],
    [
      { REGRANT_ACCESS_TTL: "120" },
      "REGRANT_ACCESS_TTL: 120 s must be more than REGRANT_RETRY_WINDOW (120 s, the default)",
    ],
    [
      { REGRANT_ACCESS_TTL: "864001" },
      "REGRANT_ACCESS_TTL: 864001 s must be at most REGRANT_REFRESH_IDLE_TTL (864000 s, the default)",
    ],
    [
      { REGRANT_REFRESH_MAX_TTL: "863999" },
      "REGRANT_REFRESH_MAX_TTL: 863999 s must be at least REGRANT_REFRESH_IDLE_TTL (864000 s, the default)",
    ],
    [
      { REGRANT_SIGNING_KEY_MAX_AGE: "600" },
      "REGRANT_SIGNING_KEY_MAX_AGE: 600 s must be more than 2 times REGRANT_JWKS_MAX_AGE (300 s, the default)",
    ],
    [
      { REGRANT_JWKS_MAX_AGE: "10", REGRANT_SIGNING_KEY_MAX_AGE: "60", REGRANT_HEADERS_TIMEOUT: "16" },
      "REGRANT_HEADERS_TIMEOUT: 16 s must be at most REGRANT_REQUEST_TIMEOUT (15 s, the default)",
    ],
    [
      { REGRANT_REQUEST_TIMEOUT: "9" },
      "REGRANT_REQUEST_TIMEOUT: 9 s must be at least REGRANT_HEADERS_TIMEOUT (10 s, the default)",
    ],
  ];
  for (const [env, violation] of table) assert.deepEqual(violationsOf(env), [violation]);
});

test("lifetimes may stand at their limits", () => {
  const env = {
    REGRANT_RETRY_WINDOW: "299",
    REGRANT_ACCESS_TTL: "300",
    REGRANT_REFRESH_IDLE_TTL: "300",
    REGRANT_REFRESH_MAX_TTL: "300",
    REGRANT_SIGNING_KEY_MAX_AGE: "601",
    REGRANT_HEADERS_TIMEOUT: "15",
    REGRANT_SWEEP_INTERVAL: "0",
  };
  assert.deepEqual(violationsOf(env), []);
});

test("the key in force must not be among the previous ones", () => {
  const [key, other] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
  const env = { REGRANT_MASTER_KEY: key };
  assert.deepEqual(violationsOf({ ...env, REGRANT_PREVIOUS_MASTER_KEYS: `${other},${key}` }), [
    "REGRANT_PREVIOUS_MASTER_KEYS: must not contain the current key (REGRANT_MASTER_KEY)",
  ]);
  const { masterKey, previousMasterKeys } = resolve({ ...env, REGRANT_PREVIOUS_MASTER_KEYS: other });
  assert.deepEqual(masterKey, Buffer.from(key, "base64url"));
  assert.deepEqual(previousMasterKeys, [Buffer.from(other, "base64url")]);
});

test("more than one worker needs PostgreSQL", () => {
  const refused =
    "REGRANT_WORKERS: more than one requires PostgreSQL, since SQLite has one writer at a time: " +
    "set it to 1, or use a postgres:// database (REGRANT_DATABASE)";
  for (const workers of ["2", "auto"])
    assert.deepEqual(violationsOf({ REGRANT_WORKERS: workers }), [refused]);
  assert.deepEqual(violationsOf({ REGRANT_WORKERS: "1" }), []);
  const env = {
    REGRANT_DATABASE: "postgres://localhost/regrant",
    REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
  };
  assert.equal(resolve({ ...env, REGRANT_WORKERS: "auto" }).workers, "auto");
});

test("metrics must not take the address of the service", () => {
  assert.deepEqual(violationsOf({ REGRANT_METRICS: "8787" }), [
    "REGRANT_METRICS: must not be the address of the service itself (REGRANT_PORT)",
  ]);
  assert.deepEqual(violationsOf({ REGRANT_METRICS: "0", REGRANT_PORT: "0" }), []);
});

test("one error lists every violation of every layer at once, one a line, as each was written", () => {
  writeFileSync(
    join(cwd, "invalid.json"),
    JSON.stringify({ accessTTL: 5, retryWindow: 3601, database: "oracle:x" }),
  );
  const env = { REGRANT_POTR: "1", REGRANT_HEADERS_TIMEOUT: "60", REGRANT_METRICS: "9464x" };
  const flags = { config: "invalid.json", port: "-1", logLevel: "loud", issuer: "http://auth.example.com" };
  assert.throws(() => loadConfig({ env, flags, cwd }), {
    name: "ConfigError",
    message: [
      "the configuration has 9 errors:",
      '  "accessTTL" (invalid.json): is not a setting; did you mean "accessTtl"?',
      "  retryWindow (invalid.json): must be a whole number from 1 to 3600",
      "  database (invalid.json): must be sqlite:PATH, such as sqlite:./data/regrant.db (no // or file: before the path), or postgres://USER:PASSWORD@HOST:PORT/DATABASE",
      '  REGRANT_POTR: is not a setting; did you mean "REGRANT_PORT"?',
      '  REGRANT_METRICS: must be HOST:PORT, a port of 127.0.0.1, or "off"',
      "  --port: must be a whole number from 0 to 65535",
      "  --log-level: must be debug, info, warn, error or silent",
      "  --issuer: must be an https URL: http is allowed on loopback hosts, or with REGRANT_ALLOW_INSECURE_ISSUER=true",
      "  REGRANT_HEADERS_TIMEOUT: 60 s must be at most REGRANT_REQUEST_TIMEOUT (15 s, the default)",
    ].join("\n"),
  });
});

test("a invalid setting is not judged a second time against the default in its place", () => {
  const violations = violationsOf({ REGRANT_ACCESS_TTL: "soon", REGRANT_REFRESH_IDLE_TTL: "60" });
  assert.deepEqual(violations, ["REGRANT_ACCESS_TTL: must be a whole number from 1 to 31536000"]);
});

test("no text that was given as a value, in any setting or a broken file, appears in the error", () => {
  // Long enough, and with a mark that no message of ours has, to be recognised.
  const secret = fc.stringMatching(/^zqzq[A-Za-z0-9_+/ -]{8,60}zqzq$/);
  const place = fc.constantFrom(...SETTING_KEYS);
  const shape = fc.constantFrom(
    (text: string) => text,
    (text: string) => `sqlite://${text}`,
    (text: string) => `https://u:${text}@auth.example.com`,
    (text: string) => `${text},${text}`,
  );
  fc.assert(
    fc.property(secret, place, shape, fc.boolean(), (secret, key, shape, broken) => {
      const value = shape(secret);
      const json = JSON.stringify({ masterKey: value, previousMasterKeys: [value], [key]: value });
      writeFileSync(join(cwd, "secret.json"), broken ? json.replaceAll(':"', ":") : json);
      const env = { REGRANT_CONFIG: "secret.json", REGRANT_MASTER_KEY: value, [environmentName(key)]: value };
      assert.throws(
        () => loadConfig({ env, cwd }),
        (error: unknown) => {
          assert.ok(error instanceof ConfigError);
          assert.ok(!`${error.stack}${JSON.stringify(error)}`.includes("zqzq"));
          return true;
        },
      );
    }),
  );
});

test("with a certificate of its own the service's URL is https, and its second port has an origin", () => {
  const files = { tlsCertificate: "tls.pem", tlsKey: "tls.key" };
  assert.equal(resolveConfig(readOptions(files)).issuer, "https://127.0.0.1:8787");
  const issuer = "https://auth.example.com/auth";
  const mtls = (options: object) => resolveConfig(readOptions({ ...files, issuer, ...options })).mtlsUrl;
  assert.equal(mtls({ mtls: "0.0.0.0:8443" }), "https://auth.example.com:8443");
  assert.equal(mtls({ mtls: "0.0.0.0:8443", mtlsUrl: "https://mtls.example/" }), "https://mtls.example");
  assert.equal(mtls({ mtls: "on" }), null);
});

test("settings of TLS and client certificates that need others name them", () => {
  const cases: [options: object, violation: string][] = [
    [{ tlsCertificate: "a" }, "tlsCertificate: requires REGRANT_TLS_KEY"],
    [{ tlsKey: "a" }, "tlsKey: requires REGRANT_TLS_CERTIFICATE"],
    [{ mtls: "on" }, "mtls: requires REGRANT_TLS_CERTIFICATE"],
    [
      { tlsCertificate: "a", tlsKey: "b", mtls: "127.0.0.1:8787" },
      "mtls: is the address of the service itself: set it to on",
    ],
    [{ clientCertificateHeader: "Client-Cert" }, "clientCertificateHeader: requires REGRANT_TRUSTED_PROXIES"],
    [{ mtlsUrl: "https://a.example/path" }, "mtlsUrl: must be an https URL without a path"],
  ];
  for (const [options, violation] of cases) {
    assert.throws(() => resolveConfig(readOptions(options)), { violations: [violation] });
  }
});
