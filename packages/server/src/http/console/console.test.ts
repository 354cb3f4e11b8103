import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, before, test } from "node:test";
import { startService } from "../../testing.ts";
import type { TestClient, TestService, Tokens } from "../../testing.ts";
import { PAGES } from "./pages.ts";
import { ConsoleBrowser, OLGA } from "./testing.ts";

const MINUTE = 60_000;
/** Text that attacks a page, an attribute and the order of the words around it. */
const HOSTILE = `<img src=x onerror=alert(1)>"'\u202eevil`;
const STREAM = "0a0a0a0a-0000-4000-8000-000000000001";
const SUBJECT = `subject ${HOSTILE}`;

let t: TestService;
let browser: ConsoleBrowser;
let client: TestClient;
let tokens: Tokens;
let webhookId: string;
before(async () => {
  t = await startService({ admin: "on" });
  browser = await ConsoleBrowser.signedIn(t);
  client = await t.client({ name: `Shop ${HOSTILE}` });
  tokens = await t.grant(client, { subject: SUBJECT });
  await browser.get("");
  // Of events that no test causes, so that nothing is sent.
  const webhook = { url: "https://hooks.example/", events: "key.distrusted", description: `Hook ${HOSTILE}` };
  const { text } = await browser.post("/webhooks/create", webhook);
  webhookId = /\/console\/webhooks\/([0-9a-f-]{36})/.exec(text)?.[1] ?? assert.fail(text.slice(-2000));
});
after(() => t.close());

async function grantId(): Promise<string> {
  const [grant] = await t.deps.store.grants.list({ subject: SUBJECT }, { limit: 1 });
  return grant?.id ?? assert.fail("no grant");
}

/** Each page with something on it. */
async function paths(): Promise<string[]> {
  const id = await grantId();
  return Object.keys(PAGES).map((path) => {
    if (path === "/account") return `/account?${new URLSearchParams({ subject: SUBJECT }).toString()}`;
    if (path.startsWith("/webhooks")) return path.replace(":id", webhookId);
    return path.replace(":id", path.startsWith("/grants") ? id : client.id);
  });
}

test("no name, subject or payload becomes markup, and each page keeps its policy", async () => {
  const wrong = await t.refresh(client, tokens.refreshToken, { scope: HOSTILE });
  assert.equal(wrong.status, 400);
  await browser.post("/registration-tokens/create", { name: HOSTILE });
  for (const path of await paths()) {
    const { status, text, headers } = await browser.get(path);
    assert.equal(status, 200, path);
    assert.doesNotMatch(text, /<img/, path);
    assert.doesNotMatch(text.replaceAll(/<[^>]*>/g, ""), /\u202e/, path);
    const [style = "", script = ""] = ["style", "script"].map(
      (tag) => new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)?.[1],
    );
    const source = (part: string) => `'sha256-${hash("sha256", part, "base64")}'`;
    assert.equal(
      headers.get("content-security-policy"),
      `default-src 'none'; style-src ${source(style)}; script-src ${source(script)}; connect-src 'self'; ` +
        "img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    assert.equal(headers.get("cache-control"), "no-store");
    assert.doesNotMatch(text, /\b(src|href|action)="(https?:)?\/\/(?!auth\.example)/, "no third party");
  }
});

test("the box leads straight to a grant, a client, an account or a subject, and lists several", async () => {
  await t.account("ada", OLGA.password);
  await t.client({ name: "Alpha shop" });
  await t.client({ name: "Alpha stand" });
  const find = async (q: string) => {
    const { status, headers, text } = await browser.post("/search", { q });
    return status === 303 ? headers.get("location") : text;
  };
  const id = await grantId();
  assert.equal(await find(` ${id} `), `/console/grants/${id}`);
  assert.equal(await find(client.id), `/console/clients/${client.id}`);
  assert.match(String(await find("ADA")), /^\/console\/account\?subject=[0-9a-f-]{36}$/);
  assert.match(String(await find(SUBJECT)), /^\/console\/account\?subject=subject\+%3Cimg/);
  const several = String(await find("alpha"));
  for (const name of ["Alpha shop", "Alpha stand"]) assert.match(several, new RegExp(name));
  assert.match(String(await find("nothing of the kind")), /Nothing was found/);
});

test("a pasted token shows its grant and what it would get; it is in no URL, page or log", async () => {
  const token = tokens.refreshToken;
  for (const [path, parameters] of [
    ["/search", { q: token }],
    ["/explain", { pasted: token }],
  ] as const) {
    const { status, text } = await browser.post(path, parameters);
    assert.equal(status, 200);
    assert.match(text, /The pasted token:[^]*Presented now, it would be/);
    assert.match(text, /Timeline/);
    assert.ok(!text.includes(token));
  }
  const damaged = await browser.post("/search", { q: `${token.slice(0, -2)}xx` });
  assert.equal(damaged.status, 400);
  assert.ok(!damaged.text.includes(token.slice(0, 40)));
  assert.ok(!t.lines.join("").includes(token.slice(0, 40)));
});

test("a grant is extended at once, and revoked after a page that says what happens", async () => {
  const id = await grantId();
  const before = (await t.deps.store.grants.find(id))?.expiresAt ?? 0;
  const extended = await browser.post("/grants/extend", { grant_id: id, days: "30" });
  assert.equal(extended.headers.get("location"), `/console/grants/${id}?done=extended`);
  assert.equal((await t.deps.store.grants.find(id))?.expiresAt, before + 30 * 24 * 60 * MINUTE);
  const asked = await browser.post("/grants/revoke", { grant_id: id });
  assert.match(asked.text, /has to sign in again at the client Shop /);
  assert.equal((await t.deps.store.grants.find(id))?.revokedAt, null);
  await browser.post("/grants/revoke", { grant_id: id, confirmed: "yes" });
  const [event] = await t.deps.store.events.list({ grantId: id, type: "grant.revoked" }, 10);
  assert.equal(event?.data["actor"], "operator:olga");
  const revoked = (await browser.get(`/grants/${id}?done=revoked`)).text;
  assert.match(revoked, /The grant is revoked\./);
  assert.match(revoked, /The request came from [^]*request <code>/);
  assert.doesNotMatch(revoked, /from <code>/);
  assert.doesNotMatch((await browser.get(`/grants/${id}?done=constructor`)).text, /role="status">f/);
});

test("many grants end after a page that counts them, and the password if it was proved long ago", async () => {
  const many = await t.client({ name: "Many" });
  for (let i = 0; i < 3; i += 1) await t.grant(many);
  const filter = { client_id: many.id };
  t.clock.at += 16 * MINUTE;
  const asked = await browser.post("/grants/revoke-all", filter);
  assert.match(asked.text, /3 active grants of the client/);
  assert.match(asked.text, /name="password"/);
  const states = async () =>
    (await t.deps.store.grants.list({ clientId: many.id }, { limit: 10 })).map(({ revokedAt }) => revokedAt);
  for (const password of [undefined, "wrong"]) {
    const again = await browser.post("/grants/revoke-all", { ...filter, confirmed: "yes", password });
    assert.equal(again.status, 200);
    assert.deepEqual(await states(), [null, null, null]);
  }
  const { cookie } = browser;
  const done = await browser.post("/grants/revoke-all", {
    ...filter,
    confirmed: "yes",
    password: OLGA.password,
  });
  assert.equal(done.status, 303);
  assert.ok((await states()).every((at) => at !== null));
  assert.notEqual(browser.cookie, cookie, "the proved password begins a new session");
  const old = new ConsoleBrowser(t);
  old.cookie = cookie;
  assert.equal((await old.get("")).status, 303, "and ends the earlier one");
  await browser.get("");
  assert.equal((await browser.post("/grants/revoke-all", {})).status, 400, "not the grants of everyone");
});

test("a client is created by the table's form, whose faults stand at their fields; its secret is shown once", async () => {
  assert.doesNotMatch((await browser.get("/clients/new")).text, /repeatable/);
  const given = { name: "Made here", grant_types: "refresh_token\ndevice_code", scopes: "read write" };
  const wrong = await browser.post("/clients/create", { ...given, retry_window: "0" });
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /id="setting-retry_window-fault">[^<]*1 to 3600/);
  assert.match(wrong.text, /value="Made here"/);
  const made = await browser.post("/clients/create", given);
  assert.equal(made.status, 200);
  const secret = /<code data-copy="([^"]+)"/.exec(made.text)?.[1] ?? "";
  const id = /\/console\/clients\/([0-9a-f-]{36})/.exec(made.text)?.[1] ?? "";
  assert.match(made.text, new RegExp(`The client's id is ${id}|The client&#39;s id is ${id}`));
  const row = await t.deps.store.clients.find(id);
  assert.deepEqual(row?.grantTypes, ["refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]);
  assert.equal(row?.retryWindow, 120);
  assert.ok(secret.length > 30 && !(await browser.get(`/clients/${id}`)).text.includes(secret));
});

test("a form of settings changes what differs, and never what another has changed meanwhile", async () => {
  const { id } = await t.client({ name: "Shared" });
  const formOf = async (): Promise<Record<string, string>> => {
    const { text } = await browser.get(`/clients/${id}/edit`);
    const version = /name="version" value="([^"]+)"/.exec(text)?.[1] ?? "";
    return {
      client_id: id,
      version,
      name: "Shared",
      grant_types: "refresh_token\npassword",
      scopes: "read\nwrite",
      bind_on_refresh: "true",
    };
  };
  const mine = await formOf();
  const theirs = await formOf();
  const saved = await browser.post("/clients/update", { ...theirs, retry_window: "60" });
  assert.equal(saved.headers.get("location"), `/console/clients/${id}?done=saved`);
  const [event] = (await t.deps.store.events.list({ clientId: id, type: "client.updated" }, 10)).slice(-1);
  assert.deepEqual(event?.data, { changed: ["retryWindow"], actor: "operator:olga" });
  const late = await browser.post("/clients/update", { ...mine, retry_window: "90" });
  assert.equal(late.status, 409);
  assert.match(late.text, /changed by someone else/);
  assert.equal((await t.deps.store.clients.find(id))?.retryWindow, 60);
});

test("a webhook is paused, sent events again and deleted here, and its secret is shown once", async () => {
  const id = webhookId;
  const status = async () => (await t.deps.store.subscriptions.find(id))?.status;
  await browser.post("/webhooks/pause", { id });
  assert.equal(await status(), "paused");
  await browser.post("/webhooks/resume", { id });
  assert.equal(await status(), "enabled");
  const { text } = await browser.confirm("/webhooks/rotate-secret", { id });
  assert.match(text, /<code data-copy="whsec_/);
  const asked = await browser.post("/webhooks/delete", { id });
  assert.match(asked.text, /https:\/\/hooks\.example\/ is sent nothing any more/);
  await browser.post("/webhooks/delete", { id, confirmed: "yes" });
  assert.equal(await status(), undefined);
});

test("a stream of Shared Signals is listed, paused, enabled and deleted here", async () => {
  await t.service.deps.store.subscriptions.create(
    {
      id: STREAM,
      kind: "ssf_poll",
      settings: {
        clientId: client.id,
        audience: client.id,
        eventsRequested: null,
        endpointUrl: null,
        description: HOSTILE,
        notBefore: 0,
      },
      secrets: null,
      from: "now",
    },
    100,
    { type: "subscription.created", data: { subscription_id: STREAM, kind: "ssf_poll", actor: "test" } },
  );
  const { text } = await browser.get("/streams");
  assert.match(text, new RegExp(STREAM));
  assert.doesNotMatch(text, /<img/);
  const status = async () => (await t.deps.store.subscriptions.find(STREAM))?.status;
  await browser.post("/streams/pause", { id: STREAM });
  assert.equal(await status(), "paused");
  await browser.post("/streams/enable", { id: STREAM });
  assert.equal(await status(), "enabled");
  await browser.confirm("/streams/delete", { id: STREAM });
  assert.equal(await status(), undefined);
});

test("accounts are created, disabled and made operators here", async () => {
  const made = await browser.post("/accounts/create", {
    username: "berta",
    new_password: "a good pass phrase",
  });
  const subject = new URL(made.headers.get("location") ?? "", "http://x").searchParams.get("subject") ?? "";
  const account = () => t.deps.store.accounts.find(subject);
  assert.equal((await account())?.username, "berta");
  const taken = await browser.post("/accounts/create", { username: "BERTA", new_password: "x" });
  assert.match(taken.text, /The username BERTA is taken\./);
  await browser.confirm("/accounts/make-operator", { subject });
  assert.equal((await account())?.role, "operator");
  await browser.confirm("/accounts/remove-operator", { subject });
  await browser.confirm("/accounts/disable", { subject });
  assert.equal((await account())?.role, null);
  assert.notEqual((await account())?.disabledAt, null);
  assert.equal((await browser.post("/accounts/enable", { subject })).status, 303);
  assert.equal((await account())?.disabledAt, null);
});

test("events are exported as JSON lines and CSV, in which no field is a formula", async () => {
  await t.account("=cmd()", OLGA.password);
  const lines = await browser.download("/events/export?format=jsonl&type=account");
  assert.ok(
    (await lines.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object).length > 2,
  );
  const risky = await t.grant(client, { subject: "=1+1" });
  assert.ok(risky.refreshToken);
  const csv = await browser.download("/events/export?format=csv&type=grant.created");
  assert.match(csv.headers.get("content-disposition") ?? "", /attachment; filename="events\.csv"/);
  assert.match(await csv.text(), /,"'=1\+1",/);
  assert.equal((await browser.get("/events?since=yesterday")).status, 400);
});

test("the live tail sends new events as rows, after the last one that the browser had", async () => {
  const response = await browser.download("/events/tail?type=client.created");
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=UTF-8");
  const reader = (response.body ?? assert.fail()).getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  assert.equal(await read(), "retry: 1000\n\n");
  const made = await t.client({ name: "Seen at once" });
  const [, id, data = ""] = /^id: (\d+)\ndata: (.*)\n\n$/.exec(await read()) ?? assert.fail();
  const row = JSON.parse(data) as string;
  assert.match(row, /^<tr role="row">/);
  assert.ok(Number(id) > 0 && row.includes(made.id));
  await reader.cancel();
});

test("a client of the admin API is made only by who has proved the password not long ago", async () => {
  const operator = { username: "late", password: "a pass phrase of this operator" };
  const late = await ConsoleBrowser.signedIn(t, operator);
  const panel = { name: "Panel", grant_types: "client_credentials", scopes: "regrant:admin" };
  const { id } = await t.client({ name: "Later", grantTypes: ["client_credentials"] });
  t.clock.at += 16 * 60_000;
  await late.get(`/clients/${id}/edit`);
  const version = /name="version" value="([^"]+)"/.exec(late.html)?.[1] ?? "";
  const scopesOf = async () => (await t.deps.store.clients.find(id))?.scopes;
  const before = await scopesOf();
  for (const [path, form] of [
    ["/clients/create", panel],
    ["/clients/update", { ...panel, client_id: id, version }],
  ] as const) {
    const asked = await late.post(path, { ...form, confirmed: "yes" });
    assert.match(asked.text, /type="password"/, path);
    assert.doesNotMatch(asked.text, /<code data-copy/);
  }
  assert.deepEqual(await scopesOf(), before);
  const made = await late.post("/clients/create", {
    ...panel,
    confirmed: "yes",
    password: operator.password,
  });
  assert.match(made.text, /The client is created/);
});
