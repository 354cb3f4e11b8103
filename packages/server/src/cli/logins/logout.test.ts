import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CLIENT, ThirdPartyServer, Home } from "./testing.ts";

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());

const revoked = () => server.received.filter(({ path }) => path === "/revoke").map(({ form }) => form);

test("logout revokes the refresh token, then the access token, and leaves no secret behind", async () => {
  const home = new Home();
  await home.login(server, "password", "--revocation-endpoint", `${server.url}/revoke`);
  const token = (await home.token()).trim();
  const refreshToken = (await home.store.get("default"))?.record.refreshToken;
  const { code, stdout, stderr } = await home.run(["logout"]);
  assert.deepEqual([code, stdout, stderr], [0, "", "Logged out default and revoked its tokens.\n"]);
  const client = { client_id: CLIENT.id, client_secret: CLIENT.secret };
  assert.deepEqual(revoked(), [
    { token: refreshToken, token_type_hint: "refresh_token", ...client },
    { token, token_type_hint: "access_token", ...client },
  ]);
  const files = readdirSync(home.home, { recursive: true, encoding: "utf8" })
    .map((name) => join(home.home, name))
    .filter((path) => statSync(path).isFile());
  const secrets = new RegExp(`${token}|${refreshToken}|${CLIENT.secret}`);
  assert.deepEqual(
    files.filter((path) => secrets.test(readFileSync(path, "utf8"))),
    [],
  );
  assert.equal((await home.run(["token"])).code, 1);
  await home.login(server, "password");
  assert.match(await home.token(), /^access-/);
});

test("logout reports a failed revocation and a missing revocation endpoint", async () => {
  const home = new Home();
  await home.login(server, "password", "--revocation-endpoint", "http://127.0.0.1:9/revoke");
  const untold = await home.run(["logout"]);
  assert.equal(untold.code, 1);
  assert.match(
    untold.stderr,
    /^regrant: default is logged out locally, but its tokens were not revoked: .*\n {2}hint: /,
  );
  assert.equal(existsSync(join(home.home, "logins/default.json")), false);
  await home.login(server, "password");
  const nowhere = await home.run(["logout"]);
  assert.equal(nowhere.code, 0);
  assert.match(
    nowhere.stderr,
    /No revocation endpoint is known: the tokens stay valid until they expire\.\n$/,
  );
});

test("logout --all logs out of every login, whether or not one of them fails", async () => {
  const home = new Home();
  await home.login(
    server,
    "password",
    "--account",
    "a",
    "--revocation-endpoint",
    "http://127.0.0.1:9/revoke",
  );
  await home.login(server, "password", "--account", "b");
  const { code, stderr } = await home.run(["logout", "--all"], { env: { REGRANT_ACCOUNT: "b" } });
  assert.equal(code, 1);
  assert.match(stderr, /^regrant: a is logged out locally, but[^]*^Logged out b locally\./m);
  assert.deepEqual(readdirSync(join(home.home, "logins")), []);
  const both = await home.run(["logout", "--all", "--account", "a"]);
  assert.equal(both.code, 2);
  const withoutLogin = await home.run(["logout"]);
  assert.deepEqual([withoutLogin.code, withoutLogin.stdout], [1, ""]);
});
