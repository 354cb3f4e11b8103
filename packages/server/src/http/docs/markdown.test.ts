import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Marked } from "marked";
import type { Token, Tokens } from "marked";
import { PATHS } from "../../endpoints/metadata.ts";
import { EXAMPLES } from "../../portal/examples/table.ts";
import { PORTAL_PAGES } from "../../portal/pages.ts";
import { ISSUER, startService } from "../../testing.ts";
import { unescape } from "../../testing-browser.ts";

const PAGE = "/docs/refreshing-tokens";
const TYPE = "text/markdown; charset=UTF-8";

const service = await startService({ providerName: "Example *Host* <b>", retryWindow: 90 });
const mounted = await startService({ issuer: "https://example.com/auth" });
after(() => Promise.all([service.close(), mounted.close()]));

async function read(path: string, headers: Record<string, string> = {}) {
  const { status, headers: sent, text } = await service.send(path, { headers });
  assert.equal(status, 200, text);
  return { text, headers: sent };
}

function isKind<Type extends string>(type: Type) {
  return (token: Token): token is Token & { type: Type } => token.type === type;
}

/** What a Markdown document is made of. */
function partsOf(text: string) {
  const tokens = new Marked().lexer(text);
  const headings = tokens.filter(isKind("heading")) as Tokens.Heading[];
  const tables = tokens.filter(isKind("table")) as Tokens.Table[];
  const code = tokens.filter(isKind("code")) as Tokens.Code[];
  return {
    headings: headings.map(({ depth, text }) => `${depth} ${text}`),
    cells: tables.flatMap(({ rows }) => rows.flat().map(({ text }) => text.replaceAll("`", ""))),
    code: code.map(({ lang, text }) => [lang, text] as const),
    html: tokens.filter(isKind("html")),
  };
}

describe("a page in Markdown", () => {
  test("has the headings, the cells and the code of the page in HTML", async () => {
    const { text: html } = await read(PAGE);
    const shown = (pattern: RegExp) =>
      [...html.matchAll(pattern)].map(([, found = ""]) => unescape(found.replaceAll(/<[^>]*>/g, "")).trim());
    const { headings, cells, code } = partsOf((await read(`${PAGE}.md`)).text);
    assert.deepEqual(
      headings.filter((text) => text.startsWith("2 ")).map((text) => text.slice(2)),
      shown(/<h2 id="[\w-]+-title">([^<]*)/g),
    );
    assert.deepEqual(cells, shown(/<(?:td|th scope="row")[^>]*>([^]*?)<\/t[dh]>/g));
    assert.deepEqual(
      code.map(([, text]) => text),
      shown(/<pre><code[^>]*>([^<]*)/g),
    );
    assert.ok(cells.length > 60);
  });

  test("has its examples in all languages, or in the one that the URL names", async () => {
    const languagesIn = async (query: string, headers = {}) =>
      partsOf((await read(`${PAGE}.md${query}`, headers)).text).code.map(([language]) => language);
    assert.deepEqual(await languagesIn(""), [...EXAMPLES.map(({ language }) => language), "json"]);
    assert.deepEqual(await languagesIn("?language=php"), ["php", "json"]);
    assert.deepEqual(await languagesIn("?language=cobol"), await languagesIn(""));
    // What a browser remembers would be kept by caches for others.
    assert.deepEqual(await languagesIn("", { cookie: "regrant_docs_language=php" }), await languagesIn(""));
  });

  test("has the client id of the URL, which cannot leave its code block", async () => {
    const id = "```'|`</code>";
    const { code, headings } = partsOf((await read(`${PAGE}.md?client_id=${encodeURIComponent(id)}`)).text);
    assert.equal(code.length, EXAMPLES.length + 1);
    assert.ok(code.find(([language]) => language === "python")?.[1].includes("```"));
    assert.deepEqual(headings, partsOf((await read(`${PAGE}.md`)).text).headings);
  });

  test("is in the reader's language", async () => {
    const { text: english } = await read(`${PAGE}.md`);
    const { text: german, headers } = await read(`${PAGE}.md`, { "accept-language": "de-CH" });
    assert.match(english, /^# Refreshing tokens\n/);
    assert.doesNotMatch(german, /^# Refreshing tokens\n/);
    assert.equal(headers.get("vary"), "Accept-Language");
    assert.equal((await read(`${PAGE}.md?ui_locales=de`)).text, german);
  });

  test("may be cached and read from any origin, and its ETag is of its text", async () => {
    const { headers } = await read(`${PAGE}.md`);
    assert.equal(headers.get("content-type"), TYPE);
    assert.equal(headers.get("cache-control"), "public, max-age=300");
    assert.equal(headers.get("access-control-allow-origin"), "*");
    const tag = headers.get("etag") ?? "";
    const again = await service.send(`${PAGE}.md`, { headers: { "if-none-match": tag } });
    assert.deepEqual([again.status, again.text], [304, ""]);
    const other = await service.send(`${PAGE}.md?client_id=x`, { headers: { "if-none-match": tag } });
    assert.equal(other.status, 200);
  });

  test("refuses a secret and a repeated parameter in the URL, in JSON", async () => {
    for (const query of ["client_secret=x", "language=php&language=go"]) {
      const { status, body, headers } = await service.send(`${PAGE}.md?${query}`);
      assert.deepEqual([status, body["error"]], [400, "invalid_request"]);
      assert.equal(headers.get("access-control-allow-origin"), "*");
    }
  });
});

test("/docs.md is the index and every page in one document", async () => {
  const { text } = await read(PATHS.markdown);
  const titles = partsOf(text).headings.filter((heading) => heading.startsWith("1 "));
  assert.equal(titles.length, PORTAL_PAGES.length + 1);
  const page = (await read(`${PAGE}.md`)).text;
  assert.ok(text.includes(page));
  assert.match(text, new RegExp(`\\n- \\[Refreshing tokens\\]\\(${ISSUER}${PAGE}\\.md\\): `));
});

test("the provider's name is text in Markdown too", async () => {
  const { text } = await read(PATHS.markdown);
  assert.match(text, /Example \\\*Host\\\* \\<b>/);
  assert.deepEqual(partsOf(text).html, []);
});

test("the page's own URL responds in Markdown where it is preferred to HTML, and is not cached", async () => {
  const preferred = [
    "text/markdown",
    "text/markdown, text/html, */*",
    "text/html;q=0.9, Text/Markdown",
    "text/markdown, */*",
  ];
  const others = [
    "",
    "*/*",
    "text/html",
    "text/html, text/markdown;q=0.9",
    "text/markdown;q=0",
    "text/*",
    "text/markdownish",
  ];
  for (const [path, markdown] of [
    [PAGE, `${PAGE}.md`],
    [PATHS.docs, PATHS.markdown],
  ] as const) {
    const { text: expected } = await read(markdown);
    for (const accept of preferred) {
      const { text, headers } = await read(path, { accept });
      assert.equal(text, expected, accept);
      assert.equal(headers.get("content-type"), TYPE);
      assert.equal(headers.get("cache-control"), "no-store");
    }
    for (const accept of others) {
      const { headers } = await read(path, { accept });
      assert.equal(headers.get("content-type"), "text/html; charset=UTF-8", accept);
      assert.equal(headers.get("vary"), "Accept, Accept-Language");
    }
  }
});

test("a page leads to itself in Markdown, with what the reader has chosen", async () => {
  const { text: html } = await read(`${PAGE}?client_id=x&language=php`);
  const path = `${PAGE}.md?client_id=x&language=php`;
  assert.ok(html.includes(`<link rel="alternate" type="text/markdown" href="${path.replace("&", "&amp;")}"`));
  assert.ok(html.includes(`<a href="${path.replace("&", "&amp;")}" type="text/markdown">`));
  const response = await mounted.service.fetch(new Request("https://example.com/auth/docs"));
  assert.match(await response.text(), /type="text\/markdown" href="\/auth\/docs\.md"/);
});

test("each link of llms.txt leads to a document of the kind that it promises", async () => {
  const get = (url: string) => mounted.service.fetch(new Request(url));
  const text = await (await get(`https://example.com/auth${PATHS.llms}`)).text();
  const { headings } = partsOf(text);
  assert.deepEqual(headings.slice(1), ["2 Guides", "2 Reference", "2 Optional"]);
  const [, guides = "", ...rest] = text.split("\n## ");
  const links = [...text.matchAll(/^- \[[^\]]+\]\((\S+)\): \S/gm)].map(([, url = ""]) => url);
  assert.equal(links.length, PORTAL_PAGES.length + 5);
  assert.equal(rest.length, 2);
  for (const url of links) {
    const response = await get(url);
    assert.equal(response.status, 200, url);
    if (guides.includes(`(${url})`)) assert.equal(response.headers.get("content-type"), TYPE);
  }
});
