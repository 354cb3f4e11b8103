import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import type { IncomingRequest } from "./preflight.ts";
import type { RefusalCause } from "./refusals.ts";
import type { MtlsOptions } from "./sender-options.ts";
import { AuthorizationServer } from "./testing.ts";

const server = await AuthorizationServer.start();
// Nothing reads more of a certificate than its octets.
const der = randomBytes(700);
const base64 = der.toString("base64");
const pem = `-----BEGIN CERTIFICATE-----\n${(base64.match(/.{1,64}/g) ?? []).join("\n")}\n-----END CERTIFICATE-----\n`;
const escaped = encodeURIComponent(pem);
const hex = hash("sha256", der, "hex");
const token = await server.token({ cnf: { "x5t#S256": hash("sha256", der, "base64url") } });

async function outcome(
  request: Pick<IncomingRequest, "headers" | "socket">,
  mtls: MtlsOptions | undefined,
  presented = token,
): Promise<"accepted" | RefusalCause> {
  const authorization = `Bearer ${presented}`;
  const headers = { authorization, ...(request.headers as Record<string, string>) };
  const verifier = server.verifier(mtls === undefined ? {} : { mtls });
  const verdict = await verifier.verify({ ...request, headers });
  if (verdict.outcome === "accepted") return "accepted";
  assert.equal(verdict.refusal.status, 401);
  assert.match(verdict.refusal.headers["WWW-Authenticate"] ?? "", /^Bearer error="invalid_token", /);
  return verdict.refusal.cause;
}

const connection = (raw: Uint8Array | undefined) => ({
  getPeerCertificate: () => (raw === undefined ? {} : { raw }),
});

describe("a token that is bound to a certificate (RFC 8705 §3)", () => {
  test("is accepted with the certificate of the TLS connection, and with no other", async () => {
    for (const [socket, expected] of [
      [connection(der), "accepted"],
      [connection(randomBytes(700)), "wrong_certificate"],
      [connection(undefined), "certificate_missing"],
      [{}, "certificate_missing"],
      [undefined, "certificate_missing"],
    ] as const) {
      assert.equal(await outcome({ headers: {}, socket }, {}), expected);
    }
  });

  test("is refused where certificates are not checked, whatever the request has", async () => {
    const headers = { "client-cert": `:${base64}:` };
    assert.equal(await outcome({ headers, socket: connection(der) }, undefined), "sender_constrained");
  });

  test("is accepted with the header of a proxy, which alone counts then", async () => {
    const mtls = { header: "X-Client-Cert" };
    const headers = { "x-client-cert": `:${base64}:` };
    assert.equal(await outcome({ headers, socket: connection(undefined) }, mtls), "accepted");
    assert.equal(await outcome({ headers: {}, socket: connection(der) }, mtls), "certificate_missing");
    assert.equal(await outcome({ headers }, {}), "certificate_missing", "a client may have sent it");
    assert.equal(await outcome({ headers: { "client-cert": `:${base64}:` } }, mtls), "certificate_missing");
  });

  const FORMS: Record<string, string> = {
    "RFC 9440": `:${base64}:`,
    "an escaped PEM, as of nginx": escaped,
    "an escaped PEM with plus signs, as of AWS": encodeURI(pem),
    "several certificates, the client's first": encodeURIComponent(pem + pem.replace("A", "B")),
    "a PEM with spaces, as of Apache": pem.trim().replaceAll("\n", " "),
    "base64, as of HAProxy": base64,
    "Envoy's digest": `Hash=${hex}`,
    "all that Envoy says": `By=spiffe://a/b;Hash=${hex};Cert="${escaped}";Subject="CN=a,O=\\"A;Hash=${"0".repeat(64)}, B\\"";URI=`,
  };
  for (const [form, value] of Object.entries(FORMS)) {
    test(`is accepted with a header: ${form}`, async () => {
      assert.equal(await outcome({ headers: { cert: value } }, { header: "cert" }), "accepted");
    });
  }

  const MALFORMED: Record<string, string> = {
    empty: "",
    "no certificate": "(null)",
    "two headers of RFC 9440": `:${base64}:, :${base64}:`,
    "two headers with PEM": `${escaped}, ${escaped}`,
    "two certificates of Envoy": `Hash=${hex},Hash=${hex}`,
    "two digests of Envoy": `Hash=${hex};Hash=${hex}`,
    "a client's beside Envoy's": `Hash=${"0".repeat(64)},Hash=${hex}`,
    "a broken escape": "%2",
    "a digest that is too short": `Hash=${hex.slice(2)}`,
    "more after Envoy's": `Hash=${hex};"`,
    "more than 16 KiB": `Hash=${hex};Subject="${"a".repeat(16_384)}"`,
  };
  for (const [form, value] of Object.entries(MALFORMED)) {
    test(`is refused with a header: ${form}`, async () => {
      assert.equal(await outcome({ headers: { cert: value } }, { header: "cert" }), "certificate_missing");
    });
  }

  test("is required where the option says so: a bearer token is refused", async () => {
    const unbound = await server.token();
    const request = { headers: {}, socket: connection(der) };
    assert.equal(await outcome(request, { required: true }, unbound), "not_sender_constrained");
    assert.equal(await outcome(request, { required: true }), "accepted");
    assert.equal(await outcome(request, {}, unbound), "accepted");
  });
});
