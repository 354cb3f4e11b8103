import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ConnectProxy } from "../../../../../test/connect-proxy.ts";
import { CLIENT, Home, ThirdPartyServer, USER } from "./testing.ts";

/** A name of a closed network, which a proxy resolves here. */
const HOST = "http://auth:8080";

let server: ThirdPartyServer;
let proxy: ConnectProxy;
let env: Record<string, string>;
before(async () => {
  server = await ThirdPartyServer.start();
  proxy = await ConnectProxy.start(Number(new URL(server.url).port));
  env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
});
after(async () => {
  proxy.close();
  await server.close();
});

const client = ["--client-id", CLIENT.id, "--secrets-stdin"];
const credentials = [...client, "--grant", "client_credentials"];
const WARNING =
  /^Warning: http:\/\/auth:8080\/\S* is not encrypted: others on the network can read and change /m;

test("http is refused on other hosts than loopback, and the error names the option", async () => {
  const home = new Home();
  const hosts = [
    "http://auth:8080/token",
    "http://192.168.1.5/token",
    "http://host.docker.internal/token",
    "http://a.svc.cluster.local",
  ];
  for (const url of hosts) {
    for (const flag of ["--token-endpoint", "--issuer"]) {
      const { code, stderr } = await home.run(["login", flag, url, ...credentials], { input: "x" });
      assert.equal(code, 2);
      const hint = "in a closed network: --allow-http accepts http, without encryption";
      assert.equal(
        stderr,
        `regrant: ${flag} must be https (http only on loopback addresses)\n  hint: ${hint}\n`,
      );
    }
  }
  const metadata = { issuer: server.url, token_endpoint: "http://auth:8080/token" };
  server.documents.set("/.well-known/oauth-authorization-server", metadata);
  const discovered = await home.run(["login", "--issuer", server.url, ...credentials], { input: "x" });
  server.documents.clear();
  assert.equal(discovered.code, 2);
  assert.match(discovered.stderr, /invalid token_endpoint in the server's metadata: it must be https/);
});

test("--allow-http accepts no other scheme, no password and no fragment", async () => {
  const home = new Home();
  for (const url of ["ftp://auth/", "http://u:s3cret@auth/", "http://auth/#x", "auth:8080"]) {
    const args = ["login", "--token-endpoint", url, "--allow-http", ...credentials];
    const { code, stderr } = await home.run(args, { input: "x" });
    assert.equal(code, 2);
    assert.ok(!stderr.includes("s3cret") && !stderr.includes("--allow-http"), stderr);
  }
});

test("with --allow-http a login warns, is listed as not encrypted, and its tokens are refreshed and revoked", async () => {
  const home = new Home();
  const endpoints = ["--token-endpoint", `${HOST}/oauth/token`, "--revocation-endpoint", `${HOST}/revoke`];
  const args = [
    "login",
    ...endpoints,
    "--allow-http",
    ...client,
    "--grant",
    "password",
    "--username",
    USER.name,
  ];
  const { code, stderr } = await home.run(args, { input: `${CLIENT.secret}\n${USER.password}\n`, env });
  assert.equal(code, 0, stderr);
  assert.match(stderr, WARNING);
  const stored = JSON.parse(readFileSync(join(home.home, "logins/default.json"), "utf8")) as Record<
    string,
    unknown
  >;
  assert.equal(stored["allowHttp"], true);
  const listed = await home.run(["logins"]);
  assert.match(listed.stdout, /http:\/\/auth:8080\/oauth\/token \(not encrypted\)/);
  assert.deepEqual(
    (await home.json(["logins"])).map((login) => login["allow_http"]),
    [true],
  );

  await home.expire();
  const token = await home.run(["token"], { env });
  assert.deepEqual([token.code, token.stderr], [0, ""]);
  const again = await home.run(["login", "--secrets-stdin"], { input: USER.password, env });
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, WARNING);
  const out = await home.run(["logout"], { env });
  assert.deepEqual([out.code, out.stderr], [0, "Logged out default and revoked its tokens.\n"]);
  assert.ok(proxy.asked.every(({ target }) => target === "auth:8080"));
});

test("with --allow-http the endpoints come from metadata of http too", async () => {
  const home = new Home();
  server.documents.set("/.well-known/oauth-authorization-server", {
    issuer: HOST,
    token_endpoint: `${HOST}/oauth/token`,
  });
  const args = ["login", "--issuer", HOST, "--allow-http", ...credentials];
  const { code, stderr } = await home.run(args, { input: CLIENT.secret, env });
  server.documents.clear();
  assert.equal(code, 0, stderr);
  assert.match(stderr, WARNING);
  const token = await home.run(["token", "--force"], { env });
  assert.deepEqual([token.code, token.stderr], [0, ""]);
});

test("a login with https or a loopback address is not warned of", async () => {
  const home = new Home();
  await home.login(server, "client_credentials", "--allow-http");
  assert.deepEqual(
    (await home.json(["logins"])).map((login) => login["allow_http"]),
    [true],
  );
  const args = ["login", "--token-endpoint", server.tokenEndpoint, "--allow-http", ...credentials];
  const { stderr } = await home.run(args, { input: CLIENT.secret });
  assert.equal(stderr, "Logged in again: npx regrant token --account default\n");
});
