import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeJwt } from "jose";
import { CommandLine } from "./testing.ts";

const regrant = new CommandLine();

test("a token for the admin API is printed with its lifetime, and names who made it", async () => {
  const { access_token: token, ...rest } = await regrant.one(["admin", "token"]);
  assert.deepEqual(rest, { expires_in: 3600 });
  const { sub, scope, exp = 0, iat = 0 } = decodeJwt(String(token));
  assert.match(String(sub), /^cli:/);
  assert.deepEqual([scope, exp - iat], ["regrant:admin", 3600]);
});

test("a token may only read, and last shorter, but no longer than a day", async () => {
  const { access_token: token, ...rest } = await regrant.one(["admin", "token", "--read", "--ttl", "60"]);
  assert.deepEqual(rest, { expires_in: 60 });
  assert.equal(decodeJwt(String(token))["scope"], "regrant:admin.read");
  const { stdout, stderr } = await regrant.run(["admin", "token"]);
  assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  assert.match(stderr, /expires in 1 h/);
  const long = await regrant.run(["admin", "token", "--ttl", "86401"]);
  assert.deepEqual([long.code, long.stdout], [1, ""]);
});
