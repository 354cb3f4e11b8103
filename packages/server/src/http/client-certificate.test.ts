import assert from "node:assert/strict";
import { test } from "node:test";
import { makeCertificate } from "../certificates/testing.ts";
import { certificateReader } from "./client-certificate.ts";

const made = makeCertificate();
const HEADER = "Client-Cert";
const request = (value: string) => new Request("https://auth.example/", { headers: { [HEADER]: value } });
const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });
const settings = { clientCertificateHeader: HEADER, trustedProxies: ["10.0.0.0/8", "::1"] };

function logged() {
  const lines: { peer?: string }[] = [];
  return { lines, log: { warn: (fields: object) => void lines.push(fields) } };
}

test("a trusted proxy's header is the client's certificate", () => {
  const read = certificateReader(settings, logged().log);
  const sent = request(`:${made.der.toString("base64")}:`);
  for (const proxy of ["10.1.2.3", "::ffff:10.1.2.3", "::1"]) {
    assert.equal(read(sent, from(proxy))?.thumbprint, made.asClient().thumbprint);
  }
});

test("anyone else's header is ignored, with a warning once an hour", () => {
  const { lines, log } = logged();
  let now = 0;
  const read = certificateReader(settings, log, () => now);
  const spoofed = request(`:${made.der.toString("base64")}:`);
  assert.equal(read(spoofed, from("192.0.2.1")), null);
  assert.equal(read(request("malformed"), from("192.0.2.2")), null);
  assert.equal(read(spoofed, undefined), null);
  now = 3_600_000;
  assert.equal(read(spoofed, from("::ffff:192.0.2.3")), null);
  assert.deepEqual(
    lines.map(({ peer }) => peer),
    ["192.0.2.1", "192.0.2.3"],
  );
});

test("without the setting no header is read", () => {
  const { lines, log } = logged();
  const read = certificateReader({ ...settings, clientCertificateHeader: null }, log);
  assert.equal(read(request(`:${made.der.toString("base64")}:`), from("10.1.2.3")), null);
  assert.deepEqual(lines, []);
});

test("a trusted proxy's header that is no certificate is refused", () => {
  const read = certificateReader(settings, logged().log);
  for (const value of ["malformed", ":AAAA:", `:${made.der.subarray(0, -1).toString("base64")}:`]) {
    assert.throws(() => read(request(value), from("10.1.2.3")), {
      causeName: "client_certificate_malformed",
    });
  }
  const twice = request(`:${made.der.toString("base64")}:`);
  twice.headers.append(HEADER, `:${made.der.toString("base64")}:`);
  assert.throws(() => read(twice, from("10.1.2.3")), { causeName: "client_certificate_malformed" });
});
