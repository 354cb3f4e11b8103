import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import * as loginProvider from "../examples/login-page.ts";
import { launch } from "./browser.ts";
import { postgres, sqlite } from "./engines.ts";
import type { Engine } from "./engines.ts";
import { listen } from "./listen.ts";
import { needChromium } from "./need.ts";
import { freePort } from "./ports.ts";
import type { NewClient } from "./service.ts";
import { post, refresh } from "./token-request.ts";

const ADA = { username: "ada@example.com", password: "correct horse battery staple" };

const browser = await needChromium();

for (const [store, engine] of [
  ["SQLite", sqlite],
  ["PostgreSQL", postgres],
] as const) {
  test(
    `in a real browser somebody signs in at the provider's own page, and ends an application's access: ${store}`,
    { skip: browser.missing, timeout: 120_000 },
    (t) => signInAndEndAccess(t, engine),
  );
}

async function signInAndEndAccess(t: TestContext, { prepare }: Engine): Promise<void> {
  const { service } = await prepare(t);
  const [port, loginPort] = [await freePort(), await freePort()];
  const issuer = `http://127.0.0.1:${port}`;
  const callback = `${await startApplication(t)}/callback`;
  const provider = await service.createClient("--login-provider");
  const rights = ["--scope", "read", "--redirect-uri", callback];
  const grantTypes = ["--grant-type", "authorization_code", "--grant-type", "refresh_token"];
  const client = await service.createClient(...grantTypes, ...rights);
  const { stop } = await loginProvider.start({
    port: loginPort,
    issuer,
    clientId: provider.client_id,
    clientSecret: provider.client_secret,
    check: async (username, password) =>
      username === ADA.username && password === ADA.password ? { id: "customer-7", name: "Ada" } : undefined,
  });
  t.after(stop);
  const env = { REGRANT_ISSUER: issuer, REGRANT_LOGIN_URL: `http://127.0.0.1:${loginPort}/sign-in` };
  await service.serve({ port, env });
  const page = await (await launch(t, browser)).newPage();
  const complaints = complaintsOf(page);

  await page.goto(authorizationUrl(issuer, client, callback));
  await page.getByRole("heading", { name: "Sign in to Test" }).waitFor();
  await page.getByLabel("Email").fill(ADA.username);
  await page.getByLabel("Password").fill(ADA.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Allow access?" }).waitFor();
  assert.match(await page.getByText("You are signed in as").innerText(), /Ada/);
  // Whoever signs out there is led to the provider's page, which knows them, and back: through three redirects and forms.
  await page.getByRole("button", { name: "Use another account" }).click();
  await page.getByRole("heading", { name: "Allow access?" }).waitFor();
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  const { refresh_token = "" } = await redeem(page, issuer, client, callback);

  await page.goto(`${issuer}/oauth/applications`);
  await page.getByRole("heading", { name: "Test" }).waitFor();
  // By keyboard alone.
  await page.getByRole("button", { name: "Remove access: Test" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.getByRole("status").innerText(), "Access removed.");
  assert.equal(await page.getByText("No app has access").count(), 1);
  const over = await refresh(issuer, client, refresh_token);
  assert.deepEqual([over.status, over.body.error_reason], [400, "revoked"]);

  // Ended is ended: consent is asked for anew, and the provider may refuse to let somebody in.
  await page.context().clearCookies();
  await page.goto(authorizationUrl(issuer, client, callback));
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL((url) => url.href.startsWith(callback));
  assert.equal(new URL(page.url()).searchParams.get("error"), "access_denied");
  assert.deepEqual(complaints, []);
}

function authorizationUrl(issuer: string, { client_id }: NewClient, redirectUri: string): string {
  const query = { response_type: "code", client_id, redirect_uri: redirectUri, state: "a state" };
  return `${issuer}/oauth/authorize?${new URLSearchParams(query).toString()}`;
}

/** The tokens for the code with which the browser came to the callback. */
async function redeem(page: Page, issuer: string, client: NewClient, redirectUri: string) {
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  const code = new URL(page.url()).searchParams.get("code") ?? "";
  const { client_id, client_secret } = client;
  const fields = { client_id, client_secret, code, redirect_uri: redirectUri };
  const { status, body } = await post(`${issuer}/oauth/token`, {
    grant_type: "authorization_code",
    ...fields,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** What the browser complains of: a page's own policy, first of all. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    const isIcon = message.location().url.endsWith("/favicon.ico");
    if (message.type() === "error" && !isIcon) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

/** @returns its origin */
async function startApplication(t: TestContext): Promise<string> {
  return listen(t, (_incoming, outgoing) => {
    outgoing.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Done</title>");
  });
}
