import assert from "node:assert/strict";
import { test } from "node:test";
import { isHttpsUrl } from "./https-url.ts";
import { readOptions } from "./read-config.ts";
import { ConfigError } from "./config-error.ts";
import { resolveConfig } from "./resolve-config.ts";

/** The violations of these settings, as the operator reads them; "" if there are none. */
function violations(settings: Record<string, unknown>): string {
  try {
    resolveConfig(readOptions(settings));
    return "";
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
}

test("an https URL has a plain host and no user name", () => {
  const good = [
    "https://example.com",
    "https://example.com:8443/help?a=b#c",
    "https://192.0.2.1/",
    "https://[2001:db8::1]:8443/",
    "HTTPS://EXAMPLE.COM/",
    "https://bücher.example/",
  ];
  const bad = [
    "http://example.com",
    "https://ada@example.com/",
    "https://ada:secret@example.com/",
    "https://a;script-src/",
    "https://a'unsafe-inline'/",
    "https://*/",
    "https://a,b/",
    "https://a_b.example/",
    "javascript:alert(1)",
    "//example.com",
    "",
  ];
  assert.deepEqual(
    good.filter((url) => !isHttpsUrl(url)),
    [],
  );
  assert.deepEqual(bad.filter(isHttpsUrl), []);
});

test("what the pages link to or load must be an https URL", () => {
  for (const key of ["providerLogo", "forgotPasswordUrl", "signUpUrl", "helpUrl"]) {
    assert.match(violations({ [key]: "http://example.com/" }), new RegExp(`${key}.*must be an https URL`));
    assert.match(violations({ [key]: "javascript:alert(1)" }), new RegExp(`${key}.*must be an https URL`));
    assert.equal(violations({ [key]: "https://example.com/page?a=b" }), "");
  }
});

test("a language's tag is one that dates and directions can be read from", () => {
  for (const tag of ["pt-BR", "zh-Hant-TW", "ar"]) assert.equal(violations({ messages: { [tag]: {} } }), "");
  for (const tag of ["EN", "english", "en-a-b-c-d", "en_US", "de-de-de"]) {
    assert.match(violations({ messages: { [tag]: {} } }), /messages: must be an object of languages/, tag);
  }
});
