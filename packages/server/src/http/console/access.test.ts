import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { consoleDigest, createConsoleLink } from "../../admin/console-link.ts";
import { ISSUER, startService } from "../../testing.ts";
import type { TestService } from "../../testing.ts";
import { ACTIONS } from "./actions/table.ts";
import { DOWNLOADS } from "./events.ts";
import { PAGES } from "./pages.ts";
import { ConsoleBrowser, OLGA } from "./testing.ts";

const MINUTE = 60_000;
/** Every route that needs an operator. */
const ROUTES = [
  ...Object.keys({ ...DOWNLOADS, ...PAGES }).map((path) => ["GET", path.replace(":id", "1")] as const),
  ...["/search", "/explain", ...ACTIONS.map(({ path }) => path)].map((path) => ["POST", path] as const),
];

let t: TestService;
before(async () => {
  t = await startService({ admin: "on" });
  await t.account("ada", OLGA.password);
});
after(() => t.close());

/** An operator of this name, signed in. */
const signedIn = (username: string) => ConsoleBrowser.signedIn(t, { ...OLGA, username });

async function subjectOf(username: string): Promise<string> {
  return (await t.deps.store.accounts.findByUsername(username))?.subject ?? assert.fail();
}

async function lastEventId(): Promise<number | undefined> {
  return (await t.deps.store.events.list({}, 100_000)).at(-1)?.id;
}

/** Each has a cookie that looks like a session's, and none is an operator's. */
const STRANGERS: Readonly<Record<string, () => Promise<ConsoleBrowser>>> = {
  "without a session": async () => new ConsoleBrowser(t),
  "with the sign-in of a user's browser": async () => {
    const browser = await signedIn("user");
    // The sign-in of the pages, with the same value as the console's cookie.
    const value = browser.cookie?.split("=")[1] ?? "";
    await t.deps.store.signIns.end(consoleDigest("session", value));
    const { cookieDigest } = await import("../interaction/cookies.ts");
    const subject = await subjectOf("user");
    const signIn = { digest: cookieDigest(value), subject, name: "user", ttl: 3600, replaces: null };
    assert.equal((await t.deps.store.signIns.start(signIn)).outcome, "started");
    return browser;
  },
  "of an operator whose account was disabled": async () => {
    const browser = await signedIn("disabled");
    await t.deps.store.accounts.disable(await subjectOf("disabled"), "test");
    return browser;
  },
  "of an operator who lost the role": async () => {
    const browser = await signedIn("former");
    await t.deps.store.accounts.setRole(await subjectOf("former"), null, "test");
    return browser;
  },
  "of an operator whose password was changed": async () => {
    const browser = await signedIn("changed");
    await t.deps.store.accounts.setPasswordHash(await subjectOf("changed"), null, "test");
    return browser;
  },
  "of a session that is over": async () => {
    const browser = await signedIn("late");
    t.clock.at += 8 * 60 * MINUTE;
    return browser;
  },
};

for (const [name, request] of Object.entries(STRANGERS)) {
  test(`a browser ${name} gets no page and changes nothing, on every route`, async () => {
    const browser = await request();
    const before = await lastEventId();
    for (const [method, path] of ROUTES) {
      const { status, headers, text } =
        method === "GET" ? await browser.get(path) : await browser.post(path, { confirmed: "yes" });
      assert.equal(status, method === "GET" ? 303 : 403, `${method} ${path}`);
      assert.match(headers.get("location") ?? "/console/sign-in", /^\/console\/sign-in/, path);
      assert.doesNotMatch(text, /<nav/, path);
    }
    assert.equal(await lastEventId(), before);
  });
}

test("a session's cookie is of this host alone, strict and unreadable to scripts, and none of the pages' use", async () => {
  const browser = new ConsoleBrowser(t);
  const { headers } = await browser.get("/sign-in");
  const [cookie = ""] = headers.getSetCookie();
  assert.match(
    cookie,
    /^__Host-regrant-console-[0-9a-f]{8}=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
  );
  const before = browser.cookie;
  const signed = await ConsoleBrowser.signedIn(t);
  assert.notEqual(signed.cookie, before, "a session gets a value of its own");
  const value = signed.cookie?.split("=")[1] ?? "";
  const { SIGN_IN_COOKIE } = await import("../../testing-browser.ts");
  const page = await t.send("/oauth/sign-out", { headers: { cookie: `${SIGN_IN_COOKIE}=${value}` } });
  assert.doesNotMatch(page.text, /olga/);
});

test("a wrong password, an unknown account and an ordinary account look alike, and are throttled", async () => {
  const browser = new ConsoleBrowser(t);
  await browser.get("/sign-in");
  const tries = [
    { username: "olga", password: "wrong" },
    { username: "no one", password: OLGA.password },
    { username: "ada", password: OLGA.password },
  ];
  const bodies = new Set<string | undefined>();
  for (const attempt of tries) {
    const { text } = await browser.post("/sign-in", attempt);
    bodies.add(/role="alert">([^<]*)/.exec(text)?.[1]);
  }
  assert.deepEqual(
    [...bodies],
    ["The username or the password is wrong, or the account is not an operator."],
  );
  const causes = t.log.filter(({ msg }) => msg === "refused").map(({ cause }) => cause);
  assert.deepEqual(causes.slice(-3), ["wrong_password", "unknown_account", "not_operator"]);

  await signedIn("guessed");
  let status = 0;
  for (let i = 0; i < 30 && status !== 429; i += 1) {
    ({ status } = await browser.post("/sign-in", { username: "guessed", password: `wrong ${i}` }));
  }
  assert.equal(status, 429);
});

test("a form of another site, of another browser or without its token does nothing, on every route", async () => {
  const [browser, other] = [await signedIn("olga"), await signedIn("oscar")];
  await browser.get("");
  await other.get("");
  const before = await lastEventId();
  const posts = ROUTES.filter(([method]) => method === "POST").map(([, path]) => path);
  for (const path of [...posts, "/sign-out"]) {
    const fields = { confirmed: "yes" };
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "null", "sec-fetch-site": "cross-site" },
    ];
    for (const headers of foreign) {
      assert.equal((await browser.post(path, fields, headers)).status, 403, path);
    }
    const { token } = browser;
    const changed = (token.startsWith("A") ? "B" : "A") + token.slice(1);
    for (const form_token of [other.token, undefined, "x", changed]) {
      const { status } = await browser.post(path, { ...fields, form_token });
      assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
    }
    browser.token = token;
  }
  assert.equal(await lastEventId(), before);
  assert.equal((await browser.get("")).status, 200, "still signed in");
});

test("a one-time link works once, for ten minutes, and its code is in no log", async () => {
  await signedIn("linked");
  const { store } = t.deps;
  const use = async (code: string) => {
    const browser = new ConsoleBrowser(t);
    await browser.get("/link");
    const { status, headers } = await browser.post("/link", { code });
    return { status, to: headers.get("location"), browser };
  };
  const { code } = await createConsoleLink({ store }, "linked", "cli:root");
  const first = await use(code);
  assert.deepEqual([first.status, first.to], [303, "/console"]);
  assert.match((await first.browser.get("")).text, /linked/);
  assert.equal((await use(code)).status, 403);
  const second = await createConsoleLink({ store }, "linked", "cli:root");
  t.clock.at += 10 * MINUTE;
  assert.equal((await use(second.code)).status, 403);
  const third = await createConsoleLink({ store }, "linked", "cli:root");
  await store.accounts.setRole(await subjectOf("linked"), null, "test");
  assert.equal((await use(third.code)).status, 403);
  for (const each of [code, second.code, third.code]) assert.ok(!t.lines.join("").includes(each));
  await assert.rejects(createConsoleLink({ store }, "ada", "cli:root"), { code: "not_allowed" });
  const events = await store.events.list({ subject: await subjectOf("linked"), type: "operator" }, 10);
  assert.deepEqual(
    events.map(({ type, data }) => [type, data["actor"]]),
    [
      ["operator.signed_in", "operator:linked"],
      ["operator.link_created", "cli:root"],
      ["operator.signed_in", "operator:linked"],
      ["operator.link_created", "cli:root"],
      ["operator.link_created", "cli:root"],
    ],
  );
});

test("a session ends with its sign-out, and the browser comes back to the page that it asked for", async () => {
  const browser = await signedIn("olga");
  await browser.get("/keys");
  const { cookie } = browser;
  assert.equal((await browser.post("/sign-out", {})).status, 303);
  assert.equal(browser.cookie, undefined);
  const copy = new ConsoleBrowser(t);
  copy.cookie = cookie;
  const { headers } = await copy.get("/grants?state=revoked");
  const to = headers.get("location") ?? "";
  assert.equal(to, `/console/sign-in?to=${encodeURIComponent("/grants?state=revoked")}`);
  copy.cookie = undefined;
  await copy.get(to.slice("/console".length));
  const back = await copy.post("/sign-in", { ...OLGA, to: "/grants?state=revoked" });
  assert.equal(back.headers.get("location"), "/console/grants?state=revoked");
  for (const elsewhere of ["//evil.example", "https://evil.example", "/\\evil.example", "@evil.example"]) {
    const fresh = new ConsoleBrowser(t);
    await fresh.get("/sign-in");
    const { headers: sent } = await fresh.post("/sign-in", { ...OLGA, to: elsewhere });
    assert.equal(sent.get("location"), "/console", elsewhere);
  }
});

test("a console on an address of its own takes its own origin's forms, and no other's", async () => {
  const browser = await signedIn("olga");
  await browser.get("/keys");
  const post = (origin: string) =>
    browser.post(
      "/search",
      { q: "nothing" },
      { origin, host: "localhost:9000", "sec-fetch-site": "same-origin" },
    );
  assert.equal((await post("http://localhost:9000")).status, 200);
  assert.equal((await post(ISSUER)).status, 200);
  assert.equal((await post("http://localhost:9001")).status, 403);
});
