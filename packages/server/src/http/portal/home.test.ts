import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ISSUER, startService } from "../../testing.ts";
import { TestBrowser, titleOf } from "../../testing-browser.ts";
import type { Shown } from "../../testing-browser.ts";

const service = await startService({ providerName: "Example Host" });
after(() => service.close());
await service.account("ada", "correct horse");

const SIGN_IN = `${ISSUER}/oauth/sign-in?page=applications`;
const SIGN_OUT = `${ISSUER}/oauth/sign-out`;

function linksIn({ html }: Pick<Shown, "html">): string[] {
  return [...html.matchAll(/<a [^>]*href="([^"]*)"/g)]
    .map(([, url = ""]) => url)
    .filter((url) => url.startsWith(ISSUER));
}

test("the page at the issuer's URL has the provider's name, and leads to all other pages", async () => {
  const home = await new TestBrowser(service).request("/");
  assert.match(home.html, /<header>[^]*Example Host/);
  const pages = ["/docs", "/oauth/applications", "/device"].map((path) => ISSUER + path);
  assert.deepEqual(linksIn(home), [SIGN_IN, ...pages]);
  assert.deepEqual(home.headers.getSetCookie(), []);
  const italian = await new TestBrowser(service, { "accept-language": "it" }).request("/");
  assert.match(italian.html, /Panoramica/);
  assert.match(italian.html, />Accedi</);
  // The language that was chosen by a link is kept.
  const german = await new TestBrowser(service).request("/?ui_locales=de");
  assert.match(german.html, /<a href="\/\?ui_locales=de" aria-current="true"\s*>Deutsch</);
  assert.ok(linksIn(german).includes(`${ISSUER}/docs?ui_locales=de`));
});

test("it leads below the issuer's path, and to no documentation that is off", async (t) => {
  const issuer = "https://example.com/auth";
  const mounted = await startService({ issuer, docs: false });
  t.after(() => mounted.close());
  for (const url of [issuer, `${issuer}/`]) {
    const response = await mounted.service.fetch(new Request(url));
    assert.equal(response.status, 200, url);
    const html = await response.text();
    assert.ok(html.includes(`href="${issuer}/device"`));
    assert.doesNotMatch(html, /\/docs/);
  }
});

test("its sign-in leads to the applications, and it then offers to sign out", async () => {
  const browser = new TestBrowser(service);
  const asked = await browser.open(SIGN_IN);
  assert.equal(titleOf(asked), "Sign in");
  const apps = await browser.submit(asked, { username: "ada", password: "correct horse" });
  assert.equal(titleOf(apps), "Connected apps");
  const home = await browser.request("/");
  assert.match(home.html, /You are signed in as ada\./);
  assert.ok(linksIn(home).includes(SIGN_OUT));
  assert.ok(!linksIn(home).includes(SIGN_IN));
  await browser.submit(await browser.open(SIGN_OUT), {});
  assert.ok(linksIn(await browser.request("/")).includes(SIGN_IN));
});

test("it knows of no demo", async () => {
  assert.doesNotMatch((await new TestBrowser(service).request("/")).html, /demo/i);
});
