import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { startService, tokensOf } from "../../testing.ts";
import { SIGN_IN_CLIENT, TestBrowser, TestRequest } from "../../testing-browser.ts";

const ADA = { username: "ada", password: "correct horse battery staple" };

/** What the provider's service answers; undefined: it is out of order. */
let answer: ((question: { username: string; password: string }) => object) | undefined;
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const given = answer?.(JSON.parse(await text(request)) as typeof ADA);
  response.writeHead(given === undefined ? 500 : 200).end(JSON.stringify(given));
}
const accounts = createServer((request, response) => void serve(request, response)).listen(0, "127.0.0.1");
await once(accounts, "listening");

const t = await startService({
  accountsUrl: `http://127.0.0.1:${(accounts.address() as AddressInfo).port}/`,
  accountsSecret: randomBytes(32).toString("base64"),
});
after(async () => {
  accounts.closeAllConnections();
  accounts.close();
  await t.close();
});

const client = await t.client();
const shop = await t.client({ ...SIGN_IN_CLIENT, firstParty: true });

function knowing({ username, password }: { username: string; password: string }) {
  if (username !== ADA.username || password !== ADA.password) return { outcome: "refused" };
  return { outcome: "accepted", subject: "customer-7", claims: { name: "Ada" } };
}

test("the password grant and the sign-in page ask the provider's service alike", async () => {
  answer = knowing;
  const grant = { grant_type: "password", ...client.credentials };
  const { accessToken } = tokensOf(await t.token({ ...grant, ...ADA }));
  assert.equal((await t.verified(accessToken)).claims.sub, "customer-7");
  const refused = { status: 400, error: "invalid_grant", cause: "account_service_refused" };
  await t.refused(() => t.token({ ...grant, ...ADA, password: "wrong" }), refused);

  const [browser, request] = [new TestBrowser(t), new TestRequest(shop)];
  const wrong = await browser.submit(await browser.open(request.path()), { ...ADA, password: "wrong" });
  assert.equal(wrong.status, 400);
  assert.match(wrong.html, /The username or the password is wrong\./);
  const tokens = tokensOf(await t.token(request.redeem(request.codeOf(await browser.submit(wrong, ADA)))));
  assert.equal((await t.verified(tokens.accessToken)).claims.sub, "customer-7");
});

test("an outage is told as one to a program and to a person, never as a wrong password", async () => {
  answer = undefined;
  const { status, body, headers } = await t.token({ grant_type: "password", ...client.credentials, ...ADA });
  assert.deepEqual(
    [status, body["error"], headers.get("retry-after")],
    [503, "temporarily_unavailable", "5"],
  );

  const [browser, request] = [new TestBrowser(t), new TestRequest(shop)];
  const page = await browser.open(request.path());
  const shown = await browser.submit(page, ADA);
  assert.match(shown.html, /We cannot check your password right now\. Your account is fine/);
  assert.doesNotMatch(shown.html, /password is wrong/);
  assert.deepEqual([shown.status, shown.headers.get("retry-after")], [503, "5"]);
  assert.equal(t.log.at(-1)?.["cause"], "account_service_failed");
  assert.equal(t.log.at(-1)?.["detail"], "status");
  answer = knowing;
  request.codeOf(await browser.submit(shown, ADA));
});

test("no log line holds what was asked or answered", () => {
  const log = t.lines.join("");
  for (const secret of [ADA.password, "customer-7 Ada"]) assert.ok(!log.includes(secret));
});
