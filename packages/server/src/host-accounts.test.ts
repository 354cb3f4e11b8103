import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { CheckPassword, PasswordContext } from "./identity/host-user-store.ts";
import { createRegrant } from "./regrant.ts";
import type { RegrantOptions } from "./regrant-options.ts";
import { form, ISSUER } from "./testing.ts";
import { CALLBACK, TestBrowser, TestRequest } from "./testing-browser.ts";

const ADA = { username: "ada", password: "correct horse battery staple" };
const ADDRESS = "203.0.113.7";

/** A host with accounts of its own, a client with every way to sign in, and the lines of its log. */
async function host(t: TestContext, accounts: CheckPassword, options: Partial<RegrantOptions> = {}) {
  const lines: [level: string, ...line: unknown[]][] = [];
  const write = (level: string) => (message: string, members: object) =>
    void lines.push([level, message, members]);
  const regrant = await createRegrant({
    issuer: ISSUER,
    database: "sqlite::memory:",
    signingAlgorithm: "EdDSA",
    clientAddress: () => ADDRESS,
    logger: { info: write("info"), warn: write("warn"), error: write("error") },
    accounts,
    ...options,
  });
  t.after(() => regrant.close());
  const client = await regrant.admin.clients.create({
    name: "Shop",
    grantTypes: ["password", "authorization_code", "refresh_token"],
    redirectUris: [CALLBACK],
    firstParty: true,
  });
  const { client_id: id, client_secret: secret = "" } = client;
  const credentials = { client_id: id, client_secret: secret };
  const password = async (given: Partial<typeof ADA> = {}) => {
    const body = form({ grant_type: "password", ...credentials, ...ADA, ...given });
    const response = await regrant.fetch(new Request(`${ISSUER}/oauth/token`, { method: "POST", body }));
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      body: (await response.json()) as Record<string, string>,
    };
  };
  const browser = new TestBrowser({ fetch: regrant.fetch, origin: ISSUER });
  return { regrant, password, browser, request: new TestRequest({ id, credentials }), id, lines };
}

const knowing: CheckPassword = async (username, password) =>
  username === ADA.username && password === ADA.password
    ? { subject: "customer-7", name: "Ada Lovelace" }
    : null;

test("a host's function checks passwords for the password grant and the sign-in page", async (t) => {
  const asked: [string, PasswordContext][] = [];
  const { regrant, password, browser, request, id } = await host(t, (username, given, context) => {
    asked.push([username, context]);
    return knowing(username, given, context);
  });
  const first = await password({ username: " ada " });
  assert.equal(first.status, 200);
  const wrong = await password({ password: "wrong" });
  assert.deepEqual([wrong.status, wrong.body["error"]], [400, "invalid_grant"]);

  const page = await browser.open(request.path());
  const again = await browser.submit(page, { ...ADA, password: "wrong" });
  assert.match(again.html, /The username or the password is wrong\./);
  request.codeOf(await browser.submit(again, ADA));
  const { items: grants } = await regrant.admin.grants.list({ subject: "customer-7" });
  assert.equal(grants.length, 1, "a code is no grant yet");
  for (const [username, { address, clientId, signal }] of asked)
    assert.deepEqual([username, address, clientId, signal.aborted], ["ada", ADDRESS, id, false]);
  assert.equal(asked.length, 4);
});

test("a subject alone is enough, and a function without a promise", async (t) => {
  const { password, regrant } = await host(t, (username) => (username === "ada" ? "42" : undefined));
  assert.equal((await password()).status, 200);
  assert.equal((await password({ username: "bob" })).status, 400);
  assert.equal((await regrant.admin.grants.list({ subject: "42" })).items.length, 1);
});

test("what is no answer is an outage to a program and to a person, never a wrong password", async (t) => {
  const oddities: [detail: string, accounts: CheckPassword][] = [
    ["threw", () => Promise.reject(new Error("the database is down"))],
    [
      "threw",
      () => {
        throw new Error("the database is down");
      },
    ],
    ["malformed", (() => true) as unknown as CheckPassword],
    ["malformed", () => ""],
    ["malformed", () => ({ subject: "x".repeat(256) })],
    ["malformed", () => ({ subject: "42", name: "A\nda" })],
  ];
  let accounts: CheckPassword = knowing;
  const { password, browser, request, lines } = await host(t, (...asked) => accounts(...asked));
  for (const [detail, odd] of oddities) {
    accounts = odd;
    const { status, retryAfter, body } = await password();
    assert.deepEqual([status, body["error"], retryAfter], [503, "temporarily_unavailable", "5"]);
    const [level, message, members] = lines.at(-1) ?? [];
    assert.deepEqual([level, message, (members as { detail: string }).detail], ["error", "failed", detail]);
    accounts = knowing;
    assert.equal((await password()).status, 200);
  }
  const page = await browser.open(request.path());
  accounts = oddities[0]?.[1] ?? accounts;
  const shown = await browser.submit(page, ADA);
  assert.match(shown.html, /We cannot check your password right now\. Your account is fine/);
  const log = JSON.stringify(lines);
  assert.match(log, /the database is down/);
  assert.ok(!log.includes(ADA.password));
});

test("a function that hangs is given up after accountsTimeout, and its signal aborts", async (t) => {
  let signal: AbortSignal | undefined;
  const hanging: CheckPassword = (_username, _password, context) => {
    ({ signal } = context);
    return new Promise(() => {});
  };
  const { password, lines } = await host(t, hanging, { accountsTimeout: 1 });
  const { status } = await password();
  assert.deepEqual([status, signal?.aborted], [503, true]);
  assert.match(JSON.stringify(lines.at(-1)), /"detail":"timeout"/);
});

test("guesses are throttled as those of Regrant's accounts are, and the function is spared", async (t) => {
  let calls = 0;
  const { password } = await host(t, () => {
    calls += 1;
    return null;
  });
  const statuses: number[] = [];
  while (statuses.at(-1) !== 429 && statuses.length < 50)
    statuses.push((await password({ password: "guess" })).status);
  assert.equal(statuses.at(-1), 429, statuses.join());
  assert.equal(calls, statuses.length - 1);
});

test("a start with options that contradict each other or are of another kind says so", async () => {
  const refused = (options: object) =>
    createRegrant({ issuer: ISSUER, database: "sqlite::memory:", ...options }).then(
      () => assert.fail("it started"),
      (error: { violations?: unknown }) => error.violations,
    );
  const accountsSecret = Buffer.alloc(32, 7).toString("base64");
  assert.deepEqual(
    await refused({ accounts: knowing, accountsUrl: "https://accounts.example/check", accountsSecret }),
    ["accounts: must not be set together with accountsUrl"],
  );
  assert.deepEqual(await refused({ accounts: {}, onEvent: 1, now: 7, logger: { info() {} } }), [
    "accounts: must be a function",
    "now: must be a function",
    "onEvent: must be a function",
    "logger: must have the methods info, warn and error",
  ]);
});
