import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { decodeJwt } from "jose";
import { DAY, SECOND, newGrant } from "../../store/contract/fixtures.ts";
import type { ClientSettings } from "../../store/store.ts";
import { isoInstant } from "../../time-text.ts";
import { ISSUER, startService, tokensOf } from "../../testing.ts";
import type { TestClient, TestService, Tokens } from "../../testing.ts";
import { formOf, SIGN_IN_CLIENT, TestBrowser, TestRequest, titleOf } from "../../testing-browser.ts";
import type { Shown } from "../../testing-browser.ts";

const PAGE = "/oauth/applications";
const PASSWORD = "correct horse battery staple";

const t = await startService({ scopeDescriptions: { read: { en: "See your orders" } } });
after(() => t.close());

let people = 0;

/** Somebody with an account of their own, at the sign-in page of the applications. */
async function somebody(of: TestService = t) {
  people += 1;
  const username = `person-${people}`;
  const subject = await of.account(username, PASSWORD);
  const browser = new TestBrowser(of);
  const signIn = () =>
    browser.open(PAGE).then((page) => browser.submit(page, { username, password: PASSWORD }));
  return { subject, username, browser, signIn };
}

/** Signs in to a client, allows it, and gets tokens. */
async function connect(browser: TestBrowser, client: TestClient, scope: string): Promise<Tokens> {
  const request = new TestRequest(client);
  let page = await browser.open(request.path({ scope }));
  if (titleOf(page) === "Allow access?") page = await browser.submit(page, { answer: "allow" });
  return tokensOf(await t.token(request.redeem(request.codeOf(page))));
}

/** Each application on the page, as its text. */
function applicationsIn({ html }: Shown): string[] {
  const sections = [...html.matchAll(/<section.*?<\/section>/gs)];
  return sections.map(([section]) =>
    section
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
}

test("shows the logo of an operator's client, and none of a client that registered itself", async () => {
  const { signIn, browser } = await somebody();
  await signIn();
  const logoUri = (host: string) => `https://${host}/logo.png`;
  const strangers = ["evil.example", "a;frame-ancestors", "a'unsafe-inline'"];
  for (const host of strangers) {
    const client = await t.client({ ...SIGN_IN_CLIENT, selfRegistered: true, logoUri: logoUri(host) });
    await connect(browser, client, "read");
  }
  await connect(browser, await t.client({ ...SIGN_IN_CLIENT, logoUri: logoUri("shop.example") }), "read");
  const shown = await browser.open(PAGE);
  assert.equal(applicationsIn(shown).length, 4);
  assert.deepEqual(
    [...shown.html.matchAll(/<img [^>]*src="(?!data:)([^"]*)"/g)].map(([, src]) => src),
    ["https://shop.example/logo.png"],
  );
  const policy = shown.headers.get("content-security-policy") ?? "";
  assert.match(
    policy,
    /; img-src data: https:\/\/shop\.example; form-action 'self'; frame-ancestors 'none';/,
  );
  assert.doesNotMatch(policy, /evil|unsafe/);
});

test("whoever is not signed in is asked to, and then sees their applications", async () => {
  const { signIn, browser } = await somebody();
  const asked = await browser.open(PAGE);
  assert.equal(titleOf(asked), "Sign in");
  assert.match(asked.html, /to continue to auth\.example/);
  const shown = await signIn();
  assert.equal(titleOf(shown), "Connected apps");
  assert.match(shown.html, /No app has access to your account\./);
  const wrong = new TestBrowser(t);
  const again = await wrong.submit(await wrong.open(PAGE), { username: "nobody", password: "x" });
  assert.equal(again.status, 400);
  assert.match(again.html, /The username or the password is wrong\./);
  const left = await wrong.submit(again, { action: "cancel", username: "", password: "" });
  assert.equal(titleOf(left), "You are signed out");
});

test("each application is shown with since when, its last use and its rights", async () => {
  const { signIn, browser, subject } = await somebody();
  await signIn();
  const shop = await t.client({ ...SIGN_IN_CLIENT, name: "Shop <b>", clientUri: "https://shop.example/" });
  const { refreshToken } = await connect(browser, shop, "read");
  t.clock.at += 3 * DAY;
  await t.refresh(shop, refreshToken);
  const sync = await t.client({ name: "Sync" });
  await t.grant(sync, { subject, scope: "read write" });
  await t.grant(sync, { subject, scope: "read" });
  // Of somebody else, it is nobody's business.
  await t.grant(await t.client({ name: "Other" }), { subject: "somebody-else" });
  await signIn();
  const shown = await browser.open(PAGE);
  const day = (at: number) =>
    new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" }).format(at);
  const [since, today] = [day(t.clock.at - 3 * DAY), day(t.clock.at)];
  const [until, later] = [day(t.clock.at + 362 * DAY), day(t.clock.at + 365 * DAY)];
  assert.deepEqual(applicationsIn(shown), [
    `Shop &lt;b&gt; Since ${since} · last used ${today} access until ${until} It can: See your orders Remove access`,
    `Sync Since ${today} · last used ${today} access until ${later} It can: See your orders write Remove access`,
  ]);
  assert.ok(Buffer.byteLength(shown.html) < 20 * 1024);
  assert.equal(shown.headers.get("cache-control"), "no-store");
});

test("what is over is not shown, but what was allowed and may come back is", async () => {
  const { signIn, browser, subject } = await somebody();
  await signIn();
  const settings = { ...SIGN_IN_CLIENT, accessTtl: 60, refreshIdleTtl: 600, refreshMaxTtl: 1000 };
  const [idle, revoked, allowed] = [
    await t.client({ ...settings, name: "Idle" }),
    await t.client({ name: "Revoked" }),
    await t.client({ ...settings, name: "Allowed" }),
  ];
  await t.grant(idle, { subject });
  const { refreshToken } = await t.grant(revoked, { subject });
  await t.revoke(revoked, refreshToken);
  await connect(browser, allowed, "read");
  const deleted = await t.client({ name: "Deleted" });
  await t.grant(deleted, { subject });
  await t.deps.store.clients.delete(deleted.id, "test");
  t.clock.at += 601 * SECOND;
  const [only, ...others] = applicationsIn(await browser.open(PAGE));
  assert.match(only ?? "", /^Allowed Since .* not in use now It can: See your orders Remove access$/);
  assert.deepEqual(others, []);
});

test("access that is ended is over: grants, consent, and all that an event tells", async () => {
  const { signIn, browser, subject } = await somebody();
  await signIn();
  const [shop, sync] = [
    await t.client({ ...SIGN_IN_CLIENT, name: "Shop" }),
    await t.client({ name: "Sync" }),
  ];
  const tokens = await connect(browser, shop, "read");
  const others = await t.grant(sync, { subject });
  const page = await browser.open(PAGE);
  const [section = ""] = page.html.split("<section").filter((part) => part.includes(shop.id));
  const form = formOf({ ...page, html: section });
  const sent = await browser.send(form, {});
  assert.deepEqual([sent.status, sent.leadsTo], [303, `${PAGE}?revoked=1`]);
  const shown = await browser.open(sent.leadsTo ?? "");
  assert.match(shown.html, /role="status">Access removed\./);
  assert.deepEqual(applicationsIn(shown).length, 1);

  const refused = await t.refresh(shop, tokens.refreshToken);
  assert.deepEqual([refused.body["error"], refused.body["error_reason"]], ["invalid_grant", "revoked"]);
  assert.equal((await t.refresh(sync, others.refreshToken)).status, 200);
  assert.equal(await t.deps.store.consents.find(subject, shop.id), undefined);
  const events = await t.deps.store.events.list({ clientId: shop.id, subject }, 100);
  const told = events.filter(({ type }) => type === "grant.revoked" || type === "consent.withdrawn");
  assert.deepEqual(
    told.map(({ type, data }) => [type, data["reason"], data["actor"]]),
    [
      ["consent.withdrawn", undefined, "subject"],
      ["grant.revoked", "revoked_by_subject", "subject"],
    ],
  );
  // It has to be allowed anew.
  assert.equal(titleOf(await browser.open(new TestRequest(shop).path({ scope: "read" }))), "Allow access?");
});

/** The button that extends an application's access, as its text and its accessible name. */
function extendButton({ html }: Shown): [text: string, name: string] | undefined {
  const found = /<button name="action" value="extend" aria-label="([^"]*)">([^<]*)</.exec(html);
  return found === null ? undefined : [(found[2] ?? "").trim(), found[1] ?? ""];
}

test("access is extended in place to what a new sign-in would give, and the client goes on with its token", async () => {
  const { signIn, browser, subject } = await somebody();
  await signIn();
  const shop = await t.client({
    ...SIGN_IN_CLIENT,
    name: "Shop",
    refreshIdleTtl: 20 * 86_400,
    refreshMaxTtl: 86_400,
  });
  const { refreshToken } = await connect(browser, shop, "read");
  // Ids have the order of the instants.
  t.clock.at += SECOND;
  const phone = await t.grant(shop, { subject });
  const [before] = await t.deps.store.grants.list({ clientId: shop.id }, { limit: 1 });
  await t.deps.store.clients.update(shop.id, { refreshMaxTtl: 100 * 86_400 }, "test");
  t.clock.at += SECOND;
  const tablet = await t.grant(shop, { subject });
  await t.grant(shop, { subject: "somebody-else" });

  // The last of its grants ends in 100 days; the first ones gain 99.
  const end = t.clock.at + 100 * DAY;
  const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" }).format(end);
  const page = await browser.open(PAGE);
  assert.deepEqual(extendButton(page), [`Extend access until ${day}`, `Extend access until ${day}: Shop`]);
  assert.match(page.html, new RegExp(`access until <time datetime="${isoInstant(before?.expiresAt ?? 0)}"`));

  const sent = await browser.send(formOf(page), { action: "extend" });
  assert.deepEqual([sent.status, sent.leadsTo], [303, `${PAGE}?extended=1`]);
  const shown = await browser.open(sent.leadsTo ?? "");
  assert.match(shown.html, /role="status">Access extended\./);
  assert.equal(extendButton(shown), undefined, "there is nothing to gain now");
  assert.match(shown.html, new RegExp(`access until <time datetime="[^"]*">${day}`));
  // A second press of the button is answered like the first, and extends nothing.
  assert.equal((await browser.send(formOf(page), { action: "extend" })).leadsTo, `${PAGE}?extended=1`);

  const rows = await t.deps.store.grants.list({ clientId: shop.id, subject }, { limit: 10 });
  assert.deepEqual(
    rows.map(({ expiresAt }) => expiresAt),
    [end, end, end],
  );
  assert.equal(rows[0]?.authTime, before?.authTime, "the user did not sign in again");
  const events = await t.deps.store.events.list({ clientId: shop.id, type: "grant.lifetime_extended" }, 10);
  assert.deepEqual(
    events.map(({ grantId, subject: whose, data }) => [grantId, whose, data["expires_at"], data["actor"]]),
    [rows[0], rows[1]].map((row) => [row?.id, subject, end, "subject"]),
  );
  const [stranger] = await t.deps.store.grants.list(
    { subject: "somebody-else", clientId: shop.id },
    { limit: 1 },
  );
  assert.equal(stranger?.expiresAt, end, "its own end, of today's sign-in");

  // Past the end that they had: the tokens go on.
  t.clock.at += 2 * DAY;
  for (const token of [refreshToken, phone.refreshToken, tablet.refreshToken]) {
    const refreshed = await t.refresh(shop, token);
    assert.equal(refreshed.status, 200);
    assert.equal(refreshed.body["authorization_expires_in"], 98 * 86_400);
    const { exp, auth_time } = decodeJwt(String(refreshed.body["access_token"]));
    assert.ok((exp ?? 0) * SECOND <= end);
    if (token === refreshToken) assert.equal(auth_time, Math.floor((before?.authTime ?? 0) / SECOND));
  }
  t.clock.at = end - 60 * SECOND;
  assert.equal((await t.refresh(shop, tablet.refreshToken)).status, 400, "the idle lifetime stays");
});

test("an access token of an extended grant does not outlive the new end", async () => {
  const { signIn, browser } = await somebody();
  await signIn();
  const brief = await t.client({ ...SIGN_IN_CLIENT, accessTtl: 3600, refreshMaxTtl: 4000 });
  const { refreshToken } = await connect(browser, brief, "read");
  t.clock.at += 3000 * SECOND;
  await browser.send(formOf(await browser.open(PAGE)), { action: "extend" });
  const end = t.clock.at + 4000 * SECOND;
  t.clock.at += 2000 * SECOND;
  const { body } = await t.refresh(brief, refreshToken);
  assert.deepEqual([body["expires_in"], body["authorization_expires_in"]], [2000, 2000]);
  assert.equal((decodeJwt(String(body["access_token"])).exp ?? 0) * SECOND, end);
});

test("an extension is offered where it is worth it, and made only where it may be", async () => {
  const { signIn, browser, subject } = await somebody();
  await signIn();
  const settings = { refreshIdleTtl: 864_000, refreshMaxTtl: 100_000, accessTtl: 60, retryWindow: 30 };
  const shop = await t.client({ name: "Shop", ...settings });
  const { refreshToken } = await t.grant(shop, { subject });
  const endOf = async () =>
    (await t.deps.store.grants.list({ subject, clientId: shop.id }, { limit: 1 }))[0]?.expiresAt;
  const end = await endOf();
  const press = async () =>
    (await browser.send(formOf(await browser.open(PAGE)), { action: "extend" })).leadsTo;
  t.clock.at += 9_999 * SECOND;
  assert.equal(extendButton(await browser.open(PAGE)), undefined, "less than a tenth");
  t.clock.at += SECOND;
  assert.notEqual(extendButton(await browser.open(PAGE)), undefined);

  const set = (changes: Partial<ClientSettings>) => t.deps.store.clients.update(shop.id, changes, "test");
  for (const off of [{ lifetimeExtension: "operators" }, { grantTypes: ["password"] }] as const) {
    await set({ ...off });
    assert.equal(extendButton(await browser.open(PAGE)), undefined);
    assert.equal(await press(), PAGE);
    assert.equal(await endOf(), end);
    await set({ lifetimeExtension: "users", grantTypes: ["refresh_token", "password"] });
  }
  // A new sign-in would give less, or none can be made.
  for (const off of [{ grantTypes: ["refresh_token"] }, { scopes: ["read"] }] as const) {
    await set({ ...off });
    assert.equal(extendButton(await browser.open(PAGE)), undefined);
    assert.equal(await press(), PAGE);
    assert.equal(await endOf(), end);
    await set({ scopes: ["read", "write"], grantTypes: ["refresh_token", "password"] });
  }
  // A lifetime that was shortened since: the grant keeps its end.
  await set({ refreshMaxTtl: 1000 });
  assert.equal(extendButton(await browser.open(PAGE)), undefined);
  assert.equal(await press(), `${PAGE}?extended=1`);
  assert.equal(await endOf(), end);
  // What is over is not revived.
  const form = formOf(await browser.open(PAGE));
  await set({ refreshMaxTtl: 100_000 });
  await t.revoke(shop, refreshToken);
  assert.equal((await browser.send(form, { action: "extend" })).leadsTo, PAGE);
  assert.equal(await endOf(), end);
});

test("a grant for a resource that the service no longer has is not extended", async () => {
  const of = await startService({ resources: ["https://mcp.example/mcp"] });
  const { browser, signIn, subject } = await somebody(of);
  await signIn();
  for (const [resource, isOffered] of [
    ["https://mcp.example/mcp", true],
    ["https://former.example/mcp", false],
  ] as const) {
    const shop = await of.client({ name: "Shop", refreshMaxTtl: 86_400 });
    const grant = newGrant(shop.id, { subject, resource, scope: "read", maxTtl: 3600 });
    await of.deps.store.grants.create(grant);
    assert.equal(extendButton(await browser.open(PAGE)) !== undefined, isOffered, resource);
    await of.deps.store.grants.revoke(grant.id, "revoked_by_operator", "test");
  }
  await of.close();
});

test("nobody extends it for somebody else, or by a form of another site, browser or sign-in", async () => {
  const [ada, bob] = [await somebody(), await somebody()];
  await ada.signIn();
  await bob.signIn();
  const shop = await t.client({ name: "Shop", refreshMaxTtl: 86_400, refreshIdleTtl: 86_400 });
  for (const { subject } of [ada, bob]) await t.grant(shop, { subject });
  t.clock.at += DAY / 8;
  const ends = async () => {
    const rows = await t.deps.store.grants.list({ clientId: shop.id }, { limit: 5 });
    return [ada, bob].map(({ subject }) => rows.find((row) => row.subject === subject)?.expiresAt);
  };
  const before = await ends();
  const adas = formOf(await ada.browser.open(PAGE));
  const action = "extend";
  assert.equal((await ada.browser.send(adas, { action }, { origin: "https://evil.example" })).status, 403);
  assert.equal((await ada.browser.send(adas, { action }, { "sec-fetch-site": "cross-site" })).status, 403);
  assert.equal((await ada.browser.send(adas, { action, form_token: "x" })).leadsTo, PAGE);
  assert.equal((await bob.browser.send(adas, { action })).leadsTo, PAGE, "a form of another browser");
  assert.equal((await ada.browser.send(adas, { action, client: "no-such-client" })).leadsTo, PAGE);
  assert.deepEqual(await ends(), before);
  assert.equal((await ada.browser.send(adas, { action })).leadsTo, `${PAGE}?extended=1`);
  assert.deepEqual(await ends(), [t.clock.at + DAY, before[1]]);
});

test("nobody ends it for somebody else, or by a form of another site, browser or sign-in", async () => {
  const [ada, bob] = [await somebody(), await somebody()];
  await ada.signIn();
  await bob.signIn();
  const shop = await t.client({ ...SIGN_IN_CLIENT, name: "Shop" });
  const { refreshToken } = await connect(ada.browser, shop, "read");
  await connect(bob.browser, shop, "read");
  const adas = formOf(await ada.browser.open(PAGE));
  const bobs = formOf(await bob.browser.open(PAGE));

  assert.equal((await ada.browser.send(adas, {}, { origin: "https://evil.example" })).status, 403);
  assert.equal((await ada.browser.send(adas, {}, { "sec-fetch-site": "cross-site" })).status, 403);
  for (const form_token of ["", "x", bobs.hidden["form_token"] ?? ""]) {
    const sent = await ada.browser.send(adas, { form_token });
    assert.deepEqual([sent.status, sent.leadsTo], [303, PAGE]);
  }
  assert.equal((await bob.browser.send(adas, {})).leadsTo, PAGE, "a form of another browser");
  assert.equal((await bob.browser.send(bobs, { client: "no-such-client" })).leadsTo, PAGE);
  for (const action of ["Extend", "remove", " revoke"]) {
    assert.equal((await ada.browser.send(adas, { action })).leadsTo, PAGE, action);
  }
  assert.equal((await t.refresh(shop, refreshToken)).status, 200, "Ada's session goes on");

  // The form of a page that was open before somebody else signed in here.
  const before = formOf(await ada.browser.open(PAGE));
  await ada.browser.submit(await ada.browser.open("/oauth/sign-out"), {});
  const page = await ada.browser.open(PAGE);
  await ada.browser.submit(page, { username: bob.username, password: PASSWORD });
  assert.equal((await ada.browser.send(before, {})).leadsTo, PAGE);
  assert.equal(applicationsIn(await bob.browser.open(PAGE)).length, 1);
});

test("an authorization request in the URL changes nothing", async () => {
  const { browser, username } = await somebody();
  const shop = await t.client(SIGN_IN_CLIENT);
  const query = new TestRequest(shop).path().split("?")[1] ?? "";
  const page = await browser.open(`${PAGE}?${query}`);
  const shown = await browser.submit(page, { username, password: PASSWORD });
  assert.equal(titleOf(shown), "Connected apps");
});

test("with a login page of the provider's, people come there and back", async () => {
  const own = await startService({ loginUrl: "https://login.provider.example/" });
  const page = await own.client({ grantTypes: [], loginProvider: true });
  const shop = await own.client({ name: "Shop" });
  await own.grant(shop, { subject: "customer-7" });
  const browser = new TestBrowser(own);
  const away = await browser.open(PAGE);
  const challenge = new URL(away.leadsTo ?? "").searchParams.get("login_challenge") ?? "";
  const call = (what: string, more = {}) =>
    own.post(`/oauth/login/${what}`, { ...page.credentials, login_challenge: challenge, ...more });
  assert.deepEqual((await call("request")).body, { expires_at: own.clock.at / SECOND + 1800 });
  const { body } = await call("accept", { subject: "customer-7", name: "Ada" });
  const back = await browser.request(String(body["redirect_to"]));
  assert.deepEqual([back.status, back.leadsTo], [303, PAGE]);
  const shown = await browser.open(PAGE);
  assert.match(shown.html, /You are signed in as Ada\./);
  assert.equal(applicationsIn(shown).length, 1);
  assert.equal((await browser.request(String(body["redirect_to"]))).leadsTo, PAGE, "used");

  const other = new TestBrowser(own);
  const second = new URL((await other.open(PAGE)).leadsTo ?? "").searchParams.get("login_challenge") ?? "";
  const rejected = await own.post("/oauth/login/reject", { ...page.credentials, login_challenge: second });
  const gone = await other.open(String(rejected.body["redirect_to"]).replace(ISSUER, ""));
  assert.equal(titleOf(gone), "You are signed out");
  await own.close();
});

test("very many grants of one user are shown and revoked without keeping others waiting", async () => {
  const { subject, browser, signIn } = await somebody();
  await signIn();
  const client = await t.client({ name: "Greedy" });
  const { id: clientId } = client;
  const session = { clientId, subject, scope: "read", secretHash: randomBytes(32), maxTtl: 86_400 };
  const sessions = Array.from({ length: 3000 }, () => ({ ...session, id: randomUUID() }));
  assert.equal(await t.deps.store.grants.adopt(sessions), 3000);
  const kept = await t.grant(await t.client(), { subject });

  const [page, turns] = await turnsDuring(browser.open(PAGE));
  assert.match(applicationsIn(page).find((text) => text.includes("Greedy")) ?? "", /See your orders/);
  assert.ok(turns >= 3, `${turns} turns of others`);
  const [again, turnsOfRevocation] = await turnsDuring(browser.submit(page, { client: clientId }));
  assert.ok(turnsOfRevocation >= 30, `${turnsOfRevocation} turns of others`);
  assert.ok(!again.html.includes("Greedy"));
  assert.deepEqual(
    (await t.deps.store.grants.listActive(subject)).map(({ createdAt }) => createdAt),
    [t.clock.at],
  );
  const revoked = await t.deps.store.events.list({ clientId, type: "grant.revoked" }, 5000);
  assert.equal(revoked.length, 3000);
  assert.deepEqual(
    new Set(revoked.map(({ data }) => JSON.stringify(data))),
    new Set([JSON.stringify({ reason: "revoked_by_subject", actor: "subject", generation: 0 })]),
  );
  assert.ok(kept.refreshToken);
});

/** How often the event loop came round meanwhile. */
async function turnsDuring<T>(work: Promise<T>): Promise<[result: T, turns: number]> {
  const over = new AbortController();
  const end = work.finally(() => over.abort());
  let turns = 0;
  for (; !over.signal.aborted; turns += 1) await setImmediate();
  return [await end, turns];
}
