import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { CertificateAuthority } from "../certificates.ts";
import type { Certificate } from "../certificates.ts";
import { needOpenssl } from "../need.ts";
import { freePort } from "../ports.ts";
import { jsonLines, Service } from "../service.ts";
import type { NewClient } from "../service.ts";
import { ask } from "./ask.ts";
import { HOST, PROXIES } from "./proxies.ts";
import type { Proxy } from "./proxies.ts";

/** Beyond what Regrant accepts of a head and of a body, bytes. */
const TOO_LARGE = 70 * 1024;
/** For how long a poll waits, ms. Envoy ends a request after 15 s unless it is told otherwise, the others after a minute. */
const LONG_POLL = PROXIES.some(({ name, program }) => name === "Envoy" && program.missing === false)
  ? 16_000
  : 2000;
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const SETTINGS = { REGRANT_ISSUER: `https://${HOST}`, REGRANT_TRUSTED_PROXIES: "127.0.0.1" };

const openssl = await needOpenssl();
/** Linux answers on all of 127/8; others on 127.0.0.1 alone. */
const missing = process.platform === "linux" ? openssl.missing : "only Linux has callers of many addresses";
const options = { skip: missing, timeout: 120_000, concurrency: true };

/** One service, and what a proxy in front of it needs; the other node is always away. */
interface World {
  service: Service;
  app: NewClient;
  nodes: readonly [number, number];
  certificate: Certificate;
  ca: Buffer;
  /** Fulfilled when the grant was revoked, after the long poll's time. */
  revoked: Promise<void>;
}

test("Regrant behind each proxy, while the other node is away", options, async (t) => {
  const authority = await CertificateAuthority.create(openssl.path);
  const certificate = await authority.issue(HOST);
  const service = await Service.prepare(t, SETTINGS);
  const node = await service.serve();
  const flags = ["--grant-type", "authorization_code", "--redirect-uri", "https://app.example.com/"];
  const app = await service.createClient(...flags, "--grant-type", "refresh_token");
  const revoked = revokeLater(service, app);
  const ca = readFileSync(authority.cert);
  const world = { service, app, nodes: [await freePort(), node.port], certificate, ca, revoked } as const;
  await Promise.all(
    PROXIES.map((proxy, i) =>
      t.test(proxy.name, { skip: proxy.program.missing, concurrency: 1 }, (t) =>
        checkThrough(t, world, proxy, `127.0.1.${i + 1}`),
      ),
    ),
  );
});

test("each proxy passes what is below the issuer's path, and its metadata", options, async (t) => {
  const authority = await CertificateAuthority.create(openssl.path);
  const certificate = await authority.issue(HOST);
  const service = await Service.prepare(t, { ...SETTINGS, REGRANT_ISSUER: `https://${HOST}/auth` });
  const { port: node } = await service.serve();
  const place = { nodes: [node, node] as const, certificate, belowPath: true };
  for (const { name, program, start } of PROXIES) {
    await t.test(name, { skip: program.missing }, async (t) => {
      const { https: port } = await start(t, place);
      const target = { host: "127.0.0.1", port, servername: HOST, ca: readFileSync(authority.cert) };
      const get = (path: string) => ask(request, { ...target, path });
      const metadata = await get("/.well-known/oauth-authorization-server/auth");
      const { pathname } = new URL((JSON.parse(metadata.body) as { jwks_uri: string }).jwks_uri);
      assert.match(pathname, /^\/auth\//);
      assert.equal((await get(pathname)).status, 200);
      assert.equal((await get("/auth")).status, 200);
      assert.doesNotMatch((await get("/docs")).body, /lang=/, "what is not below the path is not passed");
    });
  }
});

async function revokeLater(service: Service, app: NewClient): Promise<void> {
  await service.issueGrants(app, "ada", 1);
  await pause(LONG_POLL);
  await service.run(["grant", "revoke", "--subject", "ada"]);
}

async function checkThrough(t: TestContext, world: World, { start }: Proxy, caller: string): Promise<void> {
  const { service, app, nodes, certificate, ca, revoked } = world;
  const { https: port } = await start(t, { nodes, certificate });
  const target = { host: "127.0.0.1", port, servername: HOST, ca, localAddress: caller };
  const get = (path: string, headers: Record<string, string> = {}) =>
    ask(request, { ...target, path, headers });
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
    const sent = { ...target, path, method: "POST", headers: { ...FORM, ...headers } };
    return ask(request, sent, new URLSearchParams(form).toString());
  };
  const api = await service.createClient("--grant-type", "client_credentials", "--resource-server");
  const polled = post("/oauth/revocations", { ...api, wait: "30" });

  await t.test("a head, a body and a URL that are too large get Regrant's own responses", async () => {
    const head = await get("/", { cookie: `a=${"a".repeat(TOO_LARGE)}` });
    assert.equal(head.status, 431);
    assert.match(head.body, /<html lang="en"/);
    const body = await post("/oauth/token", { a: "a".repeat(TOO_LARGE) });
    assert.deepEqual([body.status, errorIn(body.body)], [413, "invalid_request"]);
    const url = await get(`/.well-known/jwks.json?${"a".repeat(40_000)}`);
    assert.deepEqual([url.status, errorIn(url.body)], [414, "invalid_request"]);
  });
  await t.test("a redirect carries a long state", async () => {
    const state = "s".repeat(15_000);
    const query = new URLSearchParams({ client_id: app.client_id, response_type: "none", state });
    const { status, headers } = await get(`/oauth/authorize?${query.toString()}`);
    assert.equal(new URL(headers.location ?? "none:").searchParams.get("state"), state, String(status));
  });
  await t.test("an event has the client's address, whatever the client claims", async () => {
    const wrong = { ...api, client_secret: "wrong", grant_type: "client_credentials" };
    const { status } = await post("/oauth/token", wrong, { "x-forwarded-for": "192.0.2.1" });
    assert.equal(status, 401);
    const filter = ["--type", "client.refused", "--client", api.client_id];
    const events = jsonLines<{ address: string }>(await service.run(["events", ...filter, "--json"]));
    assert.deepEqual(
      events.map(({ address }) => address),
      [caller],
    );
  });
  await t.test("a poll of the feed waits, and is answered by a revocation", async () => {
    await revoked;
    const { status, body } = await polled;
    assert.equal(status, 200, body);
    // The end of all that is the subject's comes first; that of its grant may come with it, or later.
    assert.equal((JSON.parse(body) as { revoked: { sub?: string }[] }).revoked[0]?.sub, "ada");
  });
}

function errorIn(body: string): string {
  return (JSON.parse(body) as { error: string }).error;
}
