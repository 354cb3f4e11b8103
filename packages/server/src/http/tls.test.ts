import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { get } from "node:https";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { connect } from "node:tls";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { ClientCertificate } from "../certificates/client-certificate.ts";
import { makeAuthority, makeCertificate } from "../certificates/testing.ts";
import type { Made } from "../certificates/testing.ts";
import { certificateReader } from "./client-certificate.ts";
import { listen } from "./listen.ts";
import { openCertificate } from "./tls.ts";

const HOST = "127.0.0.1";
const folder = temporaryFolder("tls");
const files = { tlsCertificate: join(folder, "tls.pem"), tlsKey: join(folder, "tls.key") };
const authority = makeAuthority();
const middle = makeAuthority({ issuer: authority, subject: [["CN", "middle"]] });
const write = ({ pem, keyPem }: Pick<Made, "pem" | "keyPem">) => {
  writeFileSync(files.tlsCertificate, pem);
  writeFileSync(files.tlsKey, keyPem);
};
const serverCertificate = (cn: string) =>
  makeCertificate({ issuer: authority, subject: [["CN", cn]], names: [["ip", HOST]] });

write(serverCertificate("first"));
const lines: string[] = [];
const note = (_fields: object, message: string) => void lines.push(message);
const certificate = openCertificate(files, { info: note, warn: note });
assert.ok(certificate);
let seen: ClientCertificate | null;
const read = certificateReader({ clientCertificateHeader: null, trustedProxies: [] }, { warn: note });
const fetch = (request: Request, env: object) => {
  seen = read(request, env);
  return new Response(seen?.thumbprint ?? "none");
};
const patient = { host: HOST, port: 0, requestTimeout: 5, headersTimeout: 5 };
const asking = await listen({ fetch }, { ...patient, tls: { certificate, asksClients: true } });
const plain = await listen({ fetch }, { ...patient, tls: { certificate, asksClients: false } });
after(async () => {
  certificate.close();
  await Promise.all([asking, plain].map((one) => one.close({ timeout: 1, grace: 0 })));
});

async function responseOf(
  port: number,
  options: ConnectionOptions = {},
): Promise<{ text: string; cn: string }> {
  const asked = get({ host: HOST, port, path: "/", ca: authority.pem, agent: false, ...options });
  // A refused handshake may come with more than one error.
  asked.on("error", () => {});
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const { subject } = (response.socket as TLSSocket).getPeerCertificate();
  return { text: (await response.toArray()).join(""), cn: String(subject.CN) };
}

const shown = (made: Made, ...sent: readonly Made[]) => ({
  cert: [made, ...sent].map(({ pem }) => pem).join(""),
  key: made.keyPem,
});

for (const keyType of ["ec", "rsa", "ed25519"] as const) {
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    test(`a client's certificate with an ${keyType} key is seen in ${maxVersion}`, async () => {
      const made = makeCertificate({ issuer: authority, keyType });
      const { text } = await responseOf(asking.port, { ...shown(made), maxVersion });
      assert.equal(text, made.asClient().thumbprint);
    });
  }
}

test("a certificate stays optional, and may be expired or signed by anyone: what it proves is judged later", async () => {
  assert.equal((await responseOf(asking.port)).text, "none");
  const old = makeCertificate({ notBefore: -7200, notAfter: -3600 });
  assert.equal((await responseOf(asking.port, shown(old))).text, old.asClient().thumbprint);
});

test("the authorities that a client sends along are seen, in resumed sessions too", async () => {
  const made = makeCertificate({ issuer: middle });
  let session: Buffer | undefined;
  for (let round = 0; round < 2; round += 1) {
    const socket = connect({
      host: HOST,
      port: asking.port,
      ca: authority.pem,
      ...shown(made, middle),
      ...(session && { session }),
    });
    socket.on("session", (ticket: Buffer) => (session = ticket));
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await socket.toArray();
    assert.equal(seen?.intermediates[0]?.equals(middle.der), true, `round ${round}`);
  }
});

test("a listener that does not ask sees no certificate", async () => {
  const made = makeCertificate({ issuer: authority });
  assert.equal((await responseOf(plain.port, shown(made))).text, "none");
});

test("old protocols and cipher suites are refused", async () => {
  const refused: ConnectionOptions[] = [
    { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
    { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" },
    { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" },
    { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305" },
  ];
  for (const options of refused)
    await assert.rejects(responseOf(plain.port, options), /alert|EPROTO|handshake/i);
  const accepted = { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" } as const;
  assert.equal((await responseOf(plain.port, accepted)).text, "none");
});

test("what is not TLS is cut off, and harms nothing", { timeout: 10_000 }, async () => {
  const socket = connectTcp(plain.port, HOST);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await Promise.race([once(socket, "close"), once(socket, "error")]);
  assert.equal((await responseOf(plain.port)).text, "none");
});

test("a renewed certificate is served to the next connection; what does not fit is reported once and not taken", async (t: TestContext) => {
  t.after(() => {
    write(serverCertificate("first"));
    certificate.check();
  });
  lines.length = 0;
  const second = serverCertificate("second");
  writeFileSync(files.tlsCertificate, second.pem);
  certificate.check();
  certificate.check();
  assert.deepEqual(lines, ["renewed files cannot be used; the former ones stay"]);
  assert.equal((await responseOf(plain.port)).cn, "first");
  writeFileSync(files.tlsKey, second.keyPem);
  certificate.check();
  assert.equal(lines.at(-1), "renewed files are in use");
  for (const { port } of [plain, asking]) assert.equal((await responseOf(port)).cn, "second");
  writeFileSync(files.tlsCertificate, "");
  certificate.check();
  assert.equal((await responseOf(plain.port)).cn, "second");
});

test("files that cannot be used at the start are an error that names the settings", () => {
  const log = { info: note, warn: note };
  const other = join(folder, "other.key");
  writeFileSync(other, makeCertificate().keyPem);
  assert.throws(
    () => openCertificate({ ...files, tlsKey: other }, log),
    /tlsCertificate, tlsKey: .*mismatch/,
  );
  writeFileSync(other, makeCertificate({ keyType: "rsa" }).keyPem);
  assert.throws(
    () => openCertificate({ ...files, tlsKey: other }, log),
    /tlsCertificate, tlsKey: .*mismatch/,
  );
  assert.throws(
    () => openCertificate({ ...files, tlsKey: join(folder, "none") }, log),
    /tlsKey: cannot read .*none: no such file/,
  );
  assert.equal(openCertificate({ tlsCertificate: null, tlsKey: null }, log), null);
});
