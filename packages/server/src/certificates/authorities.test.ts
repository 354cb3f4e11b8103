import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, test } from "node:test";
import { CertificateAuthorities } from "./authorities.ts";
import { ClientCertificate } from "./client-certificate.ts";
import { makeAuthority, makeCertificate } from "./testing.ts";
import type { KeyType, Made } from "./testing.ts";

const DAY = 86_400;
const FOREIGN = "not issued by a configured authority";
const root = makeAuthority();
const authorities = new CertificateAuthorities(root.pem);
const faultOf = (certificate: Made, ...intermediates: readonly Made[]) =>
  authorities.faultOf(certificate.asClient(...intermediates), Date.now());

for (const keyType of ["ec", "rsa", "ed25519"] as const satisfies readonly KeyType[]) {
  test(`a certificate of an authority is valid with ${keyType} keys`, () => {
    const authority = makeAuthority({ keyType });
    const certificate = makeCertificate({ issuer: authority, keyType });
    const own = new CertificateAuthorities(authority.pem);
    assert.equal(own.faultOf(certificate.asClient(), Date.now()), undefined);
    assert.equal(faultOf(certificate), FOREIGN);
  });
}

describe("a certificate is refused", () => {
  const client = makeCertificate({ issuer: root });

  test("after its end and before its beginning", () => {
    assert.equal(faultOf(makeCertificate({ issuer: root, notBefore: -2 * DAY, notAfter: -1 })), "expired");
    assert.equal(faultOf(makeCertificate({ issuer: root, notBefore: 60 })), "not yet valid");
  });

  test("of an authority that has ended", () => {
    const old = makeAuthority({ notBefore: -2 * DAY, notAfter: -1 });
    const certificate = makeCertificate({ issuer: old });
    assert.equal(new CertificateAuthorities(old.pem).faultOf(certificate.asClient(), Date.now()), FOREIGN);
  });

  test("of another authority that has the same name", () => {
    assert.equal(faultOf(makeCertificate({ issuer: makeAuthority() })), FOREIGN);
  });

  test("that signed itself", () => {
    assert.equal(faultOf(makeCertificate()), FOREIGN);
    assert.equal(faultOf(makeCertificate({ subject: [["CN", "authority"]] })), FOREIGN);
  });

  test("that another client's certificate signed", () => {
    assert.equal(faultOf(makeCertificate({ issuer: client }), client), FOREIGN);
  });

  test("for servers alone", () => {
    assert.equal(faultOf(makeCertificate({ issuer: root, uses: ["1.3.6.1.5.5.7.3.1"] })), FOREIGN);
    assert.equal(faultOf(makeCertificate({ issuer: root, uses: ["1.3.6.1.5.5.7.3.2"] })), undefined);
  });

  test("with a critical extension that is not known", () => {
    assert.equal(faultOf(makeCertificate({ issuer: root, critical: "1.3.6.1.4.1.99999.1" })), FOREIGN);
  });

  test("signed with SHA-1, or with a short key", () => {
    assert.equal(faultOf(makeCertificate({ issuer: root, hash: "sha1" })), FOREIGN);
    assert.equal(faultOf(makeCertificate({ issuer: root, keyType: "rsa", bits: 1024 })), "weak key");
  });
});

describe("authorities that a client sends along", () => {
  const middle = makeAuthority({ issuer: root, subject: [["CN", "middle"]] });
  const client = makeCertificate({ issuer: middle });

  test("lead to a configured one, in any order", () => {
    const lower = makeAuthority({ issuer: middle, subject: [["CN", "lower"]] });
    assert.equal(faultOf(client, middle), undefined);
    assert.equal(faultOf(makeCertificate({ issuer: lower }), middle, lower, root), undefined);
    assert.equal(faultOf(client), FOREIGN);
  });

  test("are not needed where the configured one is not a root", () => {
    const own = new CertificateAuthorities(middle.pem);
    assert.equal(own.faultOf(client.asClient(), Date.now()), undefined);
  });

  test("must be authorities", () => {
    const notOne = makeCertificate({ issuer: root, subject: [["CN", "middle"]] });
    assert.equal(faultOf(makeCertificate({ issuer: notOne }), notOne), FOREIGN);
  });

  test("must be valid now", () => {
    const old = makeAuthority({ issuer: root, subject: [["CN", "old"]], notBefore: -2 * DAY, notAfter: -1 });
    assert.equal(faultOf(makeCertificate({ issuer: old }), old), FOREIGN);
  });

  test("keep to the path length of those above", () => {
    const last = makeAuthority({ issuer: root, subject: [["CN", "last"]], pathLength: 0 });
    const lower = makeAuthority({ issuer: last, subject: [["CN", "lower"]] });
    assert.equal(faultOf(makeCertificate({ issuer: last }), last), undefined);
    assert.equal(faultOf(makeCertificate({ issuer: lower }), last, lower), FOREIGN);
  });

  test("that all have one name, or point to one another, end the search soon", () => {
    const many = Array.from({ length: 100 }, () => makeAuthority({ subject: [["CN", "middle"]] }));
    assert.equal(faultOf(client, ...many), FOREIGN);
    const key = makeAuthority().key;
    const circle = makeAuthority({ subject: [["CN", "middle"]], key });
    assert.equal(
      faultOf(makeCertificate({ issuer: circle }), ...Array.from({ length: 50 }, () => circle)),
      FOREIGN,
    );
  });
});

test("a certificate whose key is malformed is none, and is skipped among those that a client sends along", () => {
  const point = createPublicKey(root.key).export({ type: "spki", format: "der" }).subarray(-64);
  const malformed = Buffer.from(root.der);
  malformed.fill(1, malformed.indexOf(point), malformed.indexOf(point) + point.length);
  assert.throws(() => new ClientCertificate(malformed));
  const { der } = makeCertificate({ issuer: root });
  assert.equal(authorities.faultOf(new ClientCertificate(der, [malformed]), Date.now()), undefined);
  const { der: strange } = makeCertificate({ issuer: makeAuthority() });
  assert.equal(authorities.faultOf(new ClientCertificate(strange, [malformed]), Date.now()), FOREIGN);
});

test("a stranger's authority verifies nothing with its key, whose size the stranger chose", (context) => {
  const verify = context.mock.method(X509Certificate.prototype, "verify");
  const key = generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey;
  const chosen = makeAuthority({ key, subject: [["CN", "stranger"]] });
  const between = makeAuthority({ issuer: chosen, subject: [["CN", "between"]] });
  assert.equal(faultOf(makeCertificate({ issuer: between }), between, chosen), FOREIGN);
  const anchor = createPublicKey(root.key);
  const keys = verify.mock.calls.map(({ arguments: [used] }) => used);
  assert.ok(keys.every((used) => used.equals(anchor)));
});

test("a file without authorities is refused, with what is wrong", () => {
  const cases: [pem: string, message: RegExp][] = [
    ["", /holds no certificate/],
    [makeCertificate().pem, /certificate of no authority: number 1/],
    [root.pem + root.pem.replace("-\nMI", "-\nAA"), /cannot be read: number 2/],
    [makeAuthority({ critical: "2.5.29.30" }).pem, /name constraints: number 1/],
  ];
  for (const [pem, message] of cases) {
    assert.throws(() => new CertificateAuthorities(pem), message);
  }
});

test("a certificate's names are read, and compared as its kinds ask", () => {
  const names = [
    ["dns", "Client.example"],
    ["uri", "spiffe://example/client"],
    ["ip", "2001:db8:0:0:0:0:0:1"],
    ["ip", "192.0.2.1"],
    ["email", "ops@Example.com"],
  ] as const;
  const { alternativeNames } = makeCertificate({ names }).asClient();
  assert.deepEqual(alternativeNames, [
    { kind: "dns", value: "Client.example" },
    { kind: "uri", value: "spiffe://example/client" },
    { kind: "ip", value: "2001:db8::1" },
    { kind: "ip", value: "192.0.2.1" },
    { kind: "email", value: "ops@Example.com" },
  ]);
});

test("a certificate whose alternative names are malformed is none", () => {
  // Six octets.
  const certificate = makeCertificate({ issuer: root, names: [["ip", "c000:0200:0100"]] });
  assert.throws(() => certificate.asClient(), RangeError);
});
