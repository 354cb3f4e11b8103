// The documentation's examples for web pages, as a page's own program has them: with values in place of the names.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { CALLBACK, GETTING, REFRESHING } from "./portal-customer.ts";
import type { Customer } from "./portal-customer.ts";
import { assertRefreshed, tokensIn } from "./portal-programs.ts";

/** Refreshes in a page. */
export async function refreshInPage(
  customer: Customer,
  page: Page,
  language: string,
  token: string,
): Promise<void> {
  const { CLIENT_ID, CLIENT_SECRET } = customer.variables;
  const content = filled(await customer.example(REFRESHING, "example", language), {
    CLIENT_ID,
    CLIENT_SECRET,
    REFRESH_TOKEN: token,
  });
  assertRefreshed(await printed(page, content), token);
}

/** The page leaves for the authorization endpoint, comes back, and finds what it kept. */
export async function authorizeInPage(
  customer: Customer,
  page: Page,
  language: string,
  origin: string,
): Promise<void> {
  const own = { CLIENT_ID: customer.page.client_id, REDIRECT_URI: CALLBACK };
  const authorize = await customer.example(GETTING, "authorization-request", language);
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.url().startsWith(`${customer.origin}/oauth/authorize?`)),
    page.waitForURL((url) => url.origin === customer.origin),
    page.addScriptTag({ type: "module", content: filled(authorize, own) }),
  ]);
  await page.goto(origin);
  const kept = (name: string) => page.evaluate<string>(`sessionStorage.getItem("${name}")`);
  const [state, verifier] = await Promise.all([kept("state"), kept("code_verifier")]);
  const code = await customer.codeOf(request.url(), state);
  const exchange = await customer.example(GETTING, "code-exchange", language);
  const content = filled(exchange, { ...own, CODE: code, CODE_VERIFIER: verifier });
  assert.match(tokensIn(await printed(page, content)).refresh_token, /^rgr_/);
}

/** Fills values in for the names, each of which stands once in the code. */
function filled(code: string, values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    const parts = text.split(`"${name}"`);
    assert.equal(parts.length, 2, name);
    return parts.join(JSON.stringify(value));
  }, code);
}

async function printed(page: Page, content: string): Promise<string> {
  const [message] = await Promise.all([
    page.waitForEvent("console"),
    page.addScriptTag({ type: "module", content }),
  ]);
  return message.text();
}
