import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { redirectUriViolation, redirectUriMatches } from "./redirect-uri.ts";

/** As the setting `registrationSchemes` has them by default. */
const SCHEMES = ["cursor", "vscode", "vscode-insiders", "windsurf"];

const WEB = [
  "https://client.example/callback",
  "https://client.example:8443/callback?tenant=1",
  "http://127.0.0.1/callback",
  "http://127.0.0.1:49152/",
  "http://[::1]:8080/callback",
  "http://localhost:3000/callback",
];
const APPLICATIONS = [
  "myapp:/callback",
  "myapp://callback",
  "cursor-evil://callback",
  "exampleapp://app/oauth/callback",
];

describe("a redirect URI that may be registered", () => {
  test("is https, http on a loopback address, or a scheme named after a domain or of a known application", () => {
    const schemes = ["com.example.app:/oauth", "com.example.app://callback"];
    const known = ["cursor://anysphere.cursor-mcp/oauth/callback", "vscode://publisher.extension/callback"];
    for (const uri of [...WEB, ...schemes, ...known]) {
      assert.equal(redirectUriViolation(uri, SCHEMES), undefined, uri);
    }
  });

  test("by an operator, or an import, may have any private-use scheme", () => {
    for (const uri of [...WEB, ...APPLICATIONS, "com.example.app:/oauth"]) {
      assert.equal(redirectUriViolation(uri), undefined, uri);
    }
    for (const uri of APPLICATIONS) {
      const violation = redirectUriViolation(uri, SCHEMES);
      assert.deepEqual([violation?.isUnsafe, violation?.message.includes("a domain")], [false, true], uri);
    }
  });

  test("is nothing else", () => {
    for (const uri of [
      "",
      "/callback",
      "client.example/callback",
      "http://client.example/callback",
      // A browser would resolve these against the page that it is on.
      "https:client.example/callback",
      "https:/client.example/callback",
      "https:///client.example/callback",
      "http:localhost/callback",
      String.raw`https:\\client.example\callback`,
      String.raw`https://good.example\@evil.example/`,
      "http://127.0.0.1.example/callback",
      "http://localhost.example/",
      "https://client.example/callback#",
      "https://client.example/#fragment",
      "https://user@client.example/",
      "https://client.example@evil.example/",
      "https://client.example/call back",
      "https://client.example/\n",
      "https://clìent.example/",
      "myapp:/callback#",
      "myapp://user:secret@callback",
      "java\nscript:alert(1)",
      `https://client.example/${"a".repeat(2048)}`,
    ]) {
      for (const schemes of [undefined, SCHEMES]) {
        assert.equal(redirectUriViolation(uri, schemes)?.isUnsafe, false, uri);
      }
    }
  });

  test("never has a scheme that a browser runs, that reads files, or that starts a program known for misuse", () => {
    for (const uri of [
      "javascript:alert(1)",
      "JavaScript://client.example/%0aalert(1)",
      "data:text/html,x",
      "vbscript:msgbox",
      "file:///etc/passwd",
      "blob:https://client.example/1",
      "about:blank",
      "view-source:https://client.example/",
      "filesystem:https://client.example/x",
      "intent://client.example#Intent;end",
      "ms-msdt:/id",
      "ftp://client.example/",
      "wss://client.example/",
    ]) {
      for (const schemes of [undefined, SCHEMES]) {
        assert.equal(redirectUriViolation(uri, schemes)?.isUnsafe, true, uri);
      }
    }
  });
});

/** Loopback addresses, each with the rest of a URI. */
const loopback = fc.record({
  origin: fc.constantFrom("http://127.0.0.1", "http://[::1]", "http://localhost"),
  rest: fc.constantFrom("", "/", "/callback", "/callback?x=1"),
});
const port = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined });
const withPort = (origin: string, number: number | undefined, rest: string) =>
  `${origin}${number === undefined ? "" : `:${number}`}${rest}`;

describe("a requested redirect URI", () => {
  test("is the registered one, character by character", () => {
    const registered = "https://client.example/callback";
    assert.ok(redirectUriMatches(registered, registered));
    for (const uri of [
      "https://client.example/callback/",
      "https://client.example/callback?",
      "https://client.example/callback?x=1",
      "https://client.example/Callback",
      "https://CLIENT.example/callback",
      "https://client.example:443/callback",
      "https://client.example/a/../callback",
      "https://client.example/%63allback",
      "https://client.example.evil.example/callback",
      "https://client.example@evil.example/callback",
      "https://evil.example/?https://client.example/callback",
      "http://client.example/callback",
    ]) {
      assert.equal(redirectUriMatches(registered, uri), false, uri);
    }
  });

  test("of a loopback address may have any port (RFC 8252 §7.3), and nothing else may differ", () => {
    const property = fc.property(loopback, loopback, port, port, (registered, asked, one, other) => {
      const same = registered.origin === asked.origin && registered.rest === asked.rest;
      const matches = redirectUriMatches(
        withPort(registered.origin, one, registered.rest),
        withPort(asked.origin, other, asked.rest),
      );
      assert.equal(matches, same);
    });
    fc.assert(property);
  });

  test("is not on a loopback address because it begins like one", () => {
    for (const uri of [
      "http://127.0.0.1:80@evil.example/callback",
      "http://127.0.0.1.evil.example/callback",
      "http://127.0.0.1:80.evil.example/callback",
      "http://127.0.0.1:99999/callback",
      "http://127.0.0.1:/callback",
      "http://127.0.0.1\\@evil.example/callback",
      "https://127.0.0.1:8443/callback",
    ]) {
      assert.equal(redirectUriMatches("http://127.0.0.1/callback", uri), false, uri);
    }
  });

  test("matches no other by any port outside the loopback addresses", () => {
    const origin = fc.constantFrom(
      "https://client.example",
      "http://client.example",
      "http://127.0.0.1.client.example",
      "http://[::2]",
      "https://127.0.0.1",
      "com.example.app://localhost",
    );
    const property = fc.property(origin, port, port, (here, one, other) => {
      const registered = withPort(here, one, "/");
      const asked = withPort(here, other, "/");
      assert.equal(redirectUriMatches(registered, asked), registered === asked);
    });
    fc.assert(property);
  });
});
