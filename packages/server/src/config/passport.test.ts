import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "./read-config.ts";
import type { SettingOptions } from "./read-config.ts";
import { ConfigError } from "./config-error.ts";
import { resolveConfig } from "./resolve-config.ts";

const KEY = `base64:${Buffer.alloc(32, 7).toString("base64")}`;
const DATABASE = "mysql://laravel:geheim@127.0.0.1:3306/laravel";

function violationsOf(options: SettingOptions): readonly string[] {
  try {
    resolveConfig(readOptions(options));
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.violations;
  }
}

test("the way back needs Passport's key and Laravel's database", () => {
  const passportRollbackUntil = "2027-03-31";
  assert.deepEqual(violationsOf({ passportRollbackUntil }), [
    "passportRollbackUntil: requires REGRANT_PASSPORT_KEY and REGRANT_PASSPORT_DATABASE",
  ]);
  assert.deepEqual(violationsOf({ passportRollbackUntil, passportKey: KEY }), [
    "passportRollbackUntil: requires REGRANT_PASSPORT_DATABASE",
  ]);
  const complete = { passportRollbackUntil, passportKey: KEY, passportDatabase: DATABASE };
  assert.deepEqual(violationsOf(complete), []);
  assert.equal(resolveConfig(readOptions(complete)).passportRollbackUntil, Date.UTC(2027, 2, 31));
});

test("an instant has its offset, and a date is its first instant in UTC", () => {
  const until = (passportRollbackUntil: string) =>
    resolveConfig(readOptions({ passportRollbackUntil, passportKey: KEY, passportDatabase: DATABASE }))
      .passportRollbackUntil;
  assert.equal(until("2027-03-31T22:00:00+02:00"), Date.UTC(2027, 2, 31, 20));
  for (const text of ["tomorrow", "2027-13-01", "2027-03-31T22:00:00", "1801526400000"]) {
    assert.equal(violationsOf({ passportRollbackUntil: text }).length > 0, true, text);
  }
});

test("no violation holds a key or a password", () => {
  const violations = violationsOf({
    passportKey: "base64:geheim",
    passportDatabase: "mysql://laravel:geheim@host",
  });
  assert.equal(violations.length, 2);
  for (const violation of violations) assert.ok(!violation.includes("geheim"), violation);
});
