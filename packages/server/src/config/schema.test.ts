import assert from "node:assert/strict";
import test from "node:test";
import { CONFIG_FILE, environmentName, flagName, secretFileName, SETTING_KEYS, settingOf } from "./schema.ts";

test("every default is accepted by its own schema", () => {
  for (const key of SETTING_KEYS) {
    const setting = settingOf(key);
    if (setting.default === undefined) continue;
    assert.equal(setting.schema.safeParse(setting.default).success, true, key);
  }
});

test("a setting without a default says in words what happens without it", () => {
  for (const key of SETTING_KEYS) {
    const { default: fallback, defaultText } = settingOf(key);
    assert.ok(fallback !== undefined || defaultText !== undefined, key);
  }
});

test("no secret has a flag, since other users of the machine see arguments", () => {
  const secrets = SETTING_KEYS.filter((key) => settingOf(key).secret === true);
  assert.deepEqual(secrets, [
    "masterKey",
    "previousMasterKeys",
    "accountsSecret",
    "passportKey",
    "passportDatabase",
  ]);
  for (const key of secrets) assert.equal(settingOf(key).flag, undefined, key);
});

test("a secret, and an address that may hold a password, can be read from a file", () => {
  const files = SETTING_KEYS.map(secretFileName).filter((name) => name !== null);
  assert.deepEqual(files, [
    "REGRANT_DATABASE_FILE",
    "REGRANT_MASTER_KEY_FILE",
    "REGRANT_PREVIOUS_MASTER_KEYS_FILE",
    "REGRANT_ACCOUNTS_SECRET_FILE",
    "REGRANT_PASSPORT_KEY_FILE",
    "REGRANT_PASSPORT_DATABASE_FILE",
  ]);
});

test("names of variables and flags derive from the setting's name", () => {
  assert.equal(environmentName("usernameFailuresPerMinute"), "REGRANT_USERNAME_FAILURES_PER_MINUTE");
  assert.equal(environmentName(CONFIG_FILE.key), "REGRANT_CONFIG");
  assert.equal(flagName("logLevel"), "--log-level");
});

test("the flags are those that scripts rely on", () => {
  const flags = SETTING_KEYS.filter((key) => settingOf(key).flag).map(
    (key) => `${flagName(key)} of ${settingOf(key).flag?.of}`,
  );
  assert.deepEqual(flags, [
    "--database of every command",
    "--issuer of every command",
    "--host of serve",
    "--port of serve",
    "--workers of serve",
    "--log-level of serve",
    "--admin of serve",
    "--metrics of serve",
  ]);
});
