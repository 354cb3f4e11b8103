import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, test } from "node:test";
import { makeAuthority, makeCertificate } from "../certificates/testing.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { readCertificateHeader } from "./certificate-header.ts";

const authority = makeAuthority();
const own = makeCertificate({ issuer: authority });
const base64 = own.der.toString("base64");
const escaped = encodeURIComponent(own.pem);
const digest = hash("sha256", own.der, "hex");
const stranger = makeCertificate({ subject: [["CN", "stranger"]] });
/** What Envoy writes of a stranger's certificate before its URIs. */
const forwarded = `Hash=${hash("sha256", stranger.der, "hex")};Cert="${encodeURIComponent(stranger.pem)}"`;

describe("the client's certificate is read", () => {
  const forms: [proxy: string, value: string][] = [
    ["RFC 9440", `:${base64}:`],
    ["nginx's ssl_client_escaped_cert", escaped],
    // It leaves `+`, `=` and `/` as they are.
    ["AWS's load balancer", encodeURI(own.pem)],
    ["Apache's SSL_CLIENT_CERT", own.pem.trim().replaceAll("\n", " ")],
    ["HAProxy's ssl_c_der,base64", base64],
    ["Envoy, the certificate alone", `Hash=${digest};Cert="${escaped}"`],
    [
      "Envoy, with all that it can say",
      `By=spiffe://cluster/ns/default;Hash=${digest};Cert="${escaped}";Subject="CN=client,O=\\"A, B\\"";URI=;DNS=a.example;DNS=b.example`,
    ],
  ];
  for (const [proxy, value] of forms) {
    test(`in the form of ${proxy}`, () => {
      assert.deepEqual(readCertificateHeader(value, null), { own: own.der, chain: [] });
    });
  }
});

describe("the authorities that the client sent are read", () => {
  const expected = { own: own.der, chain: [authority.der] };
  const chain = `:${authority.der.toString("base64")}:`;

  test("from Client-Cert-Chain", () => {
    assert.deepEqual(readCertificateHeader(`:${base64}:`, chain), expected);
    const both = { own: own.der, chain: [authority.der, own.der] };
    assert.deepEqual(readCertificateHeader(`:${base64}:`, `${chain},  :${base64}:`), both);
  });

  test("from Envoy's Chain and from several certificates in PEM", () => {
    const all = encodeURIComponent(own.pem + authority.pem);
    assert.deepEqual(readCertificateHeader(all, null), expected);
    assert.deepEqual(readCertificateHeader(`Hash=${digest};Chain="${all}"`, null), expected);
  });
});

test("a header that says that there is none is none", () => {
  for (const value of ["", "::", "(null)"]) assert.equal(readCertificateHeader(value, null), null);
});

describe("a header is refused, never half read", () => {
  const cases: [title: string, value: string, chain?: string][] = [
    ["twice, as RFC 9440", `:${base64}:, :${base64}:`],
    ["twice, as nginx", `${escaped}, ${escaped}`],
    ["twice, as HAProxy", `${base64}, ${base64}`],
    ["of two Envoys", `Cert="${escaped}",Cert="${escaped}"`],
    ["a client's beside Envoy's", `Hash=${digest},Cert="${escaped}"`],
    ["with another certificate's hash", `Hash=${"0".repeat(64)};Cert="${escaped}"`],
    ["with a hash alone", `By=a;Hash=${digest}`],
    ["without Envoy's hash", `By=a;Cert="${escaped}"`],
    [
      "with members that are in a URI of the certificate",
      `${forwarded};URI=x;Hash=${digest};Cert="${escaped}"`,
    ],
    [
      "with a chain that is in a URI of the certificate",
      `${forwarded};URI=x;Hash=${digest};Chain="${escaped}"`,
    ],
    ["with a chain beside the hash of the certificate", `${forwarded};URI=x;Chain="${escaped}"`],
    ["without the last colon", `:${base64}`],
    ["with parameters", `:${base64}:;a=b`],
    ["cut off in base64", `:${base64.slice(0, -3)}:`],
    ["cut off in PEM", escaped.slice(0, -40)],
    [
      "with more after the first certificate",
      encodeURIComponent(`${own.pem}-----BEGIN CERTIFICATE-----\nMII`),
    ],
    ["with percent signs alone", "-----BEGIN%20CERTIFICATE-----%zz"],
    ["as a name", "CN=client,O=Example"],
    ["as a boolean", "?1"],
    ["too long", `:${"A".repeat(40_000)}:`],
    ["with a malformed chain", `:${base64}:`, "x"],
    ["with an empty member of the chain", `:${base64}:`, `::`],
    ["with a chain of thousands", `:${base64}:`, Array(2000).fill(":AA==:").join(",")],
  ];
  for (const [title, value, chain = null] of cases) {
    test(title, () => {
      assert.throws(
        () => readCertificateHeader(value, chain),
        (error) => error instanceof OAuthError && error.causeName === "client_certificate_malformed",
      );
    });
  }
});
