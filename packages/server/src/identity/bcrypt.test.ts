import assert from "node:assert/strict";
import { test } from "node:test";
import { issuedVectors } from "../passport/vectors/vectors.ts";
import { isBcrypt } from "./bcrypt.ts";
import { needsRehash, verifyPassword } from "./password-hash.ts";

const [client] = issuedVectors.stacks.flatMap(({ stack, clients, tokens }) =>
  stack === "passport-13.x"
    ? [{ hash: clients[0]?.secret ?? "", secret: tokens[0]?.client_secret ?? "" }]
    : [],
);

test("a password that PHP hashed with bcrypt is verified, and hashed again at the next success", async () => {
  assert.ok(client);
  assert.equal(await verifyPassword(client.secret, client.hash), true);
  assert.equal(await verifyPassword(`${client.secret.slice(0, -1)}x`, client.hash), false);
  assert.equal(await verifyPassword("", client.hash), false);
  assert.equal(needsRehash(client.hash), true);
});

test("all spellings of bcrypt are read", async () => {
  assert.ok(client);
  for (const spelling of ["$2a$", "$2b$", "$2y$"]) {
    assert.equal(await verifyPassword(client.secret, client.hash.replace("$2y$", spelling)), true, spelling);
  }
});

test("a password that bcrypt would cut or misread matches nothing", async () => {
  assert.ok(client);
  for (const password of [`${client.secret}\0`, `${client.secret}\0more`, `${client.secret}\ud800`]) {
    assert.equal(await verifyPassword(password, client.hash), false);
  }
});

test("a hash that would take more than about a second, or is malformed, is not a bcrypt hash", () => {
  const hash = client?.hash ?? "";
  assert.equal(isBcrypt(hash), true);
  for (const cost of ["03", "15", "31", "4", "xx"])
    assert.equal(isBcrypt(hash.replace("$10$", `$${cost}$`)), false, cost);
  assert.equal(isBcrypt(hash.slice(0, -1)), false);
  assert.equal(isBcrypt(`${hash}x`), false);
});

test("while a bcrypt hash is checked, the event loop goes on", async () => {
  assert.ok(client);
  let turns = 0;
  const count = setInterval(() => (turns += 1), 1);
  await verifyPassword(client.secret, client.hash);
  clearInterval(count);
  assert.ok(turns > 5, `${turns} turns`);
});
