import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { CertificateAuthority } from "../../../../../test/certificates.ts";
import { needOpenssl } from "../../../../../test/need.ts";
import { ConnectProxy } from "../../../../../test/connect-proxy.ts";
import { CLIENT, Home } from "./testing.ts";

const openssl = await needOpenssl();

/** A name that only the proxy can reach. */
const HOST = "auth.closed.example";
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

describe("a login behind a proxy", { skip: openssl.missing }, () => {
  let authority: CertificateAuthority;
  let api: Server;
  let proxy: ConnectProxy;

  before(async () => {
    authority = await CertificateAuthority.create(openssl.path);
    const { cert, key } = await authority.issue(HOST);
    const issuer = `https://${HOST}`;
    const metadata = { issuer, token_endpoint: `${issuer}/token`, revocation_endpoint: `${issuer}/revoke` };
    let issued = 0;
    api = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
      request.resume();
      response.setHeader("content-type", "application/json");
      if (request.method === "GET") return response.end(JSON.stringify(metadata));
      return response.end(JSON.stringify({ access_token: `access-${(issued += 1)}`, expires_in: 3600 }));
    });
    await once(api.listen(0, "127.0.0.1"), "listening");
    proxy = await ConnectProxy.start(portOf(api));
  });
  after(() => {
    proxy.close();
    api.close();
  });
  beforeEach(() => {
    proxy.asked = [];
    proxy.status = 200;
  });

  const byIssuer = ["--issuer", `https://${HOST}`];
  const byEndpoint = ["--token-endpoint", `https://${HOST}/token`];

  /** The environment with a proxy, and nothing of this process's own. */
  const environment = (variables: Record<string, string>) => ({
    NODE_EXTRA_CA_CERTS: authority.cert,
    ...variables,
  });

  function login(home: Home, server: readonly string[], variables: Record<string, string>) {
    const args = [
      "login",
      ...server,
      "--client-id",
      CLIENT.id,
      "--grant",
      "client_credentials",
      "--secrets-stdin",
    ];
    return home.run(args, { input: CLIENT.secret, env: environment(variables) });
  }

  for (const variable of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"]) {
    test(`${variable}: discovery, login, token and logout go through the proxy`, async () => {
      const home = new Home();
      const variables = { [variable]: `http://ada:p%40ss@127.0.0.1:${proxy.port}` };
      const { code, stderr } = await login(home, byIssuer, variables);
      assert.equal(code, 0, stderr);
      const env = environment(variables);
      const token = await home.run(["token", "--force"], { env });
      assert.match(token.stdout, /^access-2\n$|^access-\d+\n$/, token.stderr);
      const out = await home.run(["logout"], { env });
      assert.deepEqual([out.code, out.stderr], [0, "Logged out default and revoked its tokens.\n"]);
      const credentials = `Basic ${btoa("ada:p@ss")}`;
      assert.ok(proxy.asked.length >= 3);
      for (const each of proxy.asked) assert.deepEqual(each, { target: `${HOST}:443`, credentials });
    });
  }

  test("NO_PROXY, a loopback address and HTTP_PROXY for https: no proxy is used", async () => {
    const home = new Home();
    const url = `http://127.0.0.1:${proxy.port}`;
    for (const variables of [{ HTTPS_PROXY: url, NO_PROXY: "closed.example" }, { HTTP_PROXY: url }]) {
      const { code, stderr } = await login(home, byEndpoint, variables);
      assert.equal(code, 75);
      assert.match(stderr, /host not found\n/);
      assert.ok(!stderr.includes("proxy"), stderr);
    }
    const loopback = `https://127.0.0.1:${portOf(api)}/token`;
    for (const more of [{}, { NODE_USE_ENV_PROXY: "1" }]) {
      const { stderr } = await login(home, ["--token-endpoint", loopback], { HTTPS_PROXY: url, ...more });
      // It was reached: its certificate is for another name.
      assert.ok(!stderr.includes("proxy"), stderr);
      assert.match(stderr, /certificate/);
    }
    assert.deepEqual(proxy.asked, []);
  });

  test("a proxy that refuses or cannot be reached is named, without its password", async () => {
    const home = new Home();
    const url = (port: number) => `http://ada:s3cret@127.0.0.1:${port}`;
    const named = (port: number) => `through the proxy http://127.0.0.1:${port} (HTTPS_PROXY)\n`;
    for (const [answer, message] of [
      [407, "the proxy requires a username and a password (HTTP 407), "],
      [403, "the proxy refused the connection (HTTP 403), "],
      [502, "the proxy refused the connection (HTTP 502), "],
    ] as const) {
      proxy.status = answer;
      for (const server of [byIssuer, byEndpoint]) {
        const { code, stderr } = await login(home, server, { HTTPS_PROXY: url(proxy.port) });
        assert.equal(code, 75);
        assert.ok(stderr.includes(message + named(proxy.port)), stderr);
        assert.ok(!stderr.includes("s3cret") && !stderr.includes("TypeError"), stderr);
      }
    }
    const closed = createTcpServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const port = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const refused = await login(home, byEndpoint, { HTTPS_PROXY: url(port) });
    assert.equal(refused.code, 75);
    assert.ok(refused.stderr.includes(`connection refused, ${named(port)}`), refused.stderr);
    const unknown = await login(home, byEndpoint, { HTTPS_PROXY: "http://proxy.invalid:3128" });
    assert.match(
      unknown.stderr,
      /host not found, through the proxy http:\/\/proxy\.invalid:3128 \(HTTPS_PROXY\)\n/,
    );
  });

  test("a proxy that refuses a refresh costs nothing: the session is kept and works without it", async () => {
    const home = new Home();
    const good = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    assert.equal((await login(home, byEndpoint, good)).code, 0);
    proxy.status = 407;
    const { code, stderr } = await home.run(["token", "--force"], { env: environment(good) });
    assert.equal(code, 75);
    assert.match(
      stderr,
      /the proxy requires a username and a password \(HTTP 407\), through the proxy http:/,
    );
    await home.change("default", { cooldown: undefined });
    proxy.status = 200;
    const later = await home.run(["token", "--force"], { env: environment(good) });
    assert.match(later.stdout, /^access-/, later.stderr);
  });

  test("an invalid proxy is an error of usage that does not repeat it, and logins that need none still work", async () => {
    const home = new Home();
    const good = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    for (const [value, message] of [
      ["http://ada:s3cret@:x", /^regrant: HTTPS_PROXY is not the URL of a proxy\n {2}hint: /m],
      [
        "socks5://ada:s3cret@proxy:1080",
        /^regrant: HTTPS_PROXY names a proxy of an unsupported kind: socks5:\/\/\n/m,
      ],
    ] as const) {
      for (const server of [byIssuer, byEndpoint]) {
        const { code, stderr } = await login(home, server, { HTTPS_PROXY: value });
        assert.equal(code, 2, stderr);
        assert.match(stderr, message);
        assert.ok(!stderr.includes("s3cret"), stderr);
      }
      assert.equal((await login(home, byEndpoint, good)).code, 0);
      const env = environment({ HTTPS_PROXY: value });
      const valid = await home.run(["token"], { env });
      assert.match(valid.stdout, /^access-/, valid.stderr);
      const refresh = await home.run(["token", "--force"], { env });
      assert.equal(refresh.code, 2, refresh.stderr);
      assert.match(refresh.stderr, message);
      await home.change("default", { cooldown: undefined, unanswered: undefined });
    }
    assert.deepEqual(
      (await home.json(["logins"])).map(({ state }) => state),
      ["fresh"],
    );
  });
});
