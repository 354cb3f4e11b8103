// `regrant token` with a key, against a foreign server that requires nonces.
import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Home } from "../packages/server/src/cli/logins/testing.ts";
import { startOidcProvider } from "./oidc-provider.mjs";

type OidcProvider = Awaited<ReturnType<typeof startOidcProvider>>;

/** A refresh token that is bound to no key, as an earlier login has it. */
async function refreshTokenOf(server: OidcProvider): Promise<string> {
  const body = new URLSearchParams(await server.authorize());
  const response = await fetch(server.tokenEndpoint, { method: "POST", body });
  return ((await response.json()) as { refresh_token: string }).refresh_token;
}

async function login(home: Home, server: OidcProvider, ...more: string[]): Promise<void> {
  const about = ["--issuer", server.issuer, "--client-id", server.clientId, "--client-auth", "none"];
  const args = ["login", ...about, "--grant", "refresh_token", "--secrets-stdin", ...more];
  const { code, stderr } = await home.run(args, { input: await refreshTokenOf(server) });
  assert.equal(code, 0, stderr);
}

/** The headers that were printed, as `curl -H @-` sends them. */
function headersOf(printed: string): Headers {
  const lines = printed.trimEnd().split("\n");
  return new Headers(lines.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]));
}

test("a login with --dpop has a key of its own, and prints the headers of a request", async (t) => {
  const server = await startOidcProvider(t, true);
  const home = new Home();
  await login(home, server, "--dpop");
  const folder = join(home.home, "keys/default/dpop.key");
  if (process.platform !== "win32") assert.equal(statSync(join(folder, "key.json")).mode & 0o777, 0o600);

  for (const args of [["token"], ["token", "--header"], ["token", "--exec", "--", "true"]]) {
    const { code, stdout, stderr } = await home.run(args);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /bound to a key.*\n.*--url URL/);
  }
  const first = await fetch(server.api, { headers: headersOf(await home.token("--url", server.api)) });
  assert.equal(first.status, 401);
  const nonce = first.headers.get("dpop-nonce") ?? "";
  const printed = await home.token("--url", `${server.api}?query`, "--method", "post", "--nonce", nonce);
  assert.match(printed, /^Authorization: DPoP \S+\nDPoP: \S+\n$/);
  const second = await fetch(server.api, { method: "POST", headers: headersOf(printed) });
  assert.equal(second.status, 200);

  const { code, stdout } = await home.run(["token", "--rejected", "--json"], { input: printed });
  const { token_type: type, access_token: token } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual([code, type], [0, "DPoP"]);
  assert.equal(printed.includes(String(token)), false, "it was replaced");

  assert.equal((await home.run(["logout"])).code, 0);
  assert.equal(existsSync(folder), false);
});

test("a login without a key is bound with --dpop, and its key is gone with it", async (t) => {
  const server = await startOidcProvider(t, true);
  const home = new Home();
  await login(home, server);
  assert.match(await home.token("--url", server.api), /^Authorization: Bearer \S+\n$/);
  const before = JSON.parse(await home.token("--dpop", "--json")) as Record<string, unknown>;
  assert.equal(before["token_type"], "Bearer", "from the next refresh on");
  const bound = JSON.parse(await home.token("--force", "--json", "--url", server.api)) as Record<
    string,
    unknown
  >;
  assert.equal(bound["token_type"], "DPoP");
  assert.match(String(bound["dpop"]), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const [listed] = await home.json(["logins"]);
  assert.equal(listed?.["dpop"], true);
  assert.deepEqual(readdirSync(join(home.home, "keys")), ["default"]);
  rmSync(join(home.home, "keys"), { recursive: true });
  const { code, stderr } = await home.run(["token", "--json"]);
  assert.equal(code, 1);
  assert.match(stderr, /its tokens are bound to a key that is lost.*log in again/);
});

test("the options of a request are checked", async (t) => {
  const server = await startOidcProvider(t, false);
  const home = new Home();
  await login(home, server, "--dpop");
  for (const [args, message] of [
    [["--url", "http://api.example.com/"], /--url must be https/],
    [["--method", "POST"], /--method requires --url/],
    [["--nonce", "n"], /--nonce requires --url/],
    [["--url", server.api, "--method", "G T"], /invalid --method/],
    [["--url", server.api, "--nonce", "a b"], /invalid --nonce/],
  ] as const) {
    const { code, stderr } = await home.run(["token", ...args]);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});
