import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Home, ThirdPartyServer } from "./testing.ts";

/** A Regrant server, and a user's commands in other processes. */
const home = new Home();
let address = "";
let stop = async () => {};
let client: Record<string, unknown> = {};

before(async () => {
  const types = ["--grant-type", "refresh_token", "--grant-type", "password"];
  client = await home.one(["client", "create", "--name", "Scripts", ...types]);
  const account = ["account", "create", "--username", "ada", "--password-stdin"];
  assert.equal((await home.run(account, { input: "a pass phrase" })).code, 0);
  const service = await home.serve();
  address = service.address;
  stop = async () => {
    service.child.kill("SIGTERM");
    await service.finished;
  };
});
after(() => stop());

async function login(): Promise<void> {
  const about = ["--issuer", address, "--client-id", String(client["client_id"]), "--account", "shop"];
  const input = `${String(client["client_secret"])}\na pass phrase\n`;
  const args = ["login", ...about, "--grant", "password", "--username", "ada", "--secrets-stdin"];
  const { code, stderr } = await home.run(args, { input });
  assert.equal(code, 0, stderr);
}

const why = (...more: string[]) => home.run(["token", "--account", "shop", "--why", ...more]);
const kept = () => join(home.home, "logins", "shop.why");

test("a refused refresh says why, --why repeats it, and a new login forgets it", async () => {
  await login();
  const active = await why();
  assert.equal(active.code, 0, active.stderr);
  assert.match(
    active.stdout,
    /^The session is active: .*\nThis is the newest token .*\nRefresh with it, .*\n$/,
  );

  const [grant] = await home.json(["grant", "list"]);
  assert.equal((await home.run(["grant", "revoke", String(grant?.["grant_id"])])).code, 0);
  await home.expire("shop");
  const refused = await home.run(["token", "--account", "shop"]);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^regrant: the session shop has ended: .*\n {2}The provider revoked the session at .* UTC\.\n {2}Sign in again\.\n {2}hint: log in again/,
  );
  const repeated = await why();
  assert.deepEqual([repeated.code, repeated.stderr], [0, ""]);
  assert.match(repeated.stdout, /^The provider revoked the session at .* UTC\.\nSign in again\.\n$/);
  const json = JSON.parse((await why("--json")).stdout) as Record<string, unknown>;
  assert.deepEqual(
    [json["account"], json["state"], json["reason"]],
    ["shop", "revoked", "revoked_by_operator"],
  );
  assert.doesNotMatch(readFileSync(kept(), "utf8"), /rgr_/);

  await login();
  assert.equal(existsSync(kept()), false);
  assert.match((await why()).stdout, /^The session is active/);
  assert.equal((await home.run(["logout", "--account", "shop"])).code, 0);
  assert.equal((await why()).code, 1);
});

test("a server that explains nothing is said to, and a refused refresh asks it nothing", async (t) => {
  const server = await ThirdPartyServer.start();
  t.after(() => server.close());
  const other = new Home();
  await other.login(server, "password");
  const asked = await other.run(["token", "--why"]);
  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /^regrant: the server does not explain its refresh tokens\n/);
  await other.change("default", { refreshToken: "spent", expiresAt: 1 });
  const before = server.received.length;
  const refused = await other.run(["token"]);
  assert.deepEqual([refused.code, server.received.length], [1, before + 1]);
  assert.match(
    (await other.run(["token", "--why"])).stderr,
    /no refresh token, and no explanation of a refused one/,
  );
});

test("an endpoint at another origin gets neither the token nor the client's secret", async (t) => {
  const [server, other] = [await ThirdPartyServer.start(), await ThirdPartyServer.start()];
  t.after(() => Promise.all([server.close(), other.close()]));
  server.documents.set("/.well-known/oauth-authorization-server", {
    issuer: server.url,
    token_endpoint: server.tokenEndpoint,
    explanation_endpoint: `${other.url}/oauth/explain`,
  });
  const user = new Home();
  await user.login(server, "password", "--issuer", server.url);
  assert.equal((await user.run(["token", "--why"])).code, 2);
  assert.deepEqual(other.received, []);
  assert.ok(server.received.every(({ form }) => form["token"] === undefined));
});
