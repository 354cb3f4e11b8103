import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { memoryStore } from "@regrant/client";
import { sqlStore, sqlStoreSchema } from "@regrant/client/sql";
import { hostileServer } from "@regrant/client/testing";
import { createRegrant } from "@regrant/server";
import type { Regrant } from "@regrant/server";
import type { Page } from "playwright-core";
import { bundle, launch } from "../test/browser.ts";
import { needChromium } from "../test/need.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { watch } from "./client-expiry.ts";
import { start } from "./client-node.ts";
import { createHandler } from "./client-serverless.ts";

function newFolder(t: TestContext): string {
  const folder = temporaryFolder("example");
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Regrant under /auth, an API at /orders that records the tokens it is sent, and whatever else `pages` answers. */
async function serve(t: TestContext, pages: (path: string, regrant: Regrant) => Promise<string | undefined>) {
  const tokens: (string | undefined)[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { url = "", headers } = request;
    if (url.startsWith("/auth/")) return regrant.listener(request, response);
    if (url === "/orders") {
      tokens.push(headers.authorization);
      return response.writeHead(headers.authorization ? 200 : 401).end('["an order"]');
    }
    const page = await pages(url, regrant);
    const type = url.endsWith(".js") ? "text/javascript" : "text/html";
    return response.writeHead(page === undefined ? 404 : 200, { "content-type": type }).end(page);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/auth`;
  const regrant = await createRegrant({ issuer, database: `sqlite:${newFolder(t)}/a.db`, logLevel: "error" });
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await regrant.close();
  });
  return { origin, issuer, regrant, tokens };
}

test("a Node service logs in once; its processes share the session and its refreshes", async (t) => {
  await using server = await hostileServer();
  const access = {
    tokenEndpoint: server.tokenEndpoint,
    clientId: "orders",
    clientSecret: "secret",
    username: "ada",
    passphrase: "a pass phrase",
    api: server.issuer,
    directory: newFolder(t),
  };
  const first = await start(access);
  assert.equal((await first.apiFetch(server.resource)).status, 200);
  const second = await start(access);
  assert.equal(server.families.length, 1);
  server.expireAccessTokens();
  const answers = await Promise.all([first, second].map(({ apiFetch }) => apiFetch(server.resource)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(server.refreshes.length, 1);
});

test("instances of a serverless function share one token through a database", async (t) => {
  const { origin: api, issuer, regrant, tokens } = await serve(t, async () => undefined);
  const { client_id: clientId, client_secret: clientSecret = "" } = await regrant.admin.clients.create({
    name: "Reports",
    grantTypes: ["client_credentials"],
  });
  const database = new DatabaseSync(":memory:");
  t.after(() => database.close());
  database.exec(sqlStoreSchema({ dialect: "sqlite" }));
  const sql = {
    query(text: string, values: (string | number)[]) {
      const statement = database.prepare(text);
      if (text.startsWith("SELECT")) return { rows: statement.all(...values), rowCount: null };
      return { rows: [], rowCount: Number(statement.run(...values).changes) };
    },
  };
  const instance = () =>
    createHandler({ issuer, clientId, clientSecret, api, store: sqlStore(sql, { dialect: "sqlite" }) });
  for (const handle of [instance(), instance()]) {
    const answer = await handle(new Request("https://function.example/"));
    assert.deepEqual(await answer.json(), { status: 200, orders: ["an order"] });
  }
  assert.match(tokens[0] ?? "", /^Bearer ey/);
  assert.equal(new Set(tokens).size, 1);
});

test("a service says in time that its session will end, and so does its status", async (t) => {
  const { issuer, regrant } = await serve(t, async () => undefined);
  const { client_id: clientId } = await regrant.admin.clients.create({
    name: "Orders",
    public: true,
    accessTtl: 2,
    retryWindow: 1,
    refreshIdleTtl: 3,
    refreshMaxTtl: 6,
  });
  const store = memoryStore();
  const said: string[] = [];
  const access = { tokenEndpoint: `${issuer}/oauth/token`, clientId, store, lead: 3000 };
  const { client, stop } = watch(access, (message) => said.push(message));
  t.after(stop);
  const loginAt = Date.now();
  await client.set(await regrant.issue({ clientId, subject: "customer-7" }));
  assert.equal((await store.get("orders"))?.record.retryWindow, 1000, "the client's own retry window");
  const { refreshTokenExpiresAt = 0, authorizationExpiresAt = 0 } = await client.status();
  assert.ok(Math.abs(refreshTokenExpiresAt - loginAt - 3000) <= 1500, `${refreshTokenExpiresAt - loginAt}`);
  assert.ok(Math.abs(authorizationExpiresAt - loginAt - 6000) <= 1500, `${authorizationExpiresAt - loginAt}`);
  while (said.length === 0 && Date.now() - loginAt < 6000) {
    await setTimeout(100);
    await client.getToken();
  }
  const [, end = ""] = /^The session ends at (\S+): log in again, or extend it\.$/.exec(said[0] ?? "") ?? [];
  assert.ok(Math.abs(Date.parse(end) - loginAt - 6000) <= 1500, said.join());
  assert.ok(Date.now() - loginAt >= 2000, "not at once");
});

const browser = await needChromium();

test(
  "a page is signed in once for all its tabs, and out",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const script = await bundle(join(import.meta.dirname, "client-browser.ts"), "esm");
    const html = readFileSync(join(import.meta.dirname, "client-browser.html"), "utf8");
    let clientId = "";
    const { origin, regrant } = await serve(t, async (path, regrant) => {
      if (path === "/") return html.replace("CLIENT_ID", clientId);
      if (path === "/client-browser.js") return script;
      if (path !== "/session") return undefined;
      return JSON.stringify(await regrant.issue({ clientId, subject: "customer-7" }));
    });
    clientId = (await regrant.admin.clients.create({ name: "Page", public: true })).client_id;
    const context = await (await launch(t, browser)).newContext();
    const [one, other] = [await context.newPage(), await context.newPage()];
    await Promise.all([one.goto(origin), other.goto(origin)]);
    const shows = async (page: typeof one, button: string, text: string) => {
      await page.bringToFront();
      await page.click(`#${button}`);
      await page.waitForFunction((text) => document.querySelector("#orders")?.textContent === text, text);
    };
    await shows(one, "load", "Sign in first");
    await shows(one, "sign-in", "Signed in");
    await shows(other, "load", '["an order"]');
    await shows(other, "sign-out", "Signed out");
    await shows(one, "load", "Sign in first");
  },
);

test(
  "the page of the guide, copied as it stands, starts one session for all its loads and tabs",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const guide = readFileSync(join(import.meta.dirname, "../docs/client/index.md"), "utf8");
    const [, program = ""] = /^## A page\n.*?^```ts\n(.*?)^```$/ms.exec(guide) ?? [];
    let script = "";
    const { origin, issuer, regrant, tokens } = await serve(t, async (path, regrant) => {
      if (path === "/page.js") return script;
      if (path !== "/session") return '<!doctype html><script type="module" src="/page.js"></script>';
      return JSON.stringify(await regrant.issue({ clientId, subject: "customer-7" }));
    });
    const { client_id: clientId } = await regrant.admin.clients.create({ name: "Page", public: true });
    const file = join(newFolder(t), "page.ts");
    const real = {
      "https://auth.example.com": issuer,
      "https://api.example.com": origin,
      '"…"': JSON.stringify(clientId),
    };
    writeFileSync(
      file,
      Object.entries(real).reduce((text, [shown, used]) => text.replaceAll(shown, used), program),
    );
    script = await bundle(file, "esm");
    const context = await (await launch(t, browser)).newContext();
    const open = async (page: Page) => {
      const answer = page.waitForResponse(`${origin}/orders`);
      await page.goto(origin);
      assert.equal((await answer).status(), 200);
    };
    const page = await context.newPage();
    await open(page);
    await open(page);
    await open(await context.newPage());
    assert.equal(tokens.length, 3);
    assert.equal((await regrant.admin.grants.list({ clientId })).items.length, 1);
  },
);
