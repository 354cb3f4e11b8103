import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { HOUR } from "../../store/contract/fixtures.ts";
import { startService, tokensOf } from "../../testing.ts";
import type { Parameters, TestClient } from "../../testing.ts";
import { unescape } from "../../testing-browser.ts";

const PAGE = "/docs/diagnose";
const OWN_PAGE = { origin: "https://auth.example", "sec-fetch-site": "same-origin" };

const t = await startService({ providerName: "Example Host" });
after(() => t.close());
const shop = await t.client();

/** A session that a second process ended, and its first token. */
async function endedSession(client: TestClient) {
  const { refreshToken: token } = await t.grant(client);
  const { refreshToken } = tokensOf(await t.refresh(client, token));
  tokensOf(await t.refresh(client, refreshToken));
  t.clock.at += HOUR;
  assert.equal((await t.refresh(client, token)).status, 400);
  return token;
}

const post = (form: Parameters, headers: Record<string, string> = OWN_PAGE, path = PAGE) =>
  t.post(path, form, headers);

/** The parts of an answer. */
function partsOf(html: string) {
  const texts = (pattern: RegExp) =>
    [...html.matchAll(pattern)].map(([, text = ""]) => unescape(text.replaceAll(/<[^>]*>/g, "")).trim());
  const steps = html.split('<ol class="steps">')[1]?.split("</ol>")[0] ?? "";
  const next = html.split('<section id="next"')[1]?.split("</section>")[0] ?? "";
  const [status = ""] = /<p class="status row">[^]*?<\/p>/.exec(html) ?? [];
  return {
    status: [...status.matchAll(/<(?:strong|code)[^>]*>([^<]*)</g)].map(([, text]) => text),
    steps: [...steps.matchAll(/<li>([^<]*)<\/li>/g)].map(([, text = ""]) => unescape(text)),
    next: unescape(/<p>([^<]*)<\/p>/.exec(next)?.[1] ?? ""),
    json: texts(/<code data-language="json">([^<]*)</g)[0],
    fault: texts(/<p class="bad" role="alert">([^<]*)</g)[0],
  };
}

describe("the page that explains a refused refresh token", () => {
  test("asks for client and token with a form that is posted and that browsers do not fill in", async () => {
    const { text, headers } = await t.send(`${PAGE}?client_id=my-client&ui_locales=en`);
    assert.match(
      text,
      /<form method="post" action="\/docs\/diagnose\?client_id=my-client&amp;ui_locales=en" autocomplete="off">/,
    );
    const inputs = [...text.matchAll(/<input([^>]*)>/g)].map(([, attributes = ""]) => attributes);
    const read = (attribute: string) =>
      inputs.map((one) => new RegExp(`\\b${attribute}="([^"]*)"`).exec(one)?.[1]);
    assert.deepEqual(read("name"), ["client_id", "client_secret", "token"]);
    assert.deepEqual(read("type"), ["text", "password", "password"]);
    assert.deepEqual(read("value"), ["my-client", "", ""]);
    assert.deepEqual(read("autocomplete"), ["off", "new-password", "new-password"]);
    assert.match(headers.get("content-security-policy") ?? "", /form-action 'self'/);
  });

  test("is in the navigation, the index and llms.txt, and says how programs ask", async () => {
    for (const path of ["/docs", "/docs/refreshing-tokens"])
      assert.match((await t.send(path)).text, /href="\/docs\/diagnose"/);
    const response = await t.service.fetch(new Request("https://auth.example/llms.txt"));
    assert.match(await response.text(), /\/docs\/diagnose/);
    const { text } = await t.send(`${PAGE}?client_id=it's`);
    const code = unescape(/<code data-language="sh">([^<]*)</.exec(text)?.[1] ?? "");
    assert.match(code, /^curl 'https:\/\/auth\.example\/oauth\/explain' /);
    assert.match(code, /'client_id=it'\\''s'/);
    assert.match(text, /npx regrant token --why/);
  });

  test("says what the endpoint says: state, what happened, what to do, and the same JSON", async () => {
    const token = await endedSession(shop);
    const { status, text } = await post({ ...shop.credentials, token });
    assert.equal(status, 200);
    const { body } = await t.post("/oauth/explain", { ...shop.credentials, token });
    const { status: shown, steps, next, json = "" } = partsOf(text);
    assert.deepEqual(shown, ["Session ended", "reused"]);
    assert.deepEqual([...steps, next], body["sentences"]);
    assert.match(next, /^Sign in again\. Let all programs/);
    assert.deepEqual(JSON.parse(json), body);
    assert.match(text, /<section id="next"[^]*href="\/docs\/getting-tokens"[^]*<section id="support"/);
  });

  test("shows the response of the endpoint to a client whose user has ended its access", async () => {
    const { refreshToken: token } = await t.grant(shop);
    await t.revoke(shop, token);
    const { body } = await t.post("/oauth/explain", { ...shop.credentials, token });
    const example = JSON.parse(partsOf((await t.send(PAGE)).text).json ?? "") as Record<string, unknown>;
    assert.deepEqual(Object.keys(example), Object.keys(body));
    assert.deepEqual([example["state"], example["next_step"]], [body["state"], body["next_step"]]);
    assert.deepEqual(example["sentences"], [
      "The user ended this client's access at 2027-01-15 09:10:00 UTC.",
      "Sign in again.",
    ]);
  });

  test("says it in the reader's language, which the form's address keeps", async () => {
    const token = await endedSession(shop);
    const german = { ...OWN_PAGE, "accept-language": "de" };
    const { text } = await post({ ...shop.credentials, token }, german);
    const { steps, next } = partsOf(text);
    assert.match(steps[0] ?? "", /^Dieses Token wurde spätestens am 1\. Januar 2026 um /);
    assert.match(next, /^Lassen Sie den Benutzer sich erneut anmelden\. /);
    const italian = await post({ ...shop.credentials, token }, german, `${PAGE}?ui_locales=it`);
    assert.match(italian.text, /<html lang="it"[^]*Questo token è stato consumato/);
  });

  test("takes spaces around what was pasted for none, and a token that is not the client's for unknown", async () => {
    const token = await endedSession(shop);
    const spaced = Object.entries({ ...shop.credentials, token }).map(([name, value]) => [
      name,
      ` ${value}\n`,
    ]);
    const { text } = await post(Object.fromEntries(spaced) as Parameters);
    assert.deepEqual(partsOf(text).status[1], "reused");
    const other = await t.client();
    const foreign = await post({ ...other.credentials, token });
    const unknown = await post({ ...other.credentials, token: "rgr_x" });
    assert.equal(foreign.text, unknown.text);
    assert.deepEqual(partsOf(foreign.text).status, ["Unknown token"]);
  });

  test("tells of a public client's token when its session has ended, and nothing before", async () => {
    const client = await t.client({}, { isPublic: true });
    const { refreshToken: token } = await t.grant(client);
    assert.deepEqual(partsOf((await post({ client_id: client.id, token })).text).status, ["Unknown token"]);
    assert.equal((await t.revoke(client, token)).status, 200);
    const { status, steps } = partsOf((await post({ client_id: client.id, token })).text);
    assert.deepEqual(status, ["Session ended", "revoked_by_client"]);
    assert.match(steps[0] ?? "", /^The client revoked the session at /);
  });
});

describe("a question that is refused", () => {
  test("is told in words, alike for an unknown client, a wrong secret and a missing one", async () => {
    const token = await endedSession(shop);
    const wrong = { client_id: shop.id, client_secret: "wrong-secret-value", token };
    const questions = [wrong, { client_id: shop.id, token }, { ...wrong, client_id: "unknown-client" }];
    const causes = ["wrong_secret", "secret_missing", "unknown_client"];
    const texts = [];
    for (const [i, question] of questions.entries()) {
      const { status, text, headers } = await post(question);
      assert.equal(status, 400);
      assert.equal(headers.get("www-authenticate"), null, "no dialog of the browser");
      assert.match(partsOf(text).fault ?? "", /^The client ID or the secret is wrong\./);
      assert.doesNotMatch(text, /wrong-secret-value|unknown-client|rgr_/);
      const line = t.log.at(-1);
      assert.deepEqual([line?.["endpoint"], line?.["cause"]], ["docs_diagnose", causes[i]]);
      texts.push(text);
    }
    assert.equal(new Set(texts).size, 1);
    assert.match(
      texts[0] ?? "",
      /<title>The client ID or the secret is wrong\..*Why did my integration stop\?/,
    );
  });

  test("names what is missing", async () => {
    for (const form of [{}, shop.credentials, { ...shop.credentials, token: " " }]) {
      const { status, text } = await post(form);
      assert.equal(status, 400);
      assert.equal(partsOf(text).fault, "Enter the client ID and the refresh token.");
    }
  });

  test("counts with those of the endpoint", async () => {
    const client = await t.client();
    const question = { ...client.credentials, token: "x" };
    for (let i = 0; i < 60; i++) {
      const { status } = i % 2 === 0 ? await t.post("/oauth/explain", question) : await post(question);
      assert.equal(status, 200);
    }
    assert.equal((await t.post("/oauth/explain", question)).status, 429);
    const { status, headers, text } = await post(question);
    assert.equal(status, 429);
    const seconds = headers.get("retry-after") ?? "";
    assert.equal(partsOf(text).fault, `Too many attempts. Try again in ${seconds} seconds.`);
  });

  test("is not read from another site, from the URL, or with credentials of the browser", async () => {
    const token = await endedSession(shop);
    const form = { ...shop.credentials, token };
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      const { status, text } = await post(form, headers);
      assert.equal(status, 403);
      assert.doesNotMatch(text, /revoked|presented/);
    }
    for (const name of ["token", "client_secret"]) {
      const { status, text } = await post(form, OWN_PAGE, `${PAGE}?${name}=secret-in-url`);
      assert.equal(status, 400);
      assert.doesNotMatch(text, /secret-in-url/);
    }
    const authorization = `Basic ${btoa(`${shop.id}:${shop.secret}`)}`;
    const { text } = await post({ client_id: shop.id, token }, { ...OWN_PAGE, authorization });
    assert.match(partsOf(text).fault ?? "", /secret is wrong/);
  });
});

test("no page and no log line has what was entered", async () => {
  const token = await endedSession(shop);
  const seen = t.lines.length;
  const wrong = `wrong-${shop.secret}`;
  const pages = [
    await post({ ...shop.credentials, token }),
    await post({ ...shop.credentials, client_secret: wrong, token }),
    await post({ client_id: token, client_secret: wrong, token: shop.secret }),
    await post({ ...shop.credentials, token }, { origin: "https://evil.example" }),
    await post({ ...shop.credentials, token, [token]: shop.secret }),
  ];
  const written = [...pages.map(({ text }) => text), ...t.lines.slice(seen), await t.metricsText()];
  for (const entered of [token, shop.secret, wrong]) {
    for (const text of written) assert.equal(text.includes(entered), false);
  }
});

test("without explanations there is no page, and no link to it", async (context) => {
  const other = await startService({ explanations: false });
  context.after(() => other.close());
  for (const method of ["GET", "POST"]) assert.equal((await other.send(PAGE, { method })).status, 404);
  for (const path of ["/docs", "/docs/errors", "/docs/refreshing-tokens"])
    assert.doesNotMatch((await other.send(path)).text, /diagnose/);
});

test("below the issuer's path the form is posted there", async (context) => {
  const issuer = "https://example.com/auth";
  const mounted = await startService({ issuer });
  context.after(() => mounted.close());
  const html = await (await mounted.service.fetch(new Request(issuer + PAGE))).text();
  assert.match(html, /<form method="post" action="\/auth\/docs\/diagnose"/);
  assert.match(html, /https:\/\/example\.com\/auth\/oauth\/explain/);
});
