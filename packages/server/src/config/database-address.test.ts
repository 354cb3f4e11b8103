import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import { databaseAddress, databaseText } from "./database-address.ts";

const SOUND = [
  "sqlite:./data/r.db",
  "sqlite:/var/r.db",
  "sqlite:C:\\r.db",
  "postgres://h/d",
  "postgresql://h/d",
  "postgres://u@h:5432/d",
  "postgres://u:p%40ss@one:5432,two:5433,[::1]:5434/d?sslmode=verify-full",
  "postgres:///d?host=/run/postgresql",
];

const FAULTY = [
  "sqlite:",
  "sqlite://r.db",
  "./data/r.db",
  "mysql://h/d",
  "",
  "postgres://",
  "postgres://h",
  "postgres://h/",
  "postgres://h:port/d",
  "postgres://one,,two/d",
  "postgres://u:p/ss@h/d",
  "postgres://u:hunter2#@h/d",
];

test("a database is sqlite:PATH, or a postgres:// URL that names one", () => {
  for (const text of SOUND) assert.equal(databaseAddress.parse(text), text);
  for (const text of FAULTY) assert.equal(databaseAddress.safeParse(text).success, false, text);
});

test("a violation quotes nothing of the address", () => {
  for (const text of FAULTY.filter((text) => text.includes("@"))) {
    const violations = databaseAddress
      .safeParse(text)
      .error?.issues.map(({ message }) => message)
      .join();
    assert.ok(violations !== undefined && !/hunter2|ss@/.test(violations));
  }
});

test("an address is told without its password, whatever that holds", () => {
  assert.equal(databaseText("sqlite:./a:b@c"), "sqlite:./a:b@c");
  assert.equal(databaseText("postgres://h:5432/d"), "postgres://h:5432/d");
  assert.equal(databaseText("postgres://u@h/d"), "postgres://u@h/d");
  assert.equal(databaseText("postgres://u:secret@a,b:1/d?x=y"), "postgres://u:***@a,b:1/d?x=y");
  assert.equal(databaseText("postgres://h/d?user=u&password=secret"), "postgres://h/d?user=u&password=***");
  const password = fc.string({ minLength: 8, maxLength: 20 }).map((text) => `zq${text}qz`);
  fc.assert(
    fc.property(password, (password) => {
      assert.equal(databaseText(`postgres://u:${password}@h/d`), "postgres://u:***@h/d");
    }),
  );
});
