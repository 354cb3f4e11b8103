import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { CertificateAuthority } from "../certificates.ts";
import { needOpenssl } from "../need.ts";
import { ask } from "./ask.ts";
import { FakeNode } from "./fake-node.ts";
import { HOST, PROXIES } from "./proxies.ts";

const openssl = await needOpenssl();
const authority = openssl.missing === false ? await CertificateAuthority.create(openssl.path) : undefined;
const certificate = await authority?.issue(HOST);
const ca = authority && readFileSync(authority.cert);
/** Linux answers on all of 127/8; others on 127.0.0.1 alone. */
const missing = process.platform === "linux" ? openssl.missing : "only Linux has callers of many addresses";
/** Of the loopback network; Envoy takes 127.0.0.1 for the machine itself. */
const CALLER = "127.0.1.7";
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/** A stopping node keeps idle connections for so long, ms: GRACE in `cli/run-service.ts`. */
const GRACE = 1500;

for (const { name, program, start, asksWhetherReady } of PROXIES) {
  test(
    `${name}: what a node gets, and how often`,
    { skip: program.missing || missing, timeout: 60_000 },
    async (t) => {
      assert.ok(certificate);
      const nodes = [await FakeNode.start(t), await FakeNode.start(t)] as const;
      const arrived = () => nodes.flatMap((node) => node.arrived.splice(0));
      const ports = await start(t, { nodes: [nodes[0].port, nodes[1].port], certificate });
      const tls = { host: "127.0.0.1", port: ports.https, servername: HOST, ca, localAddress: CALLER };

      await t.test(
        "a request by HTTP/2 has its Host, its identifiers and the client's address last",
        async () => {
          const given = { "x-request-id": "7d1f8a52-0000-4000-8000-000000000000", traceparent: TRACE };
          const session = connectHttp2(`https://127.0.0.1:${ports.https}`, tls);
          const headers = { ":path": "/echo", ":authority": HOST, ...given, "x-forwarded-for": "192.0.2.1" };
          const stream = session.request(headers);
          const [answer] = (await once(stream, "response")) as [IncomingHttpHeaders];
          assert.equal(await text(stream), "node");
          session.close();
          const [{ headers: got } = { headers: {} as IncomingHttpHeaders }] = arrived();
          assert.equal(got.host, HOST);
          assert.equal(got["x-request-id"], given["x-request-id"]);
          assert.equal(got.traceparent, TRACE);
          assert.equal(String(got["x-forwarded-for"]).split(",").at(-1)?.trim(), CALLER);
          assert.match(String(answer["strict-transport-security"]), /^max-age=\d+/);
          assert.doesNotMatch(String(answer["server"] ?? ""), /\d|envoy/i);
        },
      );

      await t.test("a POST whose connection was lost is not sent again", async () => {
        for (let i = 0; i < 4; i += 1) {
          await ask(requestHttps, { ...tls, method: "GET", path: "/warm" });
          arrived();
          const { status } = await ask(requestHttps, { ...tls, method: "POST", path: "/lost" }, "a=b");
          assert.ok(status >= 502, String(status));
          assert.deepEqual(
            arrived().map(({ method }) => method),
            ["POST"],
          );
        }
      });

      await t.test("a request reaches a node while none is ready", async () => {
        for (const node of nodes) node.ready = 503;
        // By the second check the proxy knows of the first one.
        for (let check = 0; asksWhetherReady && check < 2; check += 1)
          await Promise.all(nodes.map((node) => once(node, "readyz")));
        const answer = await ask(requestHttps, { ...tls, method: "POST", path: "/unready" }, "a=b");
        assert.equal(answer.body, "node");
        assert.equal(arrived().length, 1);
      });

      await t.test("an idle connection is closed sooner than by a stopping node", async () => {
        await ask(requestHttps, { ...tls, path: "/idle" });
        const [idle] = (await Promise.race(nodes.map((node) => once(node, "idle")))) as [number];
        assert.ok(idle < GRACE - 200, `${idle} ms`);
      });

      await t.test("without TLS a request is redirected, with an old TLS refused", async () => {
        const options = { host: "127.0.0.1", port: ports.http, path: "/oauth/authorize?a=b" };
        const { status, headers } = await ask(requestHttp, { ...options, headers: { host: HOST } });
        assert.equal(status, 301);
        assert.equal(headers.location, `https://${HOST}/oauth/authorize?a=b`);
        const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;
        const [error] = (await once(connectTls({ ...tls, ...old }), "error").catch((e: unknown) => [e])) as [
          NodeJS.ErrnoException,
        ];
        assert.equal(error.code, "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
      });
    },
  );
}
