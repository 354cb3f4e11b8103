import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import type { PublicJwk } from "./jwks.ts";
import { changeSettings, newClientSettings, readClientSettings } from "./settings.ts";
import type { ClientSettings } from "./settings.ts";
import { clientViolations } from "./violations.ts";

const DEFAULTS = { accessTtl: 3600, refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000, retryWindow: 120 };
const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwks = { keys: [publicKey.export({ format: "jwk" }) as PublicJwk] };
const PROFILE = { name: "Bank", securityProfile: "fapi2", jwks } as const;

function settings(changes: Partial<ClientSettings> = {}, isPublic = false): ClientSettings {
  return newClientSettings({ ...PROFILE, ...changes }, DEFAULTS, isPublic);
}

test("the profile and the client's keys are all that it takes", () => {
  assert.partialDeepStrictEqual(settings(), {
    tokenEndpointAuthMethod: "private_key_jwt",
    requirePar: true,
    requirePkce: true,
    dpopBound: true,
    rotation: "never",
  });
  assert.deepEqual(clientViolations(settings(), false), []);
  const tls = settings({
    tlsBound: true,
    jwks: null,
    tokenEndpointAuthMethod: "tls_client_auth",
    tlsSubject: "CN=bank",
  });
  assert.deepEqual([tls.dpopBound, clientViolations(tls, false)], [false, []]);
});

test("what the profile forbids is refused, with what to do", () => {
  const cases: [Partial<ClientSettings>, string, RegExp][] = [
    [
      { tokenEndpointAuthMethod: "client_secret_basic" },
      "tokenEndpointAuthMethod",
      /must be private_key_jwt/,
    ],
    [
      { tokenEndpointAuthSigningAlg: "RS256" },
      "tokenEndpointAuthSigningAlg",
      /must be PS256, ES256 or EdDSA/,
    ],
    [{ requirePar: false }, "requirePar", /must be true with security_profile fapi2: leave it out/],
    [{ requirePkce: false }, "requirePkce", /must be true/],
    [{ dpopBound: false }, "dpopBound", /must be true/],
    [{ rotation: "always" }, "rotation", /must be never/],
    [
      { redirectUris: ["https://a.example/", "http://127.0.0.1/cb"] },
      "redirectUris",
      /must hold https URLs alone/,
    ],
    [{ grantTypes: ["password"] }, "grantTypes", /must not hold password/],
    [{ jwks: null }, "jwks", /must be given, or jwks_uri/],
  ];
  for (const [changes, key, message] of cases) {
    const [violation, ...more] = clientViolations(settings(changes), false);
    assert.equal(violation?.key, key, key);
    assert.match(violation.message, message);
    assert.deepEqual(more, [], key);
  }
  const [first] = clientViolations(settings({}, true), true).filter(({ key }) => key === "securityProfile");
  assert.match(first?.message ?? "", /must be none for a public client/);
});

test("an update to the profile takes along what was never chosen", () => {
  const before = newClientSettings({ name: "Bank", jwks }, DEFAULTS, false);
  const { settings: after, changed } = changeSettings(before, { securityProfile: "fapi2" });
  assert.deepEqual(changed, ["securityProfile"]);
  assert.deepEqual(clientViolations(after, false), []);
  assert.equal(after.rotation, "never");
  const { settings: back } = changeSettings(after, { securityProfile: "none", jwks: null });
  assert.deepEqual([back.rotation, back.requirePar], ["always", false]);
});

test("a row of an earlier program is held to the profile too", () => {
  const row = {
    ...PROFILE,
    tokenEndpointAuthMethod: "client_secret_basic",
    tokenEndpointAuthSigningAlg: "RS256",
    requirePar: false,
    requirePkce: false,
    dpopBound: false,
    rotation: "always",
    redirectUris: ["http://127.0.0.1/cb", "https://a.example/cb"],
    grantTypes: ["password", "authorization_code"],
  };
  const read = readClientSettings(JSON.stringify(row), false);
  assert.deepEqual(clientViolations(read, false), []);
  assert.deepEqual(read.redirectUris, ["https://a.example/cb"]);
  assert.equal(read.tokenEndpointAuthMethod, "private_key_jwt");
  const other = readClientSettings(JSON.stringify({ ...row, securityProfile: "none" }), false);
  assert.equal(other.rotation, "always");
});
