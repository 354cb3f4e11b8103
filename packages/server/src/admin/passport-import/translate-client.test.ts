import assert from "node:assert/strict";
import { test } from "node:test";
import { secretDigest } from "../../clients/authentication/client-secret.ts";
import type { PassportClient } from "../../passport/import/clients.ts";
import { translateClient } from "./translate-client.ts";
import type { TranslatedClient } from "./translate-client.ts";

const OVERRIDES = {
  defaults: { accessTtl: 3600, refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000, retryWindow: 30 },
  scopes: ["read"],
};
const CLIENT: PassportClient = {
  id: "7",
  name: "Billing",
  secret: "A0oQCshWR7RpOX66N4wpJfwEzpEtCIZ2svp8uI6a",
  redirectUris: ["https://app.example/cb"],
  grantTypes: ["authorization_code", "refresh_token"],
  scopes: null,
  revoked: false,
};

function imported(changes: Partial<PassportClient>): TranslatedClient {
  const result = translateClient({ ...CLIENT, ...changes }, OVERRIDES);
  assert.ok(typeof result === "object", JSON.stringify(result));
  return result;
}

test("a plain secret is kept as its SHA-256, a hash as it is, and one of another kind is told", () => {
  const digest = secretDigest(CLIENT.secret ?? "");
  assert.deepEqual(imported({}).client.secrets, [{ digest, expiresAt: null }]);
  for (const slowHash of [
    "$2y$10$jz87KgzrtNesp1qaye3iZeyHKfGaXjbXnAu733OVQhK6kNG1g8erW",
    "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHRzb21lc2FsdA$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A",
  ]) {
    assert.deepEqual(imported({ secret: slowHash }).client.secrets, [{ slowHash, expiresAt: null }]);
  }
  const { client, notes } = imported({ secret: "$argon2i$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$c29tZWhhc2g" });
  assert.deepEqual([client.secrets, client.public], [[], false]);
  assert.match(notes.join(), /rotate-secret 7$/);
});

test("a client without a secret is public", () => {
  const { client } = imported({ secret: null });
  assert.deepEqual([client.public, client.secrets, client.profile], [true, [], "passport"]);
});

test("what Regrant has not, or does not allow, is left out and told", () => {
  const { client, notes } = imported({
    redirectUris: ["http://app.example/cb", "javascript:alert(1)"],
    grantTypes: ["authorization_code", "implicit", "refresh_token"],
  });
  assert.deepEqual([client.redirectUris, client.grantTypes], [[], ["refresh_token"]]);
  assert.equal(notes.length, 4);
  assert.match(
    notes.join("\n"),
    /http:\/\/app\.example\/cb.*https[^]*javascript[^]*grant types not supported: implicit/,
  );
});

test("an application keeps the scheme of its redirect URI, which cannot be changed on its users' phones", () => {
  const redirectUris = ["myapp://auth/callback", "com.example.app:/done"];
  const { client, notes } = imported({ redirectUris, grantTypes: ["authorization_code", "refresh_token"] });
  assert.deepEqual(client.redirectUris, redirectUris);
  assert.deepEqual(client.grantTypes, ["authorization_code", "refresh_token"]);
  assert.deepEqual(notes, []);
});

test("a public client loses client_credentials, which no public client may have", () => {
  const { client } = imported({ secret: null, grantTypes: ["client_credentials", "refresh_token"] });
  assert.deepEqual(client.grantTypes, ["refresh_token"]);
});

test("scopes are those that Passport names for the client, else those that were asked for", () => {
  assert.deepEqual(imported({}).client.scopes, ["read"]);
  assert.deepEqual(imported({ scopes: ["write", "write", "not a scope"] }).client.scopes, ["write"]);
});

test("a name is cut, and keeps nothing that a terminal or a page would act on", () => {
  const nameOf = (name: string) => imported({ name }).client.name;
  assert.equal(nameOf("Shop\u001b[31m\r\nRED\u202e\u009b2J"), "Shop [31m RED 2J");
  assert.equal(nameOf("x".repeat(100_000)).length, 200);
  assert.equal(nameOf(`${"x".repeat(199)}👩`), `${"x".repeat(199)}\ufffd`);
  assert.equal(nameOf("Größe 試 متجر"), "Größe 試 متجر");
  assert.equal(nameOf("\u0000\u202e\n"), "Client 7");
});

test("an id that is neither a number nor a UUID is refused, and a nameless client named", () => {
  assert.equal(typeof translateClient({ ...CLIENT, id: "my-app" }, OVERRIDES), "string");
  assert.equal(imported({ name: "  " }).client.name, "Client 7");
});
