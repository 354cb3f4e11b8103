import assert from "node:assert/strict";
import { test } from "node:test";
import { CALLBACK, TestBrowser, TestRequest } from "../packages/server/src/testing-browser.ts";
import { form } from "../packages/server/src/testing.ts";
import { freePort } from "../test/ports.ts";
import { start } from "./own-users.ts";
import type { ExampleOptions } from "./own-users.ts";

const ADA = { username: "ada", password: "correct horse battery staple" };

test("an app with its own users signs them in at its own page, and answers the password grant", async (t) => {
  const port = await freePort();
  const users: ExampleOptions["users"] = {
    check: async (username, password) =>
      username === ADA.username && password === ADA.password ? { id: "customer-7", name: "Ada" } : undefined,
  };
  const { regrant, stop } = await start({ port, database: "sqlite::memory:", users, notify: () => {} });
  t.after(stop);
  const origin = `http://127.0.0.1:${port}`;
  const { client_id: id, client_secret = "" } = await regrant.admin.clients.create({
    name: "Shop",
    grantTypes: ["authorization_code", "refresh_token", "password"],
    redirectUris: [CALLBACK],
    firstParty: true,
  });
  const credentials = { client_id: id, client_secret };
  const token = async (parameters: Record<string, string | undefined>) => {
    const body = form({ ...credentials, ...parameters });
    const response = await fetch(`${origin}/auth/oauth/token`, { method: "POST", body });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  assert.equal((await token({ grant_type: "password", ...ADA })).status, 200);
  assert.equal((await token({ grant_type: "password", ...ADA, password: "guess" })).status, 400);

  const browser = new TestBrowser({ fetch: (request) => fetch(request), origin });
  const request = new TestRequest({ id, credentials });
  const path = () => `/auth${request.path()}`;
  const atPage = await browser.request((await browser.open(path())).leadsTo ?? "");
  assert.match(atPage.html, /Sign in to Shop/);
  const wrong = await browser.submit(atPage, { ...ADA, password: "guess" });
  assert.match(wrong.html, /That did not match/);
  const back = await browser.submit(wrong, ADA);
  const done = await browser.request(back.leadsTo ?? "");
  const code = request.codeOf(done, CALLBACK, `${origin}/auth`);
  assert.equal((await token(request.redeem(code))).status, 200);
});
