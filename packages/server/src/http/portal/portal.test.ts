import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, describe, test } from "node:test";
import { EXAMPLES } from "../../portal/examples/table.ts";
import { ISSUER, startService, tokensOf } from "../../testing.ts";
import type { TestService } from "../../testing.ts";
import { unescape } from "../../testing-browser.ts";
import { rowsOf } from "./testing.ts";

const PAGE = "/docs/refreshing-tokens";
const LANGUAGES = ["en", "de", "es", "fr", "it"];

const service = await startService({
  providerName: "Example Host",
  providerLogo: "https://cdn.example/logo.svg",
  accessTtl: 1800,
  retryWindow: 90,
});
after(() => service.close());

async function show(path = PAGE, headers: Record<string, string> = {}, of: TestService = service) {
  const { status, headers: sent, text } = await of.send(path, { headers });
  assert.equal(status, 200, text);
  return { html: text, headers: sent };
}

/** The examples of a page, by language; `shown` is the only one that is not hidden. */
function examplesIn(html: string) {
  const found = [
    ...html.matchAll(
      /<div class="scroll" tabindex="0"( hidden)?><pre><code data-language="(\w+)">([^<]*)<\/code><\/pre>/g,
    ),
  ].filter(([, , language]) => language !== "json");
  const shown = found.filter(([, hidden]) => hidden === undefined).map(([, , language]) => language);
  assert.equal(shown.length, 1);
  const codes = found.map(([, , language = "", code = ""]) => [language, unescape(code)] as const);
  return { codes: new Map(codes), shown: shown[0] };
}

describe("the page on refreshing tokens", () => {
  test("has an example in each language, and shows the first", async () => {
    const { codes, shown } = examplesIn((await show()).html);
    assert.deepEqual(
      [...codes.keys()],
      ["curl", "php", "jquery", "fetch", "node", "python", "go", "java", "csharp"],
    );
    assert.equal(shown, "curl");
    for (const [language, code] of codes) {
      assert.ok(code.includes(`${ISSUER}/oauth/token`), language);
      for (const name of ["CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"]) {
        assert.equal(code.split(name).length - 1, 1, `${name} in ${language}`);
      }
    }
  });

  test("has the method, the URI, and each parameter of request and response", async () => {
    const { html } = await show();
    assert.deepEqual(rowsOf(html, "endpoint"), [["POST", `${ISSUER}/oauth/token`]]);
    assert.deepEqual(
      rowsOf(html, "request").map(([name, type, , required]) => [name, type, required]),
      [
        ["grant_type", "string", "Yes"],
        ["client_id", "string", "Yes"],
        ["client_secret", "string", "Yes, unless the client is public"],
        ["refresh_token", "string", "Yes"],
        ["scope", "string", "No"],
      ],
    );
    const client = await service.client();
    const response = await service.refresh(client, (await service.grant(client)).refreshToken);
    tokensOf(response);
    const members = rowsOf(html, "response").map(([name]) => name);
    assert.deepEqual(
      members.filter((name) => name !== "scope"),
      Object.keys(response.body),
    );
  });

  test("has the lifetimes and the retry window of this instance", async () => {
    const { html } = await show();
    assert.deepEqual(
      rowsOf(html, "lifetimes").map(([, lifetime]) => lifetime),
      ["30 minutes", "10 days", "365 days"],
    );
    assert.match(html, /For at least 90 seconds it gets the same tokens again\./);
    const example = /<code data-language="json">([^<]*)</.exec(html)?.[1] ?? "";
    const { expires_in, refresh_token_retry_window } = JSON.parse(unescape(example)) as Record<
      string,
      number
    >;
    assert.deepEqual([expires_in, refresh_token_retry_window], [1800, 90]);
  });

  test("names each refusal as the token endpoint sends it", async () => {
    const [[expired], [revoked], [reused], [invalid], [client]] = rowsOf((await show()).html, "errors") as [
      string[],
      string[],
      string[],
      string[],
      string[],
    ];
    const written = [expired, revoked, reused, invalid, client];
    assert.deepEqual(written, [
      "400 invalid_grant expired",
      "400 invalid_grant revoked",
      "400 invalid_grant reused",
      "400 invalid_grant invalid",
      "401 invalid_client",
    ]);
  });

  test("has a resource parameter if there are resources to choose", async (t) => {
    const other = await startService({ resources: ["https://api.example/"] });
    t.after(() => other.close());
    const { html } = await show(PAGE, {}, other);
    assert.equal(rowsOf(html, "request").at(-1)?.[0], "resource");
  });

  test("follows the wire format of Laravel Passport where it is configured", async (t) => {
    const other = await startService({ passportResponses: "passport-13" });
    t.after(() => other.close());
    const { html } = await show(PAGE, {}, other);
    const members = rowsOf(html, "response").map(([name]) => name);
    assert.deepEqual(members, ["token_type", "expires_in", "access_token", "refresh_token"]);
    assert.equal(rowsOf(html, "errors")[0]?.[0], "400 invalid_grant Token has expired");
    assert.doesNotMatch(html, /refresh_token_retry_window/);
  });
});

describe("the reader's client id", () => {
  test("is in every example, and the secret in none", async () => {
    const id = "ea9ea94e-a0c2-4b87-9834-26b218ed26a0";
    const { codes } = examplesIn((await show(`${PAGE}?client_id=${id}`)).html);
    for (const [language, code] of codes) {
      assert.ok(code.includes(id), language);
      assert.doesNotMatch(code, /CLIENT_ID/, language);
      assert.match(code, /CLIENT_SECRET/, language);
    }
  });

  test("is filled in alike whether or not it is a client's", async () => {
    const { id } = await service.client();
    const other = "00000000-0000-4000-8000-000000000000";
    const [known, unknown] = await Promise.all(
      [id, other].map(async (clientId) => (await show(`${PAGE}?client_id=${clientId}`)).html),
    );
    assert.equal(known?.replaceAll(id, other), unknown);
  });

  test("is ignored if it is too long or has other characters", async () => {
    for (const odd of ["a b", "a\nb", "ä", "\0", "x".repeat(1025)]) {
      const { codes } = examplesIn((await show(`${PAGE}?client_id=${encodeURIComponent(odd)}`)).html);
      assert.match(codes.get("php") ?? "", /getenv\('CLIENT_ID'\)/, odd);
    }
  });

  test("cannot leave its string, its element or its attribute", async () => {
    const hostile = `'"\\$(id)\`id\`</script></code><b>&amp;{x}`;
    const { html } = await show(`${PAGE}?client_id=${encodeURIComponent(hostile)}`);
    assert.equal(html.includes("<b>"), false);
    assert.equal(html.split("</script>").length - 1, 1, "the page's own");
    const { codes } = examplesIn(html);
    assert.equal(codes.size, EXAMPLES.length);
    assert.ok(
      codes.get("php")?.includes(`'\\'"\\\\$(id)\`id\`</script></code><b>&amp;{x}'`),
      codes.get("php"),
    );
    assert.ok(codes.get("curl")?.includes(`'client_id='\\''"\\$(id)`), codes.get("curl"));
    for (const language of ["jquery", "fetch", "node"]) {
      assert.doesNotMatch(codes.get(language) ?? "", /<\//, language);
      assert.ok(codes.get(language)?.includes(JSON.stringify(hostile).replaceAll("<", "\\u003c")), language);
    }
    for (const language of ["python", "go", "java", "csharp"]) {
      assert.ok(codes.get(language)?.includes(JSON.stringify(hostile)), language);
    }
  });

  test("is kept by the links, and a secret in the URL is refused", async () => {
    const { html } = await show("/docs?client_id=abc&other=1");
    assert.match(html, /href="\/docs\/refreshing-tokens\?client_id=abc"/);
    assert.doesNotMatch(html, /other=1/);
    const refused = await service.send(`${PAGE}?client_id=abc&client_secret=s3cr3t-value`);
    assert.equal(refused.status, 400);
    assert.doesNotMatch(refused.text, /s3cr3t-value/);
  });

  test("does not grow with what the portal does not know in its URL", async () => {
    const { html } = await show("/docs/getting-tokens?ui_locales=de");
    for (const name of ["client_id", "language", "ui_locales"]) {
      const query = new URLSearchParams({ ui_locales: "de", [name]: `de ${"(".repeat(8000)}` }).toString();
      const grown = (await show(`/docs/getting-tokens?${query}`)).html;
      assert.equal(grown.length, html.length, name);
    }
  });
});

describe("the language of the examples", () => {
  test("is chosen by a link, and kept by a cookie of the portal", async () => {
    const { html, headers } = await show();
    assert.match(html, /<a href="\/docs\/refreshing-tokens\?language=php#example"\s*>PHP/);
    assert.deepEqual(headers.getSetCookie(), []);
    const chosen = await show(`${PAGE}?language=php`);
    assert.equal(examplesIn(chosen.html).shown, "php");
    assert.match(chosen.html, /language=php#example" aria-current="true"\s*>PHP/);
    const [cookie = ""] = chosen.headers.getSetCookie();
    assert.match(
      cookie,
      /^regrant_docs_language=php; Path=\/docs; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure$/,
    );
    const kept = await show(PAGE, { cookie: `other=1; ${cookie.split(";")[0]}` });
    assert.equal(examplesIn(kept.html).shown, "php");
    assert.deepEqual(kept.headers.getSetCookie(), []);
  });

  test("is the first if the choice is none of the portal's", async () => {
    const { html, headers } = await show(`${PAGE}?language=cobol`, {
      cookie: "regrant_docs_language=__proto__",
    });
    assert.equal(examplesIn(html).shown, "curl");
    assert.deepEqual(headers.getSetCookie(), []);
  });
});

describe("the portal", () => {
  test("is in the provider's name and in each language of the pages", async () => {
    const leads = new Set<string>();
    for (const tag of LANGUAGES) {
      const { html } = await show("/docs", { "accept-language": tag });
      assert.match(html, new RegExp(`<html lang="${tag}"`));
      assert.match(html, /Example Host/);
      assert.doesNotMatch(html, /[^/]docs\.\w/);
      leads.add(/<p class="lead">([^<]*)</.exec(html)?.[1] ?? "");
      const page = await show(`${PAGE}?ui_locales=${tag}`);
      assert.match(page.html, new RegExp(`<html lang="${tag}"`));
      assert.doesNotMatch(page.html, /[^/]docs\.\w/);
    }
    assert.equal(leads.size, LANGUAGES.length);
  });

  test("runs no script but the one that copies, loads the provider's logo alone, and may be found", async () => {
    const { html, headers } = await show();
    const policy = headers.get("content-security-policy") ?? "";
    const [, script = ""] = /<script>([^]*)<\/script>/.exec(html) ?? [];
    assert.ok(policy.includes(` script-src 'sha256-${hash("sha256", script, "base64")}';`), policy);
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src [^;]+; img-src data: https:\/\/cdn\.example; /,
    );
    assert.doesNotMatch(html, /style="|noindex/);
    assert.match(html, /<img src="https:\/\/cdn\.example\/logo\.svg"/);
  });

  test("names the pages in its navigation, and the page that is shown", async () => {
    const { html } = await show();
    assert.match(html, /<a href="\/docs">Documentation<\/a>/);
    assert.match(html, /<a href="\/docs\/refreshing-tokens" aria-current="page"/);
    const ids = new Set([...html.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id));
    const linked = [...html.matchAll(/<a href="#([\w-]+)"/g)].map(([, id]) => id);
    assert.deepEqual(linked, [...ids]);
  });

  test("is below the issuer's path, as its links and its cookie are", async (t) => {
    const issuer = "https://example.com/auth";
    const mounted = await startService({ issuer });
    t.after(() => mounted.close());
    const response = await mounted.service.fetch(new Request(`${issuer}${PAGE}?language=go`));
    const html = await response.text();
    assert.match(html, /href="\/auth\/docs\?language=go"/);
    assert.ok(html.includes(`${issuer}/oauth/token`));
    assert.match(response.headers.getSetCookie()[0] ?? "", /; Path=\/auth\/docs; /);
  });

  test("is not there if the setting is off", async (t) => {
    const other = await startService({ docs: false });
    t.after(() => other.close());
    for (const path of ["/docs", PAGE]) {
      const { status, body } = await other.send(path);
      assert.deepEqual([status, body["error"]], [404, "not_found"]);
    }
  });
});
