import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessToken } from "./access-token.ts";
import { Revocations } from "./revocations.ts";
import type { Revocation } from "./revocations.ts";

/** s */
const NOW = 1_800_000_000;

/** The id of a grant that was created at an instant, s. */
function grantId(at: number): string {
  const hex = Math.round(at * 1000)
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}

function token(changes: Partial<AccessToken> = {}): AccessToken {
  return {
    subject: "customer-7",
    clientId: "client-1",
    scopes: [],
    audience: ["https://api.example"],
    issuedAt: NOW,
    expiresAt: NOW + 3600,
    id: "jti-1",
    grantId: grantId(NOW - 100),
    cnf: undefined,
    acr: undefined,
    authTime: undefined,
    authorizationDetails: undefined,
    act: undefined,
    claims: {},
    ...changes,
  };
}

function covers(revocation: Revocation, presented: AccessToken, kid?: string): boolean {
  const revocations = new Revocations();
  revocations.add(revocation);
  return revocations.covers(presented, kid);
}

test("a revoked grant covers its tokens, whenever they were issued, and no others", () => {
  const gid = grantId(NOW - 100);
  assert.equal(covers({ gid, at: NOW - 50 }, token()), true);
  assert.equal(covers({ gid, at: NOW - 50 }, token({ grantId: grantId(NOW - 99) })), false);
  assert.equal(covers({ gid, at: NOW - 50 }, token({ grantId: undefined })), false);
});

test("a revoked token is covered alone, a distrusted key covers all its tokens", () => {
  assert.equal(covers({ jti: "jti-1", at: NOW }, token()), true);
  assert.equal(covers({ jti: "jti-1", at: NOW }, token({ id: "jti-2" })), false);
  assert.equal(covers({ kid: "key-1", at: NOW }, token(), "key-1"), true);
  assert.equal(covers({ kid: "key-1", at: NOW }, token(), "key-2"), false);
  assert.equal(covers({ kid: "key-1", at: NOW }, token(), undefined), false);
});

test("a disabled account or client covers the grants created until then, even if their tokens are newer", () => {
  for (const whose of [{ sub: "customer-7" }, { client_id: "client-1" }] as const) {
    const at = NOW - 50;
    assert.equal(covers({ ...whose, at }, token()), true);
    assert.equal(covers({ ...whose, at }, token({ grantId: grantId(at) })), true);
    assert.equal(covers({ ...whose, at }, token({ grantId: grantId(at + 0.001) })), false, "enabled again");
    const other = token({ subject: "customer-8", clientId: "client-2" });
    assert.equal(covers({ ...whose, at }, other), false);
  }
});

test("a disabled client covers its own tokens, even those that a node issued a moment later", () => {
  const own = (issuedAt: number) => token({ grantId: undefined, subject: "client-1", issuedAt });
  const revocation = { client_id: "client-1", at: NOW };
  assert.equal(covers(revocation, own(NOW - 10)), true);
  assert.equal(covers(revocation, own(NOW + 2)), true);
  assert.equal(covers(revocation, own(NOW + 3)), false);
  assert.equal(covers({ sub: "client-1", at: NOW }, own(NOW)), false, "no account of that name");
});

test("without a timestamp in the grant's id, the token's iat decides", () => {
  const imported = "00000000-0000-4000-8000-000000000001";
  const strange = "ffffffff-ffff-7000-8000-000000000001";
  for (const id of [imported, strange]) {
    assert.equal(covers({ sub: "customer-7", at: NOW }, token({ grantId: id, issuedAt: NOW })), true);
    assert.equal(covers({ sub: "customer-7", at: NOW }, token({ grantId: id, issuedAt: NOW + 1 })), false);
  }
});

test("the later of two revocations applies, in whatever order they arrive", () => {
  for (const instants of [
    [NOW - 200, NOW],
    [NOW, NOW - 200],
  ]) {
    const revocations = new Revocations();
    for (const at of instants) revocations.add({ sub: "customer-7", at });
    assert.equal(revocations.covers(token(), undefined), true);
  }
});

test("entries that only expired tokens match are removed, and no others", () => {
  const revocations = new Revocations();
  revocations.add({ gid: "old", at: NOW - 3661 });
  revocations.add({ gid: "young", at: NOW - 3660 });
  revocations.add({ jti: "old", at: NOW - 3661 });
  revocations.add({ something: "else", at: NOW } as unknown as Revocation);
  revocations.prune(NOW, 3600);
  assert.equal(revocations.size, 1);
  revocations.prune(NOW + 1, 86_400);
  assert.equal(revocations.size, 1);
  revocations.prune(NOW + 1, 3600);
  assert.equal(revocations.size, 0);
});

test("a token that was exchanged for another client's ends with either client, by when it was issued", () => {
  const exchanged = (issuedAt: number) =>
    token({ issuedAt, claims: { grant_clients: ["client-2", "client-3"] } });
  for (const client_id of ["client-1", "client-2", "client-3"]) {
    assert.equal(covers({ client_id, at: NOW }, exchanged(NOW)), true);
    assert.equal(covers({ client_id, at: NOW }, exchanged(NOW + 10)), false);
  }
  assert.equal(covers({ client_id: "client-4", at: NOW }, exchanged(NOW)), false);
  assert.equal(covers({ gid: grantId(NOW - 100), at: NOW }, exchanged(NOW + 10)), true);
  assert.equal(covers({ sub: "customer-7", at: NOW }, exchanged(NOW + 10)), true);
});
