import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CLIENT, Home, ThirdPartyServer, USER } from "./testing.ts";

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());

const credentials = () => [
  "login",
  "--token-endpoint",
  server.tokenEndpoint,
  "--client-id",
  CLIENT.id,
  "--grant",
  "client_credentials",
  "--secrets-stdin",
];

const DAMAGED: Record<string, string> = {
  "cut JSON": '{"schema":1,"grant":"pass',
  "an empty file": "",
  null: "null",
  "an array": "[]",
  "a text": '"hello"',
  "members of wrong types":
    '{"schema":1,"grant":"password","tokenEndpoint":7,"clientId":[],"clientAuth":"post"}',
  "an endpoint that is no URL":
    '{"schema":1,"grant":"password","tokenEndpoint":"nowhere","clientId":"7","clientAuth":"post"}',
  "http without --allow-http":
    '{"schema":1,"grant":"password","tokenEndpoint":"http://a.example/","clientId":"7","clientAuth":"post"}',
  "a newer schema": '{"schema":2}',
  "NUL bytes": "\0".repeat(300),
  "a large file": "x".repeat(70_000),
};

for (const [what, text] of Object.entries(DAMAGED)) {
  test(`a login file with ${what}: login replaces it and keeps it aside, logout removes it, others are listed`, async () => {
    const home = new Home();
    await home.login(server, "client_credentials", "--account", "other");
    const file = join(home.home, "logins/default.json");
    writeFileSync(file, text, { mode: 0o600 });
    const listed = await home.run(["logins"]);
    assert.match(listed.stdout, /^default .* damaged [^]*^other .* fresh /m);
    assert.match(
      listed.stderr,
      /^default: \S+default\.json [^]*^ {2}hint: .*npx regrant login --account default/m,
    );

    const { code, stderr } = await home.run(credentials(), { input: CLIENT.secret });
    assert.equal(code, 0, stderr);
    const [, aside = ""] = /^The damaged file is now (\S+)$/m.exec(stderr) ?? [];
    assert.equal(readFileSync(aside, "utf8"), text);
    assert.equal(statSync(aside).mode & 0o077, 0);
    assert.match(await home.token(), /^access-/);
    assert.deepEqual(
      (await home.json(["logins"])).map(({ account }) => account),
      ["default", "other"],
    );

    writeFileSync(file, text);
    const out = await home.run(["logout"]);
    assert.equal(out.code, 1);
    assert.match(
      out.stderr,
      /^regrant: removed default, whose file was damaged: nothing could be revoked\n {2}hint: /,
    );
    assert.deepEqual(readdirSync(join(home.home, "logins")), ["other.json"]);
    assert.equal((await home.store.get("default"))?.record.accessToken, undefined);
  });
}

test("a folder in the place of a login's file is set aside by a login, and does not stop the logout", async () => {
  const home = new Home();
  mkdirSync(join(home.home, "logins/default.json"), { recursive: true });
  const { code, stderr } = await home.run(credentials(), { input: CLIENT.secret });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^The damaged file is now /m);
  assert.match(await home.token(), /^access-/);
  assert.equal((await home.run(["logout"])).code, 0);
  assert.equal((await home.run(["logout"])).code, 1);
});

test("a login that fails leaves a damaged file as it was", async () => {
  const home = new Home();
  await home.login(server, "client_credentials");
  const file = join(home.home, "logins/default.json");
  writeFileSync(file, "{");
  assert.equal((await home.run(credentials(), { input: "wrong" })).code, 2);
  assert.deepEqual(readdirSync(join(home.home, "logins")), ["default.json"]);
  assert.equal(readFileSync(file, "utf8"), "{");
});

test("logout --all removes damaged logins and the others", async () => {
  const home = new Home();
  await home.login(server, "client_credentials", "--account", "b");
  writeFileSync(join(home.home, "logins/a.json"), "{", { mode: 0o600 });
  const { code, stderr } = await home.run(["logout", "--all"]);
  assert.equal(code, 1);
  assert.match(stderr, /removed a, whose file was damaged[^]*Logged out b locally/);
  assert.deepEqual(readdirSync(join(home.home, "logins")), []);
});

const TOKENS: Record<string, (record: string) => void> = {
  "cut JSON": (record) => writeFileSync(record, readFileSync(record, "utf8").slice(0, 90)),
  "an empty file": (record) => writeFileSync(record, ""),
  "a text": (record) => writeFileSync(record, '"hello"'),
  null: (record) => writeFileSync(record, "null"),
  "a newer schema": (record) => writeFileSync(record, '{"schema":2}'),
  "no record": (record) => rmSync(record),
};

for (const [what, damage] of Object.entries(TOKENS)) {
  test(`tokens with ${what}: the damage and its cure are told, login replaces them and logout removes them`, async () => {
    const home = new Home();
    await home.login(server, "password", "--account", "other");
    const folder = join(home.home, "tokens/default");
    const damageTokens = async () => {
      await home.login(server, "password");
      const [name = ""] = readdirSync(folder).filter((name) => name.endsWith(".json"));
      damage(join(folder, name));
    };
    await damageTokens();
    const before = server.received.length;
    for (const command of [["token"], ["token", "--status"], ["token", "--force"]]) {
      const { code, stdout, stderr } = await home.run(command);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(
        stderr,
        /^regrant: cannot access the tokens of default: .*damaged[^]*hint: npx regrant login --account default /,
      );
    }
    const listed = await home.run(["logins"]);
    assert.match(listed.stdout, /^default .* damaged [^]*^other .* fresh /m);
    assert.match(listed.stderr, /^default: .*damaged[^]*hint: npx regrant login --account default /);
    assert.equal(server.received.length, before, "nothing is sent");

    const again = await home.run(["login", "--secrets-stdin"], { input: USER.password });
    assert.deepEqual(
      [again.code, again.stderr],
      [0, "Logged in again: npx regrant token --account default\n"],
    );
    assert.match(await home.token(), /^access-/);

    await damageTokens();
    const out = await home.run(["logout"]);
    assert.equal(out.code, 1);
    assert.match(
      out.stderr,
      /^regrant: removed default, whose tokens were damaged: nothing could be revoked\n/,
    );
    assert.equal((await home.run(["token"])).code, 1);
    await home.login(server, "password");
    assert.match(await home.token(), /^access-/);
  });
}

test("a symbolic link in the place of the tokens is refused before anything is sent", async () => {
  const home = new Home();
  await home.login(server, "password", "--account", "other");
  symlinkSync(join(home.home, "tokens/other"), join(home.home, "tokens/default"));
  const before = server.received.length;
  const { code, stderr } = await home.run(credentials(), { input: CLIENT.secret });
  assert.equal(code, 2);
  assert.match(stderr, /not a folder\n {2}hint: nothing was sent to the server; /);
  assert.equal(server.received.length, before);
});
