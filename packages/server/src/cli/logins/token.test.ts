import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CLIENT, ThirdPartyServer, Home } from "./testing.ts";

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());

/** The output of ten concurrent processes. */
function tenAtOnce(home: Home, ...args: string[]): Promise<string[]> {
  return Promise.all(Array.from({ length: 10 }, () => home.token(...args)));
}

test("token prints the token alone, and sends no request while it is valid", async () => {
  const home = new Home();
  await home.login(server, "password");
  const before = server.received.length;
  const token = await home.token();
  assert.match(token, /^access-\d+\n$/);
  assert.equal(await home.token("--header"), `Authorization: Bearer ${token}`);
  const { expires_at: expiresAt, ...json } = JSON.parse(await home.token("--json")) as Record<
    string,
    unknown
  >;
  assert.deepEqual(json, {
    access_token: token.trimEnd(),
    token_type: "Bearer",
    scope: null,
    account: "default",
    refresh_token_expires_at: null,
    authorization_expires_at: null,
  });
  const left = Date.parse(String(expiresAt)) - Date.now();
  assert.ok(left > 3_500_000 && left <= 3_601_000, `${left} ms left`);
  assert.equal(server.received.length, before);
});

test("of ten processes with an expired token one refreshes, and all print the new one", async () => {
  const home = new Home();
  await home.login(server, "password");
  const first = await home.token();
  await home.expire();
  const before = server.tokenRequests("refresh_token").length;
  const tokens = new Set(await tenAtOnce(home));
  assert.equal(tokens.size, 1);
  assert.equal(tokens.has(first), false);
  assert.equal(server.tokenRequests("refresh_token").length, before + 1);
});

test("of ten processes with an expired client credentials token one requests the next", async () => {
  const home = new Home();
  await home.login(server, "client_credentials", "--scope", "read write");
  await home.expire();
  const before = server.tokenRequests("client_credentials").length;
  assert.equal(new Set(await tenAtOnce(home)).size, 1);
  const requests = server.tokenRequests("client_credentials").slice(before);
  const { id: client_id, secret: client_secret } = CLIENT;
  assert.deepEqual(
    requests.map(({ form }) => form),
    [{ grant_type: "client_credentials", scope: "read write", client_id, client_secret }],
  );
});

test("ten processes that pass the same rejected token cause one refresh, and a late one gets its result", async () => {
  const home = new Home();
  await home.login(server, "password");
  const input = await home.token();
  const before = server.tokenRequests("refresh_token").length;
  const runs = await Promise.all(
    Array.from({ length: 10 }, () => home.run(["token", "--rejected"], { input })),
  );
  runs.push(await home.run(["token", "--rejected"], { input }));
  const printed = new Set(runs.map(({ stdout }) => stdout));
  assert.deepEqual([printed.size, printed.has(input)], [1, false]);
  assert.equal(server.tokenRequests("refresh_token").length, before + 1);
});

test("--force refreshes the token, and so does a --min-validity that it does not have", async () => {
  const home = new Home();
  await home.login(server, "password");
  const tokens = [await home.token(), await home.token("--force")];
  await home.change("default", {
    issuedAt: Date.now() - 2_700_000,
    expiresAt: Date.now() + 900_000,
  });
  tokens.push(await home.token("--min-validity", "800"), await home.token("--min-validity", "1000"));
  assert.equal(new Set(tokens).size, 3);
  assert.equal(tokens[1], tokens[2]);
});

test("--account names the login, and REGRANT_ACCOUNT its default", async () => {
  const home = new Home();
  await home.login(server, "password", "--account", "shop");
  await home.login(server, "password", "--account", "bank");
  const shop = await home.token("--account", "shop");
  assert.notEqual(shop, await home.token("--account", "bank"));
  const named = await home.run(["token"], { env: { REGRANT_ACCOUNT: "shop" } });
  assert.equal(named.stdout, shop);
  const unnamed = await home.run(["token"]);
  assert.deepEqual([unnamed.code, unnamed.stdout], [1, ""]);
  assert.match(
    unnamed.stderr,
    /^regrant: login not found: default\n {2}hint: run npx regrant login --account default/,
  );
});

test("an unavailable server is 75, try again, and the session is kept", async () => {
  const home = new Home();
  await home.login(server, "password");
  await home.expire();
  server.script({ status: 429, body: "Out for lunch", headers: { "retry-after": "40" } });
  const failed = await home.run(["token"]);
  assert.deepEqual([failed.code, failed.stdout], [75, ""]);
  assert.match(
    failed.stderr,
    /^regrant: default: http:\S+: No token available: HTTP 429 \(Out for lunch\)\n {2}hint: the session is kept: try again in (40|3\d) s/,
  );
  const before = server.received.length;
  const cooling = await home.run(["token"]);
  assert.deepEqual([cooling.code, server.received.length], [75, before], cooling.stderr);
});

test("a rejected refresh token ends the session, 1, and a refused client does not, 2", async () => {
  const home = new Home();
  await home.login(server, "password");
  await home.expire();
  server.script({ status: 401, body: { error: "invalid_client", error_description: "gone" } });
  const refused = await home.run(["token"]);
  assert.deepEqual([refused.code, refused.stdout], [2, ""]);
  assert.match(
    refused.stderr,
    /invalid_client \(gone\)\n {2}hint: the session is kept; to change the client or its secret, run npx regrant login/,
  );

  const other = new Home();
  await other.login(server, "password");
  await other.change("default", { refreshToken: "spent", expiresAt: 1 });
  const over = await other.run(["token"]);
  assert.deepEqual([over.code, over.stdout], [1, ""]);
  const message =
    "regrant: the session default has ended: the server rejected its refresh token (invalid_grant)\n  hint: log in again: ";
  assert.ok(over.stderr.startsWith(message), over.stderr);
});

test("a token is printed whatever its type is called, unless each use needs a proof", async () => {
  const home = new Home();
  const issue = async (type: unknown) => {
    const answer = { access_token: "a", expires_in: 3600, ...(type !== undefined && { token_type: type }) };
    server.script({ status: 200, body: answer });
    await home.login(server, "client_credentials");
    return home.run(["token", "--header"]);
  };
  for (const type of [
    "Bearer",
    "bearer",
    "BearerToken",
    "bot",
    "",
    null,
    undefined,
    7,
    "N_A",
    "MAC address",
  ]) {
    const { code, stdout, stderr } = await issue(type);
    assert.deepEqual([code, stdout, stderr], [0, "Authorization: Bearer a\n", ""], String(type));
  }
  for (const type of ["DPoP", "dpop", "MAC", "pop", "PoP"]) {
    const { code, stdout, stderr } = await issue(type);
    assert.deepEqual([code, stdout], [2, ""], type);
    assert.match(stderr, new RegExp(`unsupported token type: ${type}\\n`));
  }
});

test("--min-validity of a token whose end is unknown is said to have no effect", async () => {
  const home = new Home();
  server.script({ status: 200, body: { access_token: "a" } });
  await home.login(server, "client_credentials");
  const { code, stdout, stderr } = await home.run(["token", "--min-validity", "600"]);
  assert.deepEqual([code, stdout], [0, "a\n"]);
  assert.match(stderr, /^The server does not say when the token expires: --min-validity has no effect\.\n$/);
  assert.equal(await home.token("--min-validity", "0"), "a\n");
});

test("a token whose lifetime is short of --min-validity is printed, and standard error says so", async () => {
  const home = new Home();
  server.script({ status: 200, body: { access_token: "a", expires_in: 60 } });
  await home.login(server, "client_credentials");
  const { code, stdout, stderr } = await home.run(["token", "--min-validity", "600"]);
  assert.deepEqual([code, stdout], [0, "a\n"]);
  assert.match(stderr, /^The token is valid for (1 min|5\d s), less than --min-validity 600: /);
  assert.equal((await home.run(["token", "--min-validity", "20"])).stderr, "");
});

/** What servers answer to a dead refresh token. */
const ENDINGS: Record<string, { status: number; body: object }> = {
  invalid_grant: {
    status: 400,
    body: { error: "invalid_grant", error_description: "Token is \u001b[2Jdead." },
  },
  "403 unauthorized_client": {
    status: 403,
    body: { error: "unauthorized_client", error_description: "refresh_token is invalid" },
  },
  interaction_required: {
    status: 400,
    body: { error: "interaction_required", error_description: "Sign in." },
  },
  login_required: { status: 400, body: { error: "login_required" } },
  "200 token_revoked": { status: 200, body: { ok: false, error: "token_revoked" } },
};

for (const [what, answer] of Object.entries(ENDINGS)) {
  test(`${what} for a refresh token ends the session, 1: log in again, with the server's words`, async () => {
    const home = new Home();
    await home.login(server, "password");
    await home.expire();
    server.script(answer);
    for (const args of [["token"], ["token"]]) {
      const { code, stdout, stderr } = await home.run(args);
      assert.deepEqual([code, stdout], [1, ""], stderr);
      assert.match(stderr, /^regrant: the session default has ended: the server rejected its refresh token/);
      assert.match(stderr, / {2}hint: log in again: npx regrant login --account default\n$/);
      const { error } = answer.body as { error: string };
      assert.ok(stderr.includes(error), stderr);
      assert.ok(!stderr.includes("\u001b"), stderr);
    }
  });
}

test("a refusal in unknown words is shown, with the way out if it stays", async (context) => {
  const refuses = await ThirdPartyServer.start();
  context.after(() => refuses.close());
  for (const [status, body, hint] of [
    [400, { message: "Bad Request" }, /try again[^;]*; if it stays so, log in again: npx regrant login/],
    [404, "<html>", /try again[^;]*; if it stays so, log in again: npx regrant login/],
    [403, "denied", /try again[^;]*; if it stays so, log in again: npx regrant login/],
    [503, "later", /try again[^;]*$/],
    [503, { error: "temporarily_unavailable" }, /try again[^;]*$/],
  ] as const) {
    const home = new Home();
    await home.login(refuses, "password");
    await home.expire();
    // A short pause is waited out.
    refuses.script({ status, body }, { status, body }, { status, body });
    const { code, stdout, stderr } = await home.run(["token"]);
    assert.deepEqual([code, stdout], [75, ""]);
    assert.match(stderr, new RegExp(`^regrant: default: .*HTTP ${status}`));
    assert.match(stderr, hint);
    refuses.forgetScript();
  }
});

test("wrong usage is an error, 2, that does not repeat a token", async () => {
  const home = new Home();
  await home.login(server, "password");
  const wrong: [string[], RegExp][] = [
    [
      ["token", "curl"],
      /^regrant: too many arguments\n {2}hint: to run a command: npx regrant token --exec -- COMMAND/,
    ],
    [["token", "--rejected", "t0ken"], /hint: pass the rejected token on standard input/],
    [["token", "--exec"], /^regrant: --exec requires a command after --/],
    [["token", "--rejected"], /^regrant: --rejected requires the rejected token on standard input/],
    [["token", "--env", "TOKEN"], /^regrant: --env requires --exec/],
    [["token", "--exec", "--env", "A-B", "--", "true"], /'A-B' is invalid\. It must be a variable name/],
    [["token", "--json", "--header"], /'--json' cannot be used with option '--header'/],
    [["token", "--account", "../shop"], /'\.\.\/shop' is invalid\. It must be 1 to 64 lowercase letters/],
  ];
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await home.run(args);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, message);
    assert.ok(!stderr.includes("t0ken"), "what may be a token is not repeated");
  }
});
