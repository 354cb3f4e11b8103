import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CLIENT, ThirdPartyServer, Home, USER } from "./testing.ts";

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());

const METADATA = "/.well-known/oauth-authorization-server";

/** The flags of a login with client credentials, except the server. */
const credentials = ["--client-id", CLIENT.id, "--grant", "client_credentials", "--secrets-stdin"];

function filesOf(home: Home): string[] {
  const names = readdirSync(home.home, { recursive: true, encoding: "utf8" });
  return names.map((name) => join(home.home, name));
}

test("a password gets tokens and is not stored; secrets and tokens are in files that only their owner may read", async () => {
  const home = new Home();
  await home.login(server, "password");
  const files = filesOf(home).filter((path) => statSync(path).isFile());
  assert.ok(files.some((path) => readFileSync(path, "utf8").includes(CLIENT.secret)));
  assert.ok(files.some((path) => readFileSync(path, "utf8").includes("refresh-")));
  assert.ok(files.every((path) => !readFileSync(path, "utf8").includes(USER.password.trim())));
  const open = filesOf(home).filter((path) => (statSync(path).mode & 0o077) !== 0);
  assert.deepEqual(process.platform === "win32" ? [] : open, []);
});

test("an issuer's metadata provides the endpoints and the client authentication", async () => {
  const home = new Home();
  server.documents.set(METADATA, {
    issuer: server.url,
    token_endpoint: server.tokenEndpoint,
    revocation_endpoint: `${server.url}/revoke`,
    token_endpoint_auth_methods_supported: ["private_key_jwt", "client_secret_post"],
  });
  const args = ["login", "--issuer", `${server.url}/`, ...credentials, "--scope", "read", "--json"];
  const { code, stdout, stderr } = await home.run(args, { input: CLIENT.secret });
  assert.deepEqual([code, stderr], [0, "Logged in: npx regrant token --account default\n"]);
  const { expires_at: _, ...about } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(about, {
    account: "default",
    token_endpoint: server.tokenEndpoint,
    client_id: CLIENT.id,
    grant: "client_credentials",
    scope: "read",
  });
  const stored = JSON.parse(readFileSync(join(home.home, "logins/default.json"), "utf8")) as object;
  assert.deepEqual(stored, {
    schema: 1,
    grant: "client_credentials",
    tokenEndpoint: server.tokenEndpoint,
    clientId: CLIENT.id,
    clientAuth: "post",
    clientSecret: CLIENT.secret,
    issuer: server.url,
    revocationEndpoint: `${server.url}/revoke`,
    scope: "read",
  });
});

test("metadata of another issuer, or with an endpoint without https, is refused", async () => {
  const home = new Home();
  const faulty: [object, RegExp][] = [
    [
      { issuer: "https://other.example", token_endpoint: server.tokenEndpoint },
      /issuer mismatch: .* names https:\/\/other/,
    ],
    [
      { issuer: server.url, token_endpoint: "http://auth.example/token" },
      /invalid token_endpoint in the server's metadata: it must be https/,
    ],
    [{ issuer: server.url }, /the metadata of \S+ has no token_endpoint/],
  ];
  for (const [metadata, message] of faulty) {
    server.documents.set(METADATA, metadata);
    const { code, stderr } = await home.run(["login", "--issuer", server.url, ...credentials], {
      input: "x",
    });
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
  server.documents.clear();
  const { code, stderr } = await home.run(["login", "--issuer", server.url, ...credentials], { input: "x" });
  assert.equal(code, 2);
  assert.match(stderr, /has no authorization server metadata \(RFC 8414\)\n {2}hint: pass --token-endpoint/);
});

test("a refresh token from elsewhere is spent once, and its successor stored, or itself if the response has none", async () => {
  const home = new Home();
  const args = ["login", "--token-endpoint", server.tokenEndpoint, "--client-id", CLIENT.id];
  const useRefreshToken = async (token: string) =>
    home.run([...args, "--grant", "refresh_token", "--secrets-stdin"], {
      input: `${CLIENT.secret}\r\n${token}\r\n`,
    });
  const token = server.issue();
  assert.equal((await useRefreshToken(token)).code, 0);
  assert.notEqual((await home.store.get("default"))?.record.refreshToken, token);
  await home.expire();
  assert.match(await home.token(), /^access-/);

  const again = await useRefreshToken(token);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /rejected the refresh token/);
  assert.match(await home.token(), /^access-/);

  server.script({ status: 200, body: { access_token: "a", expires_in: 60 } });
  assert.equal((await useRefreshToken("steady")).code, 0);
  assert.equal((await home.store.get("default"))?.record.refreshToken, "steady");
});

test("an ended session is renewed with its name and its password alone", async () => {
  const home = new Home();
  await home.login(server, "password", "--account", "shop");
  await home.change("shop", { refreshToken: "spent", expiresAt: 1 });
  assert.equal((await home.run(["token", "--account", "shop"])).code, 1);
  const again = ["login", "--account", "shop", "--secrets-stdin"];
  const { code, stderr } = await home.run(again, { input: USER.password });
  assert.deepEqual([code, stderr], [0, "Logged in again: npx regrant token --account shop\n"]);
  assert.match(await home.token("--account", "shop"), /^access-/);

  await home.login(server, "client_credentials", "--account", "bank");
  const wrong = await home.run(["login", "--account", "bank", "--secrets-stdin"], { input: "wrong" });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /invalid_client/);
  assert.match(await home.token("--account", "bank", "--force"), /^access-/);
});

test("a refusal by the server is reported with a hint, and an earlier login is kept", async () => {
  const home = new Home();
  await home.login(server, "password");
  const token = await home.token();
  const about = [
    "login",
    "--token-endpoint",
    server.tokenEndpoint,
    "--client-id",
    CLIENT.id,
    "--secrets-stdin",
  ];
  const person = [...about, "--grant", "password", "--username", USER.name];
  const [wrongPassword, wrongSecret] = await Promise.all([
    home.run(person, { input: `${CLIENT.secret}\nwrong\n` }),
    home.run(person, { input: `wrong\n${USER.password}\n` }),
  ]);
  assert.equal(wrongPassword.code, 1);
  assert.match(
    wrongPassword.stderr,
    /^regrant: the server rejected the username or the password \(invalid_grant: Wrong \P{Cc}*credentials\P{Cc}*\)\n/u,
  );
  assert.equal(wrongSecret.code, 2);
  assert.match(wrongSecret.stderr, /invalid_client\n {2}hint: check --client-id/);
  server.script({ status: 502, body: "<html>" });
  const gateway = await home.run([...about, "--grant", "client_credentials"], { input: CLIENT.secret });
  assert.equal(gateway.code, 75);
  assert.match(gateway.stderr, /HTTP 502\n {2}hint: check that this is the token endpoint/);
  assert.equal(await home.token(), token);
});

test("no request is sent and no secret read before all options are valid", async () => {
  const home = new Home();
  const wrong: [string[], RegExp][] = [
    [[], /missing options: --issuer or --token-endpoint, --client-id, --grant\n/],
    [
      ["--token-endpoint", "https://a.example", "--client-id", "x", "--grant", "password"],
      /missing options: --username\n/,
    ],
    [
      ["--token-endpoint", "http://a.example/token"],
      /--token-endpoint must be https \(http only on loopback addresses\)\n  hint: .*--allow-http/,
    ],
    [
      ["--token-endpoint", "https://u:p@a.example/token"],
      /--token-endpoint must not contain a username or a password\n$/,
    ],
    [["--issuer", "auth.example.com", ...credentials], /--issuer must be an absolute URL/],
    [["--grant", "implicit"], /Allowed choices are password, client_credentials, refresh_token/],
    [
      ["--token-endpoint", "https://a.example", ...credentials, "--client-auth", "none"],
      /--grant client_credentials requires a client secret/,
    ],
  ];
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await home.run(["login", ...args]);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, message);
  }
});

test("without a terminal the error says what to pipe in, and in which order", async () => {
  const home = new Home();
  const about = ["login", "--token-endpoint", server.tokenEndpoint, "--client-id", CLIENT.id];
  const args = [...about, "--grant", "password", "--username", USER.name];
  const blind = await home.run(args);
  assert.equal(blind.code, 2);
  assert.equal(
    blind.stderr,
    "regrant: cannot prompt for the client secret and the password: standard input is not a terminal\n" +
      "  hint: pass --secrets-stdin and pipe in 2 lines: the client secret, then the password\n",
  );
  for (const [input, found] of [
    ["", "nothing"],
    ["one\n", "1 line"],
    ["one\n\n", "2 lines"],
    ["one\ntwo\nthree\n", "3 lines"],
  ] as const) {
    const { code, stderr } = await home.run([...args, "--secrets-stdin"], { input });
    assert.equal(code, 2);
    const message = "standard input must contain 2 lines: the client secret, then the password; it contains";
    assert.equal(stderr, `regrant: ${message} ${found}\n`);
  }
  const endless = await home.run([...args, "--secrets-stdin"], { input: "x".repeat(100_000) });
  assert.deepEqual([endless.code, endless.stderr], [2, "regrant: standard input is longer than 64 KiB\n"]);
});

test("a file that is damaged, newer or readable by others is reported with what mends it, and not changed", async () => {
  const home = new Home();
  const file = join(home.home, "logins/default.json");
  mkdirSync(join(home.home, "logins"), { recursive: true });
  const mend =
    "npx regrant login --account default, with the options of a new login, replaces it; npx regrant logout";
  const faulty: [string, number, RegExp, string][] = [
    ["{", 0o600, /default\.json is damaged and was not changed: not a JSON object\n/, mend],
    ["", 0o600, /is damaged and was not changed: not a JSON object\n/, mend],
    ['{"schema":1,"grant":"password"}', 0o600, /is damaged and was not changed: invalid clientAuth/, mend],
    ['{"schema":2}', 0o600, /was written by a newer version of regrant/, mend],
    ["x".repeat(70_000), 0o600, /is damaged and was not changed: regrant did not write it/, mend],
    ['{"schema":1}', 0o644, /contains secrets and is readable by other users\n/, "chmod 600 "],
  ];
  for (const [text, mode, message, hint] of faulty) {
    writeFileSync(file, text);
    chmodSync(file, mode);
    const other = ["login", "--token-endpoint", server.tokenEndpoint, ...credentials];
    for (const command of [
      ["token"],
      ["token", "--status"],
      ["login"],
      ...(mode === 0o644 ? [other, ["logout"]] : []),
    ]) {
      const { code, stderr } = await home.run(command, { input: CLIENT.secret });
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.ok(stderr.includes(`hint: ${hint}`) || stderr.includes(hint), stderr);
    }
    assert.equal(readFileSync(file, "utf8"), text);
  }
});

test("a damaged record of tokens is reported, and replaced by a login or a logout", async () => {
  const home = new Home();
  await home.login(server, "password");
  const damage = () => {
    const [record = ""] = filesOf(home).filter((path) => /tokens.*\.json$/.test(path));
    writeFileSync(record, "{");
    return record;
  };
  const record = damage();
  const { code, stdout, stderr } = await home.run(["token"]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^regrant: cannot access the tokens of default: The stored session is damaged/);
  assert.equal(readFileSync(record, "utf8"), "{");
  await home.login(server, "password");
  assert.match(await home.token(), /^access-/);
  damage();
  assert.equal((await home.run(["logout"])).code, 1, "nothing could be revoked");
  assert.equal((await home.run(["token"])).code, 1);
});

test("logins lists the logins and their state, and sends no request", async () => {
  const home = new Home();
  const nothing = await home.run(["logins"]);
  assert.deepEqual([nothing.code, nothing.stdout], [0, ""]);
  await home.login(server, "password", "--account", "shop");
  await home.login(server, "client_credentials", "--account", "bank");
  await home.expire("bank");
  writeFileSync(join(home.home, "logins/old.json"), "{", { mode: 0o600 });
  const before = server.received.length;
  const { code, stdout, stderr } = await home.run(["logins"]);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^ACCOUNT +CLIENT +TOKEN ENDPOINT +GRANT +STATE +EXPIRES +ENDS IF UNUSED +ENDS AT THE LATEST\n/,
  );
  assert.match(stdout, /^bank +7 +http:\S+ +client_credentials +stale +\d{4}-\S+ +- +-$/m);
  assert.match(stdout, /^old +- +- +- +damaged +- +- +-$/m);
  assert.match(stdout, /^shop +7 +http:\S+ +password +fresh +\d{4}-\S+ +- +-$/m);
  assert.match(stderr, /^old: .*is damaged/);
  const rows = await home.json(["logins"]);
  assert.deepEqual(
    rows.map(({ account, state, username }) => [account, state, username]),
    [
      ["bank", "stale", null],
      ["old", "damaged", null],
      ["shop", "fresh", USER.name],
    ],
  );
  assert.equal(server.received.length, before);
});
