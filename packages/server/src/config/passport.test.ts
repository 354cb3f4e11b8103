import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "./read-config.ts";
import type { SettingOptions } from "./read-config.ts";
import { ConfigError, resolveConfig } from "./resolve-config.ts";

const KEY = `base64:${Buffer.alloc(32, 7).toString("base64")}`;
const DATABASE = "mysql://laravel:geheim@127.0.0.1:3306/laravel";

function faultsOf(options: SettingOptions): readonly string[] {
  try {
    resolveConfig(readOptions(options));
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults;
  }
}

test("the way back needs Passport's key and Laravel's database", () => {
  const passportRollbackUntil = "2027-03-31";
  assert.deepEqual(faultsOf({ passportRollbackUntil }), [
    "passportRollbackUntil: needs REGRANT_PASSPORT_KEY and REGRANT_PASSPORT_DATABASE",
  ]);
  assert.deepEqual(faultsOf({ passportRollbackUntil, passportKey: KEY }), [
    "passportRollbackUntil: needs REGRANT_PASSPORT_DATABASE",
  ]);
  const complete = { passportRollbackUntil, passportKey: KEY, passportDatabase: DATABASE };
  assert.deepEqual(faultsOf(complete), []);
  assert.equal(resolveConfig(readOptions(complete)).passportRollbackUntil, Date.UTC(2027, 2, 31));
});

test("an instant has its offset, and a date is its first instant in UTC", () => {
  const until = (passportRollbackUntil: string) =>
    resolveConfig(readOptions({ passportRollbackUntil, passportKey: KEY, passportDatabase: DATABASE }))
      .passportRollbackUntil;
  assert.equal(until("2027-03-31T22:00:00+02:00"), Date.UTC(2027, 2, 31, 20));
  for (const text of ["tomorrow", "2027-13-01", "2027-03-31T22:00:00", "1801526400000"]) {
    assert.equal(faultsOf({ passportRollbackUntil: text }).length > 0, true, text);
  }
});

test("no fault holds a key or a password", () => {
  const faults = faultsOf({ passportKey: "base64:geheim", passportDatabase: "mysql://laravel:geheim@host" });
  assert.equal(faults.length, 2);
  for (const fault of faults) assert.ok(!fault.includes("geheim"), fault);
});
