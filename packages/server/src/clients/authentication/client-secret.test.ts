import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Client, ClientSecret } from "../../store/store.ts";
import { clientFixture } from "../../store/contract/fixtures.ts";
import { newClientSecret, secretDigest, secretMatches } from "./client-secret.ts";

const NOW = Date.UTC(2026, 0, 1);

function clientWith(...secrets: ClientSecret[]): Client {
  return clientFixture({ secrets });
}

function secretOf(secret: string, expiresAt: number | null = null): ClientSecret {
  return { digest: secretDigest(secret), expiresAt };
}

test("a new secret is 40 alphanumerics, each as likely as any other", () => {
  const count = new Map<string, number>();
  const secrets = Array.from({ length: 1000 }, newClientSecret);
  assert.equal(new Set(secrets).size, secrets.length);
  for (const secret of secrets) {
    assert.match(secret, /^[A-Za-z0-9]{40}$/);
    for (const letter of secret) count.set(letter, (count.get(letter) ?? 0) + 1);
  }
  assert.equal(count.size, 62);
  // 40,000 draws: 645 each, standard deviation 25. A byte modulo 62 gives eight of them 781.
  for (const [letter, n] of count) assert.ok(n > 645 - 175 && n < 645 + 175, `${letter}: ${n}`);
});

test("the digest is the SHA-256 of the secret's UTF-8", () => {
  const expected = createHash("sha256").update("sécret", "utf8").digest();
  assert.deepEqual(secretDigest("sécret"), expected);
});

test("a client's secret matches and another does not", () => {
  const client = clientWith(secretOf("right"));
  assert.equal(secretMatches(client, "right", NOW), true);
  assert.equal(secretMatches(client, "wrong", NOW), false);
  assert.equal(secretMatches(client, "", NOW), false);
});

test("while a rotated secret overlaps, both match, in either order", () => {
  const [previous, next] = [secretOf("previous", NOW + 1), secretOf("next")];
  for (const client of [clientWith(previous, next), clientWith(next, previous)]) {
    assert.equal(secretMatches(client, "previous", NOW), true);
    assert.equal(secretMatches(client, "next", NOW), true);
  }
});

test("a secret matches until the instant at which it expires", () => {
  const client = clientWith(secretOf("previous", NOW), secretOf("next"));
  assert.equal(secretMatches(client, "previous", NOW - 1), true);
  assert.equal(secretMatches(client, "previous", NOW), false);
  assert.equal(secretMatches(client, "next", NOW), true);
});

test("nothing matches an unknown client, nor one without secrets, nor one whose secrets have all expired", () => {
  for (const client of [undefined, clientWith(), clientWith(secretOf("gone", NOW - 1))]) {
    assert.equal(secretMatches(client, "gone", NOW), false);
    assert.equal(secretMatches(client, "", NOW), false);
  }
});
