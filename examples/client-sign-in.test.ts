import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { createRegrant } from "@regrant/server";
import { bundle } from "../test/browser.ts";
import { listen } from "../test/listen.ts";
import { needChromium } from "../test/need.ts";
import { Person } from "../test/person.ts";
import { freePort } from "../test/ports.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { start } from "./resource-server-cors.ts";

const ACCOUNT = { subject: "customer-7", username: "ada", password: "correct horse battery" };
const ORDERS = JSON.stringify({ orders: [], of: ACCOUNT.subject });
const browser = await needChromium();

test(
  "a page signs its user in by itself, and calls an API of another origin until they sign out",
  { skip: browser.missing, timeout: 60_000 },
  async (t) => {
    const { origin, api, issuer, regrant, clientId } = await startAll(t);
    const person = await Person.at(t, browser, ACCOUNT);
    const { page } = person;
    const tokens: string[] = [];
    page.on("request", (request) => {
      const { authorization = "" } = request.headers();
      if (request.url() === `${api}/orders`) tokens.push(authorization.replace("Bearer ", ""));
    });
    const returns: string[] = [];
    page.on("framenavigated", (frame) => {
      if (frame.url().startsWith(`${origin}/?`)) returns.push(frame.url());
    });
    const shows = (text: string, where = page) =>
      where.waitForFunction((text) => document.querySelector("#result")?.textContent.startsWith(text), text);

    await t.test("a user who cancels is not signed in", async () => {
      await page.goto(origin);
      await shows("Sign in first");
      await page.click("#sign-in");
      await person.signIn();
      await page.getByRole("button", { name: "Do not allow" }).click();
      await shows("Not signed in: AuthorizationResponseError");
    });

    await t.test("the code becomes a session once, which a reload and other tabs go on with", async () => {
      await page.click("#sign-in");
      await person.allow();
      await shows("Signed in");
      assert.equal(page.url(), `${origin}/`);
      await page.reload();
      await shows("Signed in");
      const tab = await page.context().newPage();
      await tab.goto(returns.at(-1) ?? "");
      await shows("Signed in", tab);
      await tab.close();
      assert.equal((await regrant.admin.grants.list({ clientId })).items.length, 1);
    });

    await t.test("a token that the API refuses is replaced", async () => {
      await page.click("#load");
      await shows(ORDERS);
      const [first = ""] = tokens;
      const body = new URLSearchParams({
        token: first,
        token_type_hint: "access_token",
        client_id: clientId,
      });
      assert.equal((await fetch(`${issuer}/oauth/revoke`, { method: "POST", body })).status, 200);
      const headers = { authorization: `Bearer ${first}` };
      let refused = await fetch(`${api}/orders`, { headers });
      while (refused.status !== 401) refused = await fetch(`${api}/orders`, { headers });
      assert.match(refused.headers.get("access-control-expose-headers") ?? "", /WWW-Authenticate/);
      const answered = page.waitForResponse(
        (response) => response.url() === `${api}/orders` && response.ok(),
      );
      await page.click("#load");
      await answered;
      await shows(ORDERS);
      assert.equal(new Set(tokens).size, 2);
    });

    await t.test("signing out ends the grant", async () => {
      await page.click("#sign-out");
      await shows("Signed out");
      const [grant] = (await regrant.admin.grants.list({ clientId })).items;
      assert.equal(grant?.state, "revoked");
      await page.reload();
      await shows("Sign in first");
    });
  },
);

/** Regrant, an API and a page, at three origins. */
async function startAll(t: TestContext) {
  const folder = temporaryFolder("example");
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const issuer = await listen(t, (request, response) => void regrant.listener(request, response));
  const regrant = await createRegrant({ issuer, database: `sqlite:${folder}/a.db`, logLevel: "silent" });
  t.after(() => regrant.close());
  await regrant.admin.accounts.create(ACCOUNT);

  const script = await bundle(join(import.meta.dirname, "client-sign-in.ts"), "esm");
  const html = readFileSync(join(import.meta.dirname, "client-sign-in.html"), "utf8");
  const origin = await listen(t, ({ url }, response) => {
    const isScript = url === "/client-sign-in.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : filled(html));
  });
  const { client_id: clientId } = await regrant.admin.clients.create({
    name: "Page",
    public: true,
    grantTypes: ["authorization_code", "refresh_token"],
    redirectUris: [`${origin}/`],
  });

  const reader = await regrant.admin.clients.create({ name: "API", resourceServer: true });
  const credentials = { clientId: reader.client_id, clientSecret: reader.client_secret ?? "" };
  const port = await freePort();
  const { stop } = await start({ port, issuer, page: origin, ...credentials });
  t.after(stop);
  const api = `http://127.0.0.1:${port}`;
  const filled = (page: string) =>
    page.replace("ISSUER", issuer).replace("CLIENT_ID", clientId).replace('"API"', `"${api}"`);
  return { origin, api, issuer, regrant, clientId };
}
