import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { ConfigError } from "./config-error.ts";
import { loadConfig } from "./resolve-config.ts";

const SECRET = randomBytes(32);

function resolve(env: Record<string, string>) {
  return loadConfig({ env, cwd: import.meta.dirname }).config;
}

function violationsOf(env: Record<string, string>): readonly string[] {
  try {
    resolve(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.violations;
  }
  return [];
}

test("passwords and people are sent over https, or to the own machine", () => {
  const secret = { REGRANT_ACCOUNTS_SECRET: SECRET.toString("base64") };
  for (const url of [
    "https://accounts.example/check?x=1",
    "http://127.0.0.1:3001/",
    "http://localhost:3001",
  ]) {
    assert.equal(resolve({ ...secret, REGRANT_ACCOUNTS_URL: url }).accountsUrl, url);
    assert.equal(resolve({ REGRANT_LOGIN_URL: url }).loginUrl, url);
  }
  for (const url of [
    "http://accounts.example/",
    "accounts.example",
    "ftp://127.0.0.1/",
    "https://a:b@accounts.example/",
    "https://accounts.example/#x",
  ]) {
    const violations = [
      ...violationsOf({ ...secret, REGRANT_ACCOUNTS_URL: url }),
      ...violationsOf({ REGRANT_LOGIN_URL: url }),
    ];
    assert.equal(violations.length, 2, url);
    for (const violation of violations) assert.match(violation, /must be an absolute https URL/);
  }
});

test("the shared secret is read with and without its prefix and padding, and is long enough", () => {
  const text = SECRET.toString("base64");
  for (const written of [text, `whsec_${text}`, text.replace(/=+$/, "")]) {
    const config = resolve({ REGRANT_ACCOUNTS_URL: "https://a.example/", REGRANT_ACCOUNTS_SECRET: written });
    assert.deepEqual(config.accountsSecret, SECRET);
  }
  const short = randomBytes(23).toString("base64");
  for (const written of ["secret", short, `${text}!`, `whsec_ ${text}`, randomBytes(65).toString("base64")]) {
    const violations = violationsOf({
      REGRANT_ACCOUNTS_URL: "https://a.example/",
      REGRANT_ACCOUNTS_SECRET: written,
    });
    assert.equal(violations.length, 1, written);
    assert.match(violations[0] ?? "", /24 to 64 random bytes/);
    assert.ok(!violations[0]?.includes(written));
  }
});

test("an account service and its secret go together", () => {
  const url = violationsOf({ REGRANT_ACCOUNTS_URL: "https://a.example/" });
  assert.deepEqual(url, ["REGRANT_ACCOUNTS_URL: requires REGRANT_ACCOUNTS_SECRET"]);
  const secret = violationsOf({ REGRANT_ACCOUNTS_SECRET: SECRET.toString("base64") });
  assert.deepEqual(secret, ["REGRANT_ACCOUNTS_SECRET: requires REGRANT_ACCOUNTS_URL"]);
});
