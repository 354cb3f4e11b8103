import assert from "node:assert/strict";
import { test } from "node:test";
import { nameText, parseName, sameName } from "./distinguished-name.ts";
import { makeCertificate } from "./testing.ts";

const subject = [
  ["C", "DE"],
  ["O", "Müller, Söhne + Co"],
  ["OU", "Konten", "CN", "client 1"],
];
const certificate = makeCertificate({ subject }).asClient();

test("a subject is written as RFC 4514 says, and read back", () => {
  const text = nameText(certificate.subject);
  assert.match(text, /^(OU=Konten\+CN=client 1|CN=client 1\+OU=Konten),O=Müller\\, Söhne \\\+ Co,C=DE$/);
  const read = parseName(text);
  assert.ok(read && sameName(read, certificate.subject));
});

const equal: [title: string, text: string][] = [
  ["another case", String.raw`cn=CLIENT 1+ou=konten,o=MÜLLER\, SÖHNE \+ CO,c=de`],
  [
    "spaces around separators and in values",
    String.raw` CN = client   1 + OU = Konten , O=Müller\, Söhne \+ Co , C = DE `,
  ],
  ["octets in hexadecimal", String.raw`CN=client 1+OU=Konten,O=M\c3\bcller\, S\C3\B6hne \2b Co,C=DE`],
  [
    "object identifiers",
    String.raw`2.5.4.3=client 1+2.5.4.11=Konten,2.5.4.10=Müller\, Söhne \+ Co,2.5.4.6=DE`,
  ],
  ["a value as its DER", String.raw`CN=#0c08636c69656e742031+OU=Konten,O=Müller\, Söhne \+ Co,C=#13024445`],
  ["decomposed characters", "CN=client 1+OU=Konten,O=Mu\u0308ller\\, So\u0308hne \\+ Co,C=DE"],
];
for (const [title, text] of equal) {
  test(`a name with ${title} is the same`, () => {
    const name = parseName(text);
    assert.ok(name);
    assert.ok(sameName(name, certificate.subject), nameText(name));
  });
}

const others: [title: string, text: string][] = [
  ["another order", String.raw`C=DE,O=Müller\, Söhne \+ Co,CN=client 1+OU=Konten`],
  ["one part less", "CN=client 1+OU=Konten,C=DE"],
  ["one part more", String.raw`CN=client 1+OU=Konten,O=Müller\, Söhne \+ Co,C=DE,C=DE`],
  ["an attribute less", String.raw`CN=client 1,O=Müller\, Söhne \+ Co,C=DE`],
  ["two parts for one of two attributes", String.raw`CN=client 1,OU=Konten,O=Müller\, Söhne \+ Co,C=DE`],
  ["a longer value", String.raw`CN=client 11+OU=Konten,O=Müller\, Söhne \+ Co,C=DE`],
  ["another type", String.raw`CN=client 1+O=Konten,O=Müller\, Söhne \+ Co,C=DE`],
];
for (const [title, text] of others) {
  test(`a name with ${title} is another`, () => {
    const name = parseName(text);
    assert.ok(name);
    assert.ok(!sameName(name, certificate.subject));
  });
}

test("what is not a distinguished name is refused", () => {
  const texts = [
    "",
    "client",
    "CN",
    "CN=",
    "CN= ",
    "=x",
    "CN=a,",
    ",CN=a",
    "CN=a;O=b",
    "CN=a,,O=b",
    'CN="a"',
  ];
  const more = [
    "XX=a",
    String.raw`CN=a\zz`,
    "CN=a\\",
    String.raw`CN=\ff`,
    "CN=#0c05aa",
    "CN=a<b",
    "CN=a\u0000b",
  ];
  for (const text of [...texts, ...more]) assert.equal(parseName(text), undefined, text);
});
