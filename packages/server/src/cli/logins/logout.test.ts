import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CLIENT, ForeignServer, Home } from "./testing.ts";

let server: ForeignServer;
before(async () => (server = await ForeignServer.start()));
after(() => server.close());

const revoked = () => server.received.filter(({ path }) => path === "/revoke").map(({ form }) => form);

test("logout revokes the refresh token, then the access token, and leaves no secret behind", async () => {
  const home = new Home();
  await home.login(server, "password", "--revocation-endpoint", `${server.url}/revoke`);
  const token = (await home.token()).trim();
  const refreshToken = (await home.store.get("default"))?.record.refreshToken;
  const { code, stdout, stderr } = await home.run(["logout"]);
  assert.deepEqual([code, stdout, stderr], [0, "", "default is logged out, and its tokens are revoked.\n"]);
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

test("logout says where the server could not be told, and where it names no place for that", async () => {
  const home = new Home();
  await home.login(server, "password", "--revocation-endpoint", "http://127.0.0.1:9/revoke");
  const untold = await home.run(["logout"]);
  assert.equal(untold.code, 1);
  assert.match(
    untold.stderr,
    /^regrant: default is logged out here, but its tokens are not revoked: .*\n {2}hint: /,
  );
  assert.equal(existsSync(join(home.home, "logins/default.json")), false);
  await home.login(server, "password");
  const nowhere = await home.run(["logout"]);
  assert.equal(nowhere.code, 0);
  assert.match(nowhere.stderr, /names no place to revoke: the tokens end by themselves\.\n$/);
});

test("logout --all ends every login, and one that makes trouble does not keep the others", async () => {
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
  assert.match(stderr, /^regrant: a is logged out here, but[^]*^b is logged out here\./m);
  assert.deepEqual(readdirSync(join(home.home, "logins")), []);
  const both = await home.run(["logout", "--all", "--account", "a"]);
  assert.equal(both.code, 2);
  const nobody = await home.run(["logout"]);
  assert.deepEqual([nobody.code, nobody.stdout], [1, ""]);
});
