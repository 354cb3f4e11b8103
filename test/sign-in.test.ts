import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { launch } from "./browser.ts";
import { needChromium } from "./need.ts";
import { Service } from "./service.ts";
import { post } from "./token-request.ts";

const GRANT_TYPES = ["--grant-type", "authorization_code", "--grant-type", "refresh_token"];
const rights = (redirectUri: string) => ["--scope", "read", "--redirect-uri", redirectUri];
const PASSWORD = "correct horse battery staple";
const browser = await needChromium();

test(
  "in a real browser somebody signs in, consents, and the client gets tokens that refresh",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const application = await startApplication(t);
    const service = await Service.prepare(t);
    await service.createAccount("ada", PASSWORD);
    const client = await service.createClient(
      "--public",
      ...GRANT_TYPES,
      ...rights("http://127.0.0.1/callback"),
    );
    const server = await service.serve();
    const page = await (await launch(t, browser)).newPage();
    const complaints = complaintsOf(page);
    const { client_id } = client;
    const verifier = randomBytes(32).toString("base64url");
    const request = new URLSearchParams({
      client_id,
      response_type: "code",
      redirect_uri: `${application}/callback`,
      state: "a state",
      code_challenge: hash("sha256", verifier, "base64url"),
      code_challenge_method: "S256",
    });
    await page.goto(`${server.url}/oauth/authorize?${request.toString()}`);

    await page.getByLabel("Username").fill("ada");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    assert.match(await page.getByRole("alert").innerText(), /username or the password is wrong/);
    assert.equal(await page.getByLabel("Username").inputValue(), "ada");
    // The field that is to be filled in has the focus, and Enter presses the right one of two buttons.
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Allow access?" }).waitFor();
    assert.equal(await page.getByRole("listitem").innerText(), "read");
    await page.getByRole("button", { name: "Allow", exact: true }).click();

    // The application's callback leads on to another origin, which `form-action` would not let a form lead to.
    await page.waitForURL(/^http:\/\/localhost:\d+\/done/);
    const answer = new URL(page.url()).searchParams;
    assert.deepEqual([answer.get("state"), answer.get("iss")], ["a state", server.url]);
    const redeemed = await post(`${server.url}/oauth/token`, {
      grant_type: "authorization_code",
      code: answer.get("code") ?? "",
      redirect_uri: `${application}/callback`,
      client_id,
      code_verifier: verifier,
    });
    assert.equal(redeemed.status, 200, JSON.stringify(redeemed.body));
    const { refresh_token = "" } = redeemed.body;
    const refreshed = await post(`${server.url}/oauth/token`, {
      grant_type: "refresh_token",
      client_id,
      refresh_token,
    });
    assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body));
    assert.deepEqual(complaints, []);
  },
);

test(
  "the client that the guide shows signs somebody in as it stands",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const guide = await readFile(join(import.meta.dirname, "../docs/sign-in.md"), "utf8");
    let program = /^```js\n(.*?)^```$/ms.exec(guide)?.[1] ?? "";
    const application = await startApplication(t, () => program);
    const service = await Service.prepare(t);
    await service.createAccount("ada", PASSWORD);
    const client = await service.createClient(
      "--public",
      ...GRANT_TYPES,
      ...rights(`${application}/callback`),
    );
    const server = await service.serve();
    const page = await (await launch(t, browser)).newPage();
    // What whoever follows the guide writes in: its three constants.
    program = program
      .replace('"http://127.0.0.1:8787"', JSON.stringify(server.url))
      .replace('"…"', JSON.stringify(client.client_id))
      .replace('"http://127.0.0.1:3000/callback"', JSON.stringify(`${application}/callback`));
    await page.goto(`${application}/`);
    await page.evaluate("signIn()");
    await page.getByLabel("Username").fill("ada");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.waitForURL(`${application}/callback?*`);
    const tokens = await page.evaluate<Record<string, string>>("finishSignIn()");
    assert.equal(tokens["scope"], "read", JSON.stringify(tokens));
    assert.match(tokens["refresh_token"] ?? "", /^rgr_/);
  },
);

/** What the browser complains of: a page's own policy, first of all. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    // A status of 400 is a complaint as well, and the page of a wrong password has it.
    if (message.type() === "error" && !message.text().includes("status of 400"))
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

/**
 * An application whose callback at once leads to another origin, or, with a program, a page that holds it.
 *
 * @returns its origin
 */
async function startApplication(t: TestContext, program?: () => string): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const { pathname, search } = new URL(incoming.url ?? "", "http://127.0.0.1");
    const { port } = server.address() as AddressInfo;
    if (pathname === "/callback" && program === undefined) {
      outgoing.writeHead(302, { Location: `http://localhost:${port}/done${search}` }).end();
    } else {
      outgoing
        .writeHead(200, { "Content-Type": "text/html" })
        .end(`<!doctype html><meta charset="utf-8"><title>Page</title><script>${program?.() ?? ""}</script>`);
    }
  });
  server.listen(0);
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
