import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { connect as connectTls } from "node:tls";
import { CertificateAuthority } from "../certificates.ts";
import type { Certificate } from "../certificates.ts";
import { needOpenssl } from "../need.ts";
import { until } from "../postgres-server.ts";
import { ask } from "./ask.ts";
import { FakeNode } from "./fake-node.ts";
import { HOST, PROXIES } from "./proxies.ts";
import type { Proxy } from "./proxies.ts";

const openssl = await needOpenssl();
/** Linux answers on all of 127/8; others on 127.0.0.1 alone. */
const missing = process.platform === "linux" ? openssl.missing : "only Linux has callers of many addresses";
/** Of the loopback network; Envoy takes 127.0.0.1 for the machine itself. */
const CALLER = "127.0.1.7";
/** Passed on as they are. */
const IDENTIFIERS = {
  "x-request-id": "7d1f8a52-0000-4000-8000-000000000000",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};
/** A stopping node keeps idle connections for so long, ms: `GRACE` in `cli/run-service.ts`. */
const GRACE = 1500;

const options = { skip: missing, timeout: 60_000, concurrency: true };
test("what the nodes behind each proxy get, and how often", options, async (t) => {
  const authority = await CertificateAuthority.create(openssl.path);
  const certificate = await authority.issue(HOST);
  const ca = readFileSync(authority.cert);
  await Promise.all(
    PROXIES.map((proxy) =>
      t.test(proxy.name, { skip: proxy.program.missing, concurrency: 1 }, (t) =>
        check(t, proxy, certificate, ca),
      ),
    ),
  );
});

async function check(t: TestContext, proxy: Proxy, certificate: Certificate, ca: Buffer): Promise<void> {
  const nodes = [await FakeNode.start(t), await FakeNode.start(t)] as const;
  const arrived = () => nodes.flatMap((node) => node.arrived.splice(0));
  const ports = await proxy.start(t, { nodes: [nodes[0].port, nodes[1].port], certificate });
  const tls = { host: "127.0.0.1", port: ports.https, servername: HOST, ca, localAddress: CALLER };

  await t.test(
    "a request by HTTP/2 has its host and identifiers, and the client's address last",
    async () => {
      const session = connectHttp2(`https://127.0.0.1:${ports.https}`, tls);
      const pseudo = { ":path": "/", ":authority": HOST };
      const stream = session.request({ ...pseudo, ...IDENTIFIERS, "x-forwarded-for": "192.0.2.1" });
      const [answer] = (await once(stream, "response")) as [IncomingHttpHeaders];
      assert.equal(await text(stream), "node");
      session.close();
      const headers = arrived()[0]?.headers ?? {};
      for (const [name, value] of Object.entries({ ...IDENTIFIERS, host: HOST }))
        assert.equal(headers[name], value);
      assert.equal(String(headers["x-forwarded-for"]).split(",").at(-1)?.trim(), CALLER);
      assert.match(String(answer["strict-transport-security"]), /^max-age=\d{8}/);
      assert.doesNotMatch(String(answer["server"] ?? ""), /\d|envoy|caddy/i);
    },
  );

  await t.test(
    "a POST whose connection was lost is not sent again, on a used connection neither",
    async () => {
      for (let i = 0; i < 4; i += 1) {
        // One at each node, whose connections are kept.
        for (const path of ["/first", "/second"]) await ask(requestHttps, { ...tls, path });
        arrived();
        const { status } = await ask(requestHttps, { ...tls, method: "POST", path: "/lost" }, "a=b");
        assert.ok(status >= 502, String(status));
        assert.deepEqual(
          arrived().map(({ method, path }) => `${method} ${path}`),
          ["POST /lost"],
        );
      }
    },
  );

  await t.test("while no node is ready, a request still reaches one, once", async () => {
    for (const node of nodes) node.ready = 503;
    // By the second check the proxy knows of the first one.
    for (let checks = 0; proxy.asksWhetherReady && checks < 2; checks += 1)
      await Promise.all(nodes.map((node) => once(node, "readyz")));
    const { body } = await ask(requestHttps, { ...tls, method: "POST", path: "/" }, "a=b");
    assert.equal(body, "node");
    assert.equal(arrived().length, 1);
  });

  await t.test("an idle connection is closed sooner than a stopping node closes it", async () => {
    await ask(requestHttps, { ...tls, path: "/" });
    const [idle] = (await Promise.race(nodes.map((node) => once(node, "idle")))) as [number];
    // Twice as long, as the machine may be slow.
    assert.ok(idle < 2 * GRACE, `${idle} ms`);
  });

  await t.test("no log has a query string", async () => {
    const path = "/lost?user_code=BCDF-GHJK";
    const headers = { referer: `https://${HOST}${path}` };
    await ask(requestHttp, { host: "127.0.0.1", port: ports.http, path, headers });
    const { status } = await ask(requestHttps, { ...tls, path, headers });
    assert.ok(status >= 502, String(status));
    // Envoy logs no request.
    if (proxy.name !== "Envoy") await until(async () => ports.logged().includes("/lost"));
    assert.doesNotMatch(ports.logged(), /BCDF/);
  });

  await t.test("without TLS a request is redirected, with an old TLS refused", async () => {
    const plain = { host: "127.0.0.1", port: ports.http, path: "/oauth/authorize?a=b" };
    const { status, headers } = await ask(requestHttp, plain);
    assert.deepEqual([status, headers.location], [301, `https://${HOST}/oauth/authorize?a=b`]);
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;
    const refused = once(connectTls({ ...tls, ...old }), "secureConnect");
    await assert.rejects(refused, { code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" });
  });
}
