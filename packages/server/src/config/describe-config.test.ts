import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import test from "node:test";
import { describeConfig } from "./describe-config.ts";
import { loadConfig } from "./resolve-config.ts";
import { SETTING_KEYS } from "./schema.ts";

function describe(env: Record<string, string>) {
  const { config, sources } = loadConfig({ env, flags: { port: "0" }, cwd: tmpdir() });
  return describeConfig(config, sources);
}

test("every setting is described once, with its source and its variable", () => {
  const described = describe({ REGRANT_METRICS: "[::1]:9464" });
  assert.deepEqual(
    described.map(({ setting }) => setting),
    SETTING_KEYS,
  );
  const rows = described.filter(({ setting }) => ["issuer", "port", "metrics"].includes(setting));
  assert.deepEqual(rows, [
    { setting: "issuer", value: null, source: "default", env: "REGRANT_ISSUER" },
    { setting: "port", value: 0, source: "flag", env: "REGRANT_PORT" },
    { setting: "metrics", value: "[::1]:9464", source: "environment", env: "REGRANT_METRICS" },
  ]);
});

test("a secret is described as set or not, and by nothing else", () => {
  const key = randomBytes(32);
  const masked = (env: Record<string, string>) =>
    describe(env)
      .filter(({ setting }) => /key/i.test(setting) && /master/i.test(setting))
      .map(({ value }) => value);
  assert.deepEqual(masked({}), ["(not set)", "(not set)"]);
  const previous = { REGRANT_PREVIOUS_MASTER_KEYS: key.toString("base64url") };
  assert.deepEqual(masked(previous), ["(not set)", "(set)"]);
  assert.deepEqual(masked({ REGRANT_MASTER_KEY: key.toString("base64url") }), ["(set)", "(not set)"]);
  assert.ok(!JSON.stringify(describe(previous)).includes(key.toString("base64url")));
});

test("the password of a database is not described", () => {
  const env = {
    REGRANT_DATABASE: "postgres://regrant:hunter2@one:5432,two/regrant",
    REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
  };
  const [database] = describe(env).filter(({ setting }) => setting === "database");
  assert.equal(database?.value, "postgres://regrant:***@one:5432,two/regrant");
});
