import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientSettings } from "../store/store.ts";
import { isScopeToken } from "../config/values.ts";
import { clientViolations, newClientSettings } from "./client.ts";

const DEFAULTS = { accessTtl: 3600, refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000, retryWindow: 30 };

function settings(changes: Partial<ClientSettings> = {}): ClientSettings {
  return newClientSettings({ name: "Example", ...changes }, DEFAULTS);
}

test("a new client has the service's lifetimes, the safest policies and nothing that it did not ask for", () => {
  assert.deepEqual(settings(), {
    name: "Example",
    grantTypes: ["refresh_token"],
    scopes: [],
    redirectUris: [],
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
    retryWindow: 30,
  });
  for (const isPublic of [false, true]) assert.deepEqual(clientViolations(settings(), isPublic), []);
});

test("what is given wins, and the threshold is half of the idle lifetime that is given", () => {
  const { accessTtl, refreshIdleTtl, rotationThreshold } = settings({ accessTtl: 60, refreshIdleTtl: 1001 });
  assert.deepEqual([accessTtl, refreshIdleTtl, rotationThreshold], [60, 1001, 500]);
});

test("each rule is broken at its bound and kept just before it", () => {
  const rules: [broken: Partial<ClientSettings>, kept: Partial<ClientSettings>, fault: RegExp][] = [
    [{ name: " " }, { name: "x" }, /needs a name/],
    [{ name: "x".repeat(201) }, { name: "x".repeat(200) }, /longer than 200/],
    [{ retryWindow: 301 }, { retryWindow: 300 }, /1 to 300 s/],
    [{ retryWindow: 0 }, { retryWindow: 1 }, /1 to 300 s/],
    [{ accessTtl: 30 }, { accessTtl: 31 }, /shorter than the access token's/],
    [{ accessTtl: 864_001 }, { accessTtl: 864_000 }, /not outlive the idle/],
    [{ refreshIdleTtl: 31_536_001 }, { refreshIdleTtl: 31_536_000 }, /not be longer than the absolute/],
    [{ accessTtl: 31_536_001 }, { accessTtl: 3600 }, /access token's lifetime must be/],
    [{ accessTtl: 60.5 }, { accessTtl: 60 }, /access token's lifetime must be/],
    [
      { rotation: "threshold", rotationThreshold: 864_000 },
      { rotation: "threshold", rotationThreshold: 863_999 },
      /shorter than the idle/,
    ],
    [{ scopes: ["a b"] }, { scopes: ["a:b"] }, /"a b" is no scope/],
    [
      { grantTypes: ["authorization_code"] },
      { grantTypes: ["authorization_code"], redirectUris: ["https://client.example/"] },
      /needs a redirect URI/,
    ],
    [
      { logoUri: "http://client.example/logo.png" },
      { logoUri: "https://client.example/logo.png" },
      /logoUri must/,
    ],
    [{ tosUri: "javascript:alert(1)" }, { tosUri: null }, /tosUri must be an https URL/],
    [{ redirectUris: Array<string>(21).fill("https://client.example/") }, {}, /More than 20/],
    [
      { redirectUris: ["/back"] },
      { redirectUris: ["com.example.app://back"] },
      /"\/back" is no redirect URI/,
    ],
    [{ redirectUris: ["https://c.example/#x"] }, { redirectUris: ["https://c.example/"] }, /no redirect URI/],
  ];
  for (const [broken, kept, fault] of rules) {
    assert.match(clientViolations(settings(broken), false).join("\n"), fault);
    assert.deepEqual(clientViolations(settings(kept), false), []);
  }
});

test("a public client may not choose what would leave its refresh tokens unprotected", () => {
  const choices: [Partial<ClientSettings>, RegExp][] = [
    [{ rotation: "never" }, /must rotate always/],
    [{ rotation: "threshold" }, /must rotate always/],
    [{ reuse: "detect" }, /must be revoked on reuse/],
    [{ grantTypes: ["client_credentials"] }, /has no credentials/],
    [{ resourceServer: true }, /cannot be a resource server/],
    [{ loginProvider: true }, /cannot say who somebody is/],
  ];
  for (const [choice, fault] of choices) {
    const faults = clientViolations(settings(choice), true);
    assert.equal(faults.length, 1);
    assert.match(faults.join(), fault);
    assert.deepEqual(clientViolations(settings(choice), false), []);
  }
});

test("all faults are told at once", () => {
  assert.equal(clientViolations(settings({ name: "", retryWindow: 0, scopes: ['"'] }), false).length, 3);
});

test("a scope has the characters of RFC 6749 §3.3", () => {
  for (const scope of ["read", "a:b/c.d", "!", "#~", "[x]"]) assert.equal(isScopeToken(scope), true, scope);
  for (const scope of ["", " ", 'a"b', "a\\b", "ä", "a\n", "\u007f"])
    assert.equal(isScopeToken(scope), false, scope);
});
