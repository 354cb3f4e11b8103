import assert from "node:assert/strict";
import { test } from "node:test";
import { NoTablesError, planMigrations, requireReadable } from "./schema.ts";
import type { Migration } from "./schema.ts";

/** A program's migrations, by what each says of the programs before it. */
function program(...usableFrom: readonly number[]): Migration[] {
  return usableFrom.map((number) => ({ sql: "", usableFrom: number }));
}

/** The second breaks programs that know the first alone, the third and fourth do not break those that know two. */
const FOUR = program(1, 2, 2, 3);
const AT_TWO = { version: 2, usableFrom: 2 };

test("a program applies what is missing, and the database says which programs can use it", () => {
  const { pending, after } = planMigrations(FOUR, { version: 0, usableFrom: 0 }, true);
  assert.deepEqual([pending.length, after], [4, { version: 4, usableFrom: 3 }]);
  assert.deepEqual(planMigrations(FOUR.slice(0, 3), AT_TWO, true).after, { version: 3, usableFrom: 2 });
});

test("a program goes on with a newer schema that it can use, and leaves it as it is", () => {
  const newer = { version: 3, usableFrom: 2 };
  assert.deepEqual(planMigrations(FOUR.slice(0, 2), newer, false), { pending: [], after: newer });
  assert.doesNotThrow(() => requireReadable(FOUR.slice(0, 2), newer));
});

test("a program refuses a newer schema that it cannot use", () => {
  const newer = { version: 4, usableFrom: 3 };
  assert.throws(() => planMigrations(FOUR.slice(0, 2), newer, false), /written by a newer Regrant/);
  assert.throws(() => requireReadable(FOUR.slice(0, 2), newer), /written by a newer Regrant/);
});

test("beside programs of the present schema, no migration is applied that they cannot use", () => {
  assert.throws(() => planMigrations(FOUR, AT_TWO, true), /former version cannot use/);
  assert.equal(planMigrations(FOUR, AT_TWO, false).pending.length, 2);
  // Of several versions only the present one counts: skipping one means to stop.
  assert.equal(planMigrations(FOUR, { version: 3, usableFrom: 2 }, true).pending.length, 1);
});

test("tables are read by a program that has their migrations, whole or more", () => {
  assert.throws(() => requireReadable(FOUR, { version: 0, usableFrom: 0 }), NoTablesError);
  assert.throws(() => requireReadable(FOUR, AT_TWO), /brings an older one up to date/);
});
