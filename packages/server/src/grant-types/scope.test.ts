import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { OAuthError } from "../errors/oauth-error.ts";
import { newClient } from "../store/contract/fixtures.ts";
import type { Client } from "../store/store.ts";
import { parseScope } from "./grant-type.ts";
import { grantedScope, withoutOfflineAccess } from "./scope.ts";

function clientWith(scopes: readonly string[]): Client {
  return { ...newClient({ scopes }), createdAt: 0, disabledAt: null, grantsRevokedAt: null };
}

function invalidScope(cause: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof OAuthError && error.code === "invalid_scope" && error.causeName === cause;
}

test("scopes are each once, in the order asked for; nothing but spaces is none", () => {
  assert.deepEqual(parseScope("b a"), ["b", "a"]);
  assert.deepEqual(parseScope("  b  a b "), ["b", "a"]);
  for (const none of [undefined, "", "   "]) assert.equal(parseScope(none), undefined);
});

test("characters that no scope may have are refused (RFC 6749 §3.3)", () => {
  for (const value of ['a"b', "a\\b", "a\tb", "a\nb", "ä", "read \u0000"]) {
    assert.throws(() => parseScope(value), invalidScope("malformed_scope"), JSON.stringify(value));
  }
});

test("whatever is asked for, what is parsed is canonical or refused", () => {
  const asked = fc.string({ unit: fc.constantFrom("a", "b", " ", '"', "\\", "ä", "\n") });
  fc.assert(
    fc.property(asked, (value) => {
      let scopes: readonly string[] | undefined;
      try {
        scopes = parseScope(value);
      } catch (error) {
        assert.ok(invalidScope("malformed_scope")(error));
        return;
      }
      assert.deepEqual(parseScope(scopes?.join(" ")), scopes);
      assert.deepEqual(new Set(scopes), new Set(value.split(" ").filter((scope) => scope !== "")));
    }),
  );
});

test("what is granted is what was asked for if the client may have all of it, or all that it may have", () => {
  const client = clientWith(["read", "write"]);
  assert.equal(grantedScope(client, undefined), "read write");
  assert.equal(grantedScope(client, ["write"]), "write");
  assert.equal(grantedScope(clientWith([]), undefined), "");
  assert.throws(() => grantedScope(client, ["read", "admin"]), invalidScope("scope_exceeded"));
  assert.throws(() => grantedScope(clientWith([]), ["read"]), invalidScope("scope_exceeded"));
});

test("offline_access is never too much, and granted only to a client that has it as a scope", () => {
  const client = clientWith(["read", "write"]);
  assert.equal(grantedScope(client, ["read", "offline_access"]), "read");
  assert.equal(grantedScope(client, ["offline_access"]), "read write", "as if no scope was requested");
  assert.equal(grantedScope(clientWith([]), ["offline_access"]), "");
  const exceeding = ["offline_access", "admin"];
  assert.throws(() => grantedScope(client, exceeding), invalidScope("scope_exceeded"));
  const own = clientWith(["read", "offline_access"]);
  assert.equal(grantedScope(own, ["offline_access"]), "offline_access");
  assert.equal(grantedScope(own, undefined), "read offline_access");
  assert.equal(withoutOfflineAccess(["offline_access"]), undefined);
});
