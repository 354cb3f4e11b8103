import assert from "node:assert/strict";
import { test } from "node:test";
import { CERTIFICATE_SETTINGS } from "./certificate-settings.ts";
import { isScopeToken } from "../config/values.ts";
import { clientViolations } from "./violations.ts";
import { clientWarnings } from "./warnings.ts";
import {
  changeSettings,
  CLIENT_SETTING_KEYS,
  clientSetting,
  memberOf,
  newClientSettings,
  readClientSettings,
} from "./settings.ts";
import type { ClientSettings } from "./settings.ts";

const DEFAULTS = { accessTtl: 3600, refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000, retryWindow: 120 };

function settings(changes: Partial<ClientSettings> = {}, isPublic = false): ClientSettings {
  return newClientSettings({ name: "Example", ...changes }, DEFAULTS, isPublic);
}

function messages(changes: Partial<ClientSettings>, isPublic = false): string[] {
  return clientViolations(settings(changes, isPublic), isPublic).map(({ message }) => message);
}

test("a new client has the service's lifetimes, the safest policies and nothing that it did not ask for", () => {
  assert.partialDeepStrictEqual(settings(), {
    name: "Example",
    grantTypes: ["refresh_token"],
    scopes: [],
    redirectUris: [],
    tokenEndpointAuthMethod: "client_secret_basic",
    firstParty: false,
    requirePkce: false,
    requirePar: false,
    selfRegistered: false,
    metadataUri: null,
    logoUri: null,
    clientUri: null,
    policyUri: null,
    tosUri: null,
    profile: "rfc9068",
    audience: null,
    resourceServer: false,
    loginProvider: false,
    rotation: "always",
    rotationThreshold: 432_000,
    reuse: "revoke",
    lateRetry: "once",
    lostWrites: "recover",
    concurrentUse: "report",
    accessTtl: 3600,
    refreshIdleTtl: 864_000,
    refreshMaxTtl: 31_536_000,
    retryWindow: 120,
  });
  assert.equal(settings({}, true).tokenEndpointAuthMethod, "none");
  for (const isPublic of [false, true]) assert.deepEqual(messages({}, isPublic), []);
});

test("what is given wins, and the threshold is half of the idle lifetime that is given", () => {
  const { accessTtl, refreshIdleTtl, rotationThreshold } = settings({ accessTtl: 60, refreshIdleTtl: 1001 });
  assert.deepEqual([accessTtl, refreshIdleTtl, rotationThreshold], [60, 1001, 500]);
});

test("each rule is broken at its bound and kept just before it", () => {
  const rules: [broken: Partial<ClientSettings>, kept: Partial<ClientSettings>, fault: RegExp][] = [
    [{ name: " " }, { name: "x" }, /^name must not be empty\.$/],
    [{ name: "x".repeat(201) }, { name: "x".repeat(200) }, /^name must not be longer than 200 characters\.$/],
    [
      { retryWindow: 3601, accessTtl: 7200 },
      { retryWindow: 3600, accessTtl: 7200 },
      /^retry_window must be a whole number of seconds from 1 to 3600\.$/,
    ],
    [{ retryWindow: 0 }, { retryWindow: 1 }, /^retry_window must be .* from 1 to 3600\.$/],
    [{ accessTtl: 120 }, { accessTtl: 121 }, /^retry_window must be less than access_ttl\.$/],
    [
      { accessTtl: 864_001 },
      { accessTtl: 864_000 },
      /^access_ttl must not be greater than refresh_idle_ttl\.$/,
    ],
    [
      { refreshIdleTtl: 31_536_001 },
      { refreshIdleTtl: 31_536_000 },
      /^refresh_idle_ttl must not be greater than refresh_max_ttl\.$/,
    ],
    [
      { accessTtl: 31_536_001 },
      { accessTtl: 3600 },
      /^access_ttl must be a whole number of seconds from 1 to 31536000\.$/m,
    ],
    [
      { accessTtl: 600.5 },
      { accessTtl: 600 },
      /^access_ttl must be a whole number of seconds from 1 to 31536000\.$/m,
    ],
    [
      { rotation: "threshold", rotationThreshold: 864_000 },
      { rotation: "threshold", rotationThreshold: 863_999 },
      /^rotation_threshold must be at least 1 and less than refresh_idle_ttl\.$/,
    ],
    [
      { scopes: ["a b"] },
      { scopes: ["a:b"] },
      /^scopes holds "a b", which is not a scope \(RFC 6749 §3\.3\)\.$/,
    ],
    [
      { grantTypes: ["authorization_code"] },
      { grantTypes: ["authorization_code"], redirectUris: ["https://client.example/"] },
      /^redirect_uris must not be empty for a client with authorization_code/,
    ],
    [
      { logoUri: "http://client.example/logo.png" },
      { logoUri: "https://client.example/logo.png" },
      /^logo_uri must be an https URL\.$/,
    ],
    [
      { clientUri: "https://c.example/\u0000" },
      { clientUri: "https://ü.example/é" },
      /^client_uri must be an https URL\.$/,
    ],
    [
      { logoUri: "https://a;frame-ancestors/x.png" },
      { logoUri: "https://[2001:db8::1]:8443/x.png" },
      /^logo_uri must be an https URL\.$/,
    ],
    [{ clientUri: "https://bank.example@evil.example/" }, {}, /^client_uri must be an https URL\.$/],
    [{ policyUri: "https://c.example/\ud800" }, {}, /^policy_uri must be an https URL\.$/],
    [{ tosUri: "javascript:alert(1)" }, { tosUri: null }, /^tos_uri must be an https URL\.$/],
    [
      { redirectUris: Array<string>(21).fill("https://client.example/") },
      {},
      /^redirect_uris must not hold more than 20 URIs\.$/,
    ],
    [
      { redirectUris: ["/back"] },
      { redirectUris: ["com.example.app://back"] },
      /^redirect_uris holds "\/back", which is not a valid redirect URI: /,
    ],
    [
      { redirectUris: ["https://c.example/#x"] },
      { redirectUris: ["https://c.example/"] },
      /is not a valid redirect URI/,
    ],
  ];
  for (const [broken, kept, fault] of rules) {
    assert.match(messages(broken).join("\n"), fault);
    assert.deepEqual(messages(kept), []);
  }
});

test("a public client may not choose what would leave its refresh tokens unprotected", () => {
  const choices: [Partial<ClientSettings>, RegExp][] = [
    [{ rotation: "never" }, /^rotation must be always for a public client/],
    [{ rotation: "threshold" }, /^rotation must be always for a public client/],
    [{ reuse: "detect" }, /^reuse must be revoke for a public client/],
    [
      { grantTypes: ["client_credentials"] },
      /^grant_types must not hold client_credentials for a public client/,
    ],
    [{ resourceServer: true }, /^resource_server must be false/],
    [{ loginProvider: true }, /^login_provider must be false/],
  ];
  for (const [choice, fault] of choices) {
    const faults = messages(choice, true);
    assert.equal(faults.length, 1);
    assert.match(faults.join(), fault);
    assert.deepEqual(messages(choice), []);
  }
});

test("a client authenticates with a secret or it is public, never both", () => {
  assert.deepEqual(messages({ tokenEndpointAuthMethod: "none" }), [
    "token_endpoint_auth_method must not be none for a confidential client.",
  ]);
  for (const method of ["client_secret_basic", "client_secret_post"] as const) {
    assert.deepEqual(messages({ tokenEndpointAuthMethod: method }), []);
    assert.deepEqual(messages({ tokenEndpointAuthMethod: method }, true), [
      "token_endpoint_auth_method must be none for a public client.",
    ]);
  }
});

test("a value of another type is a violation of its member, whichever it is", () => {
  for (const key of CLIENT_SETTING_KEYS) {
    const violations = clientViolations({ ...settings(), [key]: { of: "another type" } }, false);
    const member = memberOf(key);
    assert.ok(
      violations.some((each) => each.member === member && each.message.startsWith(`${member} must be `)),
      key,
    );
  }
});

test("a member is the name in snake_case, and a flag the member with hyphens, in the singular for a list", () => {
  assert.equal(memberOf("tokenEndpointAuthMethod"), "token_endpoint_auth_method");
  for (const key of CLIENT_SETTING_KEYS) {
    const { flag, form } = clientSetting(key);
    const name = memberOf(key).replaceAll("_", "-");
    if (flag !== undefined)
      assert.equal(flag.split(" ")[0], `--${form === "list" ? name.slice(0, -1) : name}`);
  }
});

test("stored settings that lack one are read with its default, and what a newer program wrote is kept", () => {
  const stored = settings({ refreshIdleTtl: 7200, rotationThreshold: 60 });
  for (const key of CLIENT_SETTING_KEYS) {
    const { [key]: _, ...older } = stored;
    const read = readClientSettings(JSON.stringify(older), false);
    const { default: value } = clientSetting(key);
    assert.deepEqual(read, { ...stored, [key]: key === "rotationThreshold" ? 3600 : read[key] });
    if (typeof value !== "function") assert.deepEqual(read[key], value, key);
    assert.notEqual(read[key], undefined, key);
  }
  assert.equal(readClientSettings("{}", true).tokenEndpointAuthMethod, "none");
  const newer = readClientSettings(JSON.stringify({ ...stored, ofTheFuture: 1 }), false);
  assert.deepEqual(newer, { ...stored, ofTheFuture: 1 });
});

test("a change names what differs, and a threshold that was not chosen stays half of the idle lifetime", () => {
  const present = settings();
  const same = changeSettings(present, { name: "Example", scopes: [] });
  assert.deepEqual(same, { settings: present, changed: [] });
  const shorter = changeSettings(present, { refreshIdleTtl: 7200, name: "Example" });
  assert.deepEqual(shorter.settings, { ...present, refreshIdleTtl: 7200, rotationThreshold: 3600 });
  assert.deepEqual(shorter.changed, ["refreshIdleTtl"]);
  const chosen = changeSettings(settings({ rotationThreshold: 60 }), { refreshIdleTtl: 7200 });
  assert.equal(chosen.settings.rotationThreshold, 60);
  assert.equal(
    changeSettings(present, { refreshIdleTtl: 7200, rotationThreshold: 9 }).settings.rotationThreshold,
    9,
  );
});

test("all violations are reported at once", () => {
  assert.equal(messages({ name: "", retryWindow: 0, scopes: ['"'] }).length, 3);
});

test("a scope has the characters of RFC 6749 §3.3", () => {
  for (const scope of ["read", "a:b/c.d", "!", "#~", "[x]"]) assert.equal(isScopeToken(scope), true, scope);
  for (const scope of ["", " ", 'a"b', "a\\b", "ä", "a\n", "\u007f"])
    assert.equal(isScopeToken(scope), false, scope);
});

test("a name of a certificate that is too long is not read, since whoever registers may send it", () => {
  const { error } = CERTIFICATE_SETTINGS.tlsSubject.schema.safeParse(`${"CN=a,".repeat(1000)}not a name`);
  assert.deepEqual(
    error?.issues.map(({ message }) => message),
    ["must not be longer than 1000 characters"],
  );
});

test("settings that have no effect, or that let the client do nothing, are warned of", () => {
  const warned = (changes: Partial<ClientSettings>) => clientWarnings(settings(changes), false);
  const jwks = { keys: [] };
  const exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
  assert.deepEqual(warned({}), []);
  assert.deepEqual(warned({ requireSignedRequest: true, jwks }), []);
  const cases: [Partial<ClientSettings>, RegExp][] = [
    [{ requireSignedRequest: true }, /can sign no request: add --jwks FILE/],
    [{ grantTypes: [exchange] }, /can exchange no token/],
    [{ tokenExchange: "delegation" }, /--token-exchange has no effect/],
    [{ exchangeGrantTtl: 60, grantTypes: [] }, /--exchange-grant-ttl has no effect/],
    [{ tlsSubject: "CN=client" }, /--tls-subject has no effect/],
  ];
  for (const [changes, text] of cases) {
    const [warning = "", ...others] = warned(changes);
    assert.match(warning, text);
    assert.deepEqual(others, []);
  }
});
