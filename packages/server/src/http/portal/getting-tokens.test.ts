import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { DEVICE_CODE, GRANT_TYPES, JWT_BEARER, TOKEN_EXCHANGE } from "../../client-settings/grant-types.ts";
import { AUTHORIZATION_FIELDS } from "../../openapi/authorization.ts";
import { DEVICE_REQUEST_FIELDS, DEVICE_RESPONSE_FIELDS } from "../../openapi/device-authorization.ts";
import { GRANT_REQUESTS } from "../../openapi/grant-requests.ts";
import { CREDENTIALS } from "../../openapi/security.ts";
import { EXAMPLES } from "../../portal/examples/table.ts";
import type { GrantType } from "../../store/store.ts";
import { CALLBACK, SIGN_IN_CLIENT, TestBrowser, TestRequest, unescape } from "../../testing-browser.ts";
import { ISSUER, startService, tokensOf } from "../../testing.ts";
import { jsonOf, rowsOf, sectionOf, shownPage } from "./testing.ts";

const PAGE = "/docs/getting-tokens";
const RESOURCE = "https://mcp.example/notes";
const SECTIONS: readonly (readonly [GrantType, section: string])[] = [
  ["authorization_code", "code-exchange"],
  [DEVICE_CODE, "device-code"],
  ["client_credentials", "client-credentials"],
  ["password", "password"],
];

const service = await startService({
  providerName: "Example Host",
  resources: [RESOURCE],
  authorizationDetailsTypes: { payment: { label: { en: "Pay" }, schema: { type: "object" } } },
  registration: "open",
  registrationScopes: ["orders", "invoices"],
  scopeDescriptions: {
    orders: { en: "See your orders", it: "Vedere i tuoi ordini" },
    refunds: { en: "Pay money back" },
  },
});
after(() => service.close());

/** The tables of a section that have these columns, as the names of their rows. */
function namesIn(html: string, section: string): string[] {
  return rowsOf(html, section).map(([name = ""]) => name);
}

/** Examples of a section: their languages in order, and the code of each. */
function codesIn(html: string, section: string): Map<string, string> {
  const found = sectionOf(html, section).matchAll(/<code data-language="(\w+)">([^<]*)<\/code>/g);
  return new Map([...found].map(([, language = "", code = ""]) => [language, unescape(code)]));
}

describe("the page on getting tokens", () => {
  test("has exactly the parameters of an authorization request", async () => {
    const names = namesIn(await shownPage(service, PAGE), "authorization-request");
    assert.deepEqual(names.toSorted(), ["GET", ...Object.keys(AUTHORIZATION_FIELDS)].toSorted());
    // What a reader needs comes first.
    assert.deepEqual(names.slice(1, 5), ["client_id", "response_type", "redirect_uri", "state"]);
  });

  test("has a section for each grant type that gives first tokens, and a program that uses it", async () => {
    const html = await shownPage(service, PAGE);
    // Exchanges and assertions are arranged with an operator; the API description has them.
    const others: readonly string[] = ["refresh_token", TOKEN_EXCHANGE, JWT_BEARER];
    const first = GRANT_TYPES.filter((grantType) => !others.includes(grantType));
    assert.deepEqual(new Set(SECTIONS.map(([grantType]) => grantType)), new Set(first));
    for (const [, section] of SECTIONS) sectionOf(html, section);
    assert.equal(namesIn(html, "choose").length, first.length + 1);
  });

  for (const [grantType, section] of SECTIONS) {
    test(`has exactly the parameters of the token request of ${grantType}`, async () => {
      const html = await shownPage(service, PAGE);
      const rows = rowsOf(html, section);
      const own = rows.slice(rows.findIndex(([name]) => name === "grant_type"));
      const { fields } = GRANT_REQUESTS[grantType];
      assert.deepEqual(
        own.map(([name]) => name),
        ["grant_type", ...Object.keys(CREDENTIALS), ...Object.keys(fields)],
      );
      assert.match(own[0]?.[2] ?? "", new RegExp(`The value is ${grantType}\\.`));
      for (const [name = "", , , required] of own) {
        if (fields[name]?.required) assert.equal(required, "Yes", name);
      }
      const [, , , secret] = own.find(([name]) => name === "client_secret") ?? [];
      const ofAll = grantType === "client_credentials" ? "Yes" : "Yes, unless the client is public";
      assert.equal(secret, ofAll, "RFC 6749 §4.4: a public client has no token of its own");
    });
  }

  test("says how a client with a key or a certificate authenticates, as the page on refreshing does", async () => {
    const exchange = sectionOf(await shownPage(service, PAGE), "code-exchange");
    const refresh = sectionOf(await shownPage(service, "/docs/refreshing-tokens"), "request");
    for (const html of [exchange, refresh]) {
      assert.match(html, /<code>client_assertion<\/code>.*<code>private_key_jwt<\/code>.*RFC 8705/s);
    }
  });

  test("has exactly the members of a device authorization, and this instance's values", async () => {
    const html = await shownPage(service, PAGE);
    const expected = [
      "POST",
      ...Object.keys(DEVICE_REQUEST_FIELDS),
      ...Object.keys(DEVICE_RESPONSE_FIELDS),
      "POST",
    ];
    assert.deepEqual(namesIn(html, "device-code").slice(0, expected.length), expected);
    const [sample] = jsonOf(html, "device-code");
    assert.deepEqual(sample?.["verification_uri"], `${ISSUER}/device`);
    assert.match(sectionOf(html, "device-code"), /every 5 seconds/);
  });

  test("has exactly the members of a response to a code, and no refresh token of the client", async () => {
    const html = await shownPage(service, PAGE);
    const client = await service.client({
      ...SIGN_IN_CLIENT,
      firstParty: true,
      scopes: ["read"],
      authorizationDetailsTypes: ["payment"],
    });
    await service.account("ada", "correct horse battery staple");
    const browser = new TestBrowser(service);
    const request = new TestRequest(client);
    const authorization_details = JSON.stringify([{ type: "payment" }]);
    const signIn = await browser.open(request.path({ authorization_details }));
    const left = await browser.submit(signIn, { username: "ada", password: "correct horse battery staple" });
    const response = await service.token(request.redeem(request.codeOf(left, CALLBACK)));
    tokensOf(response);
    assert.deepEqual(new Set(namesIn(html, "response")), new Set(Object.keys(response.body)));
    const [own] = jsonOf(html, "client-credentials");
    assert.equal(own?.["refresh_token"], undefined);
  });

  test("has programs in the languages that can run them, each with how it is run", async () => {
    const html = await shownPage(service, PAGE);
    const all = EXAMPLES.map(({ language }) => language);
    const onServers = EXAMPLES.filter(({ run }) => run !== undefined);
    assert.deepEqual([...codesIn(html, "code-exchange").keys()], all);
    assert.deepEqual(
      [...codesIn(html, "client-credentials").keys()],
      [...onServers.map(({ language }) => language), "json"],
    );
    for (const { language, run } of onServers) {
      const { file, command } = run?.("code") ?? { file: "", command: "" };
      const section = sectionOf(html, "code-exchange");
      assert.ok(section.includes(`<code>${file}</code>`), language);
      assert.ok(section.includes(`<code>${command}</code>`), language);
    }
  });

  test("shows the first language where the chosen one has no program", async () => {
    const html = await shownPage(service, `${PAGE}?language=jquery`);
    const shown = (section: string) =>
      /<div class="scroll" tabindex="0"><pre><code data-language="(\w+)"/.exec(sectionOf(html, section))?.[1];
    assert.equal(shown("code-exchange"), "jquery");
    assert.equal(shown("client-credentials"), "curl");
    assert.match(html, /language=php#code-exchange"/);
  });

  test("is the same in Markdown: how a program is run, and the first language for one that is missing", async () => {
    const { text } = await service.send(`${PAGE}.md?language=jquery`);
    const [, own = ""] = text.split("## Client credentials\n");
    assert.match(own, /^### curl\n\n```curl\n[^`]*```\n\nSave it as `client_credentials\.sh` and run/m);
    assert.doesNotMatch(own, /### PHP/);
    const { text: all } = await service.send(`${PAGE}.md`);
    assert.match(all, /\n\nSave it as `code\.php` and run `php code\.php`\.\n/);
  });

  test("has the reader's client id in every program, and a page's program has no secret", async () => {
    const id = "ea9ea94e-a0c2-4b87-9834-26b218ed26a0";
    const html = await shownPage(service, `${PAGE}?client_id=${id}`);
    for (const section of ["authorization-request", ...SECTIONS.map(([, section]) => section)]) {
      for (const [language, code] of codesIn(html, section)) {
        if (language === "json") continue;
        assert.ok(code.includes(id), `${section} in ${language}`);
        assert.doesNotMatch(code, /CLIENT_ID/, `${section} in ${language}`);
      }
    }
    const codes = codesIn(html, "code-exchange");
    for (const language of ["jquery", "fetch"]) assert.doesNotMatch(codes.get(language) ?? "", /secret/i);
    for (const { language } of EXAMPLES.filter(({ run }) => run !== undefined)) {
      assert.match(codes.get(language) ?? "", /CLIENT_SECRET/, language);
    }
  });

  test("names the scopes that are described, and those of the metadata, in the reader's language", async () => {
    const html = await shownPage(service, `${PAGE}?ui_locales=it`);
    assert.deepEqual(
      rowsOf(html, "scopes")
        .map(([scope, text]) => [scope, text])
        .slice(0, 3),
      [
        ["orders", "Vedere i tuoi ordini"],
        ["refunds", "Pay money back"],
        ["invoices", ""],
      ],
    );
    assert.match(rowsOf(html, "scopes").at(-1)?.[1] ?? "", /^Accesso mentre l’utente è assente/);
  });

  test("has a resource parameter only where there are resources to choose", async (t) => {
    const other = await startService();
    t.after(() => other.close());
    for (const section of ["authorization-request", ...SECTIONS.map(([, section]) => section)]) {
      assert.ok(namesIn(await shownPage(service, PAGE), section).includes("resource"), section);
      assert.ok(!namesIn(await shownPage(other, PAGE), section).includes("resource"), section);
    }
  });

  test("has no password where the grant type is off", async (t) => {
    const off = await startService({ passwordGrant: false });
    t.after(() => off.close());
    assert.match(await shownPage(service, PAGE), /<section id="password"/);
    const html = await shownPage(off, PAGE);
    assert.doesNotMatch(html, /id="password"|<code>password<\/code>/);
    assert.equal(
      namesIn(html, "choose").length,
      namesIn(await shownPage(service, PAGE), "choose").length - 1,
    );
  });

  test("follows the wire format of Laravel Passport where it is configured", async (t) => {
    const other = await startService({ passportResponses: "passport-13" });
    t.after(() => other.close());
    const html = await shownPage(other, PAGE);
    assert.deepEqual(namesIn(html, "response"), [
      "token_type",
      "expires_in",
      "access_token",
      "refresh_token",
    ]);
  });
});
