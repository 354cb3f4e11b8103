import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { Languages } from "../pages/language.ts";
import { readDocsFolder } from "./docs-folder.ts";
import type { Block, OwnPage, PortalDocument } from "./document.ts";

const ISSUER = "https://example.com/auth";
const languages = new Languages({ "pt-BR": {} });

function folderOf(files: Record<string, string | Uint8Array>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const read = (folder: string) => readDocsFolder(folder, { issuer: ISSUER, languages });

async function pagesOf(files: Record<string, string>) {
  const result = await read(folderOf(files));
  assert.ok("pages" in result, JSON.stringify(result));
  return result;
}

/** What is wrong with the files, without the path of their folder. */
async function violationsOf(files: Record<string, string | Uint8Array>): Promise<string[]> {
  const folder = folderOf(files);
  const result = await read(folder);
  assert.ok("violations" in result);
  return result.violations.map((violation) => violation.replace(`${folder}/`, "").replace(folder, "FOLDER"));
}

function documentOf({ documentFor }: OwnPage, tag = "en"): PortalDocument {
  return documentFor(languages.choose(tag, null));
}

const blocksOf = ({ blocks, sections }: PortalDocument): Block[] => [
  ...blocks,
  ...sections.flatMap((section) => section.blocks),
];
const htmlOf = (document: PortalDocument) =>
  blocksOf(document)
    .map((block) => (block.kind === "markdown" ? block.html : ""))
    .join("");

/** The HTML of one text below a title, and the notes on it. */
async function shown(text: string) {
  const { pages, notes } = await pagesOf({ "page.md": `# T\n\n${text}` });
  const [page] = pages;
  assert.ok(page);
  const document = documentOf(page);
  return { html: htmlOf(document), document, notes };
}

describe("a folder's pages", () => {
  test("are in the order of their numbers, then of their names", async () => {
    const names = ["20-b.md", "3-c.md", "zz.md", "aa.md", "20-a.md", "0100-d.md"];
    const { pages } = await pagesOf(Object.fromEntries(names.map((name) => [name, "# T"])));
    assert.deepEqual(
      pages.map(({ slug }) => slug),
      ["c", "a", "b", "d", "aa", "zz"],
    );
  });

  test("have their title from the front matter, else from the heading that they begin with", async () => {
    const { pages } = await pagesOf({
      "1-a.md": "\n# The `API` &amp; *you*\n\nText",
      "2-b.md": '---\ntitle: "B: or not"\ndescription: What `b` is.\n---\n\n# Heading\n\n## Section\n',
      "3-c.md": "\uFEFF---\r\ntitle: C\r\n---\r\nText\r\n",
    });
    assert.deepEqual(
      pages.map((page) => documentOf(page)).map(({ title, lead }) => [title, lead]),
      [
        ["The API & you", ""],
        ["B: or not", "What `b` is."],
        ["C", ""],
      ],
    );
    assert.deepEqual(
      pages.map((page) => documentOf(page).sections.map(({ id }) => id)),
      [[], ["section"], []],
    );
  });

  test("are shown in the reader's language, else in English, else in the one that they have", async () => {
    const { pages } = await pagesOf({
      "1-both.md": "# Hours",
      "1-both.de.md": "# Zeiten",
      "2-one.it.md": "# Orari",
      "3-region.pt-br.md": "# Horas",
    });
    const titles = (tag: string) =>
      pages.map((page) => {
        const { title, language } = documentOf(page, tag);
        return [title, language?.tag];
      });
    assert.deepEqual(titles("en"), [
      ["Hours", "en"],
      ["Orari", "it"],
      ["Horas", "pt-BR"],
    ]);
    assert.deepEqual(titles("de"), [
      ["Zeiten", "de"],
      ["Orari", "it"],
      ["Horas", "pt-BR"],
    ]);
    assert.deepEqual(titles("pt-BR"), [
      ["Hours", "en"],
      ["Orari", "it"],
      ["Horas", "pt-BR"],
    ]);
  });

  test("link each other and Regrant's own by their files, in HTML and in Markdown", async () => {
    const { pages, notes } = await pagesOf({
      "1-a.md": "# A\n\n[b](20-b.md#x), [own](./refreshing-tokens.md), [ref]\n\n[ref]: 20-b.md\n",
      "20-b.md": "# B\n\n`{issuer}` and {token_endpoint}\n",
    });
    const [first, second] = pages.map((page) => documentOf(page));
    assert.ok(first && second);
    const html = htmlOf(first);
    assert.match(
      html,
      /href="\/auth\/docs\/b#x".*href="\/auth\/docs\/refreshing-tokens".*href="\/auth\/docs\/b"/,
    );
    const source = blocksOf(first)
      .map((block) => (block.kind === "markdown" ? block.source : ""))
      .join("\n");
    assert.match(source, /\(https:\/\/example\.com\/auth\/docs\/b\.md#x\)/);
    assert.match(source, /^\[ref\]: https:\/\/example\.com\/auth\/docs\/b\.md$/m);
    assert.match(htmlOf(second), /<code>https:\/\/example\.com\/auth<\/code> and .*\/auth\/oauth\/token/);
    assert.deepEqual(notes, []);
  });

  test("are files of the folder alone: others, hidden ones and folders below are not looked at", async () => {
    const folder = folderOf({ "a.md": "# A", ".b.md": "# B", "c.txt": "# C" });
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "sub", "d.md"), "# D");
    // As Kubernetes mounts files.
    mkdirSync(join(folder, "..2026"));
    writeFileSync(join(folder, "..2026", "e.md"), "# E");
    symlinkSync("..2026", join(folder, "..data"));
    symlinkSync(join("..data", "e.md"), join(folder, "e.md"));
    const link = join(temporaryFolder(), "link");
    symlinkSync(folder, link);
    const result = await read(link);
    assert.ok("pages" in result);
    assert.deepEqual(
      result.pages.map(({ slug }) => slug),
      ["a", "e"],
    );
  });
});

test("the pages of the guide are pages, and nothing in them is noted", async () => {
  const guide = readFileSync(join(import.meta.dirname, "../../../../docs/portal.md"), "utf8");
  const files = [...guide.matchAll(/cat > docs-pages\/(\S+) <<'EOF'\n([^]*?)\nEOF/g)];
  const { pages, notes } = await pagesOf(
    Object.fromEntries(files.map(([, name = "", text = ""]) => [name, text])),
  );
  assert.deepEqual(
    pages.map(({ slug }) => slug),
    ["rate-limits", "api-errors"],
  );
  assert.deepEqual(notes, []);
});

describe("a folder that cannot be used is refused with the file and what to do", () => {
  test("a link that leads out of it, which could publish what the service can read", async () => {
    const secret = join(folderOf({ "regrant.env": "# Regrant\nREGRANT_MASTER_KEY=s3cr3t" }), "regrant.env");
    const folder = folderOf({ "a.md": "# A" });
    symlinkSync(secret, join(folder, "b.md"));
    assert.deepEqual(await read(folder), {
      violations: [`${join(folder, "b.md")} is a link to a file outside of the folder: copy the file`],
    });
  });

  test("an absent one", async () => {
    const result = await read("/nowhere/at-all");
    assert.deepEqual(result, { violations: ["the folder /nowhere/at-all was not found"] });
  });

  test("each file with what is wrong with it", async () => {
    const violations = await violationsOf({
      "README.md": "# Read me",
      "a_b.md": "# A",
      "refreshing-tokens.md": "# Mine",
      "1-twice.md": "# T",
      "2-twice.md": "# T",
      "lang.xx.md": "# X",
      "untitled.md": "Some text\n\n# Title",
      "empty.md": "",
      "front.md": "---\ntitle: x\n",
      "key.md": "---\ntitel: x\n---\n# T",
      "long.md": `---\ndescription: ${"x".repeat(301)}\n---\n# T`,
      "bytes.md": new Uint8Array([0x23, 0x20, 0xff]),
      "big.md": `# T\n\n${"word ".repeat(14_000)}`,
    });
    const expected = [
      /^README\.md has no name of a page: lower-case/,
      /^a_b\.md has no name of a page/,
      /^refreshing-tokens\.md has the name of a page that Regrant has: \/docs\/refreshing-tokens\. Choose another/,
      /^2-twice\.md is the page \/docs\/twice in en, as 1-twice\.md is\. Remove or rename/,
      /^lang\.xx\.md is in a language that the pages do not have: en, de, es, fr, it, pt-BR, or one that/,
      /^untitled\.md has no title: begin it with a line such as "# Rate limits"$/,
      /^empty\.md has no title/,
      /^front\.md has front matter without an end: a line of "---"$/,
      /^key\.md has "titel" in its front matter, where title and description may stand$/,
      /^long\.md has a description of more than 300 characters$/,
      /^bytes\.md is not UTF-8: save it as UTF-8$/,
      /^big\.md is larger than 64 KiB: split it$/,
    ];
    for (const pattern of expected) {
      assert.equal(
        violations.filter((violation) => pattern.test(violation)).length,
        1,
        `${pattern}\n${violations.join("\n")}`,
      );
    }
    assert.equal(violations.length, expected.length);
  });

  test("a folder with the name of a page, and too many pages", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a.md"));
    assert.deepEqual(await read(folder), { violations: [`${join(folder, "a.md")} is not a file`] });
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`p${i}.md`, "# T"]));
    assert.deepEqual(await violationsOf(many), ["FOLDER has 201 pages, and 200 are the most"]);
  });
});

describe("hostile Markdown", () => {
  /** What may be in the HTML of a page. */
  const ELEMENTS =
    /^<\/?(?:a|blockquote|br|code|del|div|em|h[2-6]|hr|img|li|ol|p|pre|strong|table|tbody|td|th|thead|tr|ul)(?: (?:href|title|src|alt|loading|id|start|role|scope|class|tabindex|data-language|data-label)="[^"<>]*")*(?: \/)?>$/;

  function assertSafe(html: string, source: string): void {
    for (const [tag] of html.matchAll(/<[^>]*>/g)) assert.match(tag, ELEMENTS, source);
    // Nothing is left that a parser could begin an element with.
    assert.doesNotMatch(html.replaceAll(/<[^>]*>/g, ""), /[<>]/, source);
    for (const [, attribute, url = ""] of html.matchAll(/ (href|src)="([^"]*)"/g)) {
      const { protocol } = new URL(url.replaceAll("&amp;", "&"), "https://page.example/docs/");
      const allowed = attribute === "src" ? ["https:"] : ["https:", "http:", "mailto:"];
      assert.ok(allowed.includes(protocol), `${source}: ${url}`);
    }
  }

  const HOSTILE = [
    "<script>alert(1)</script>",
    "text <script>alert(1)</script> text",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<!-- --><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<p title='a\n\nb' onclick=alert(1)>",
    "<pre><code>`</code><script>x</script></pre>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](\u0001javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](&#x6A&#x61&#x76&#x61script:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](blob:https://a/b)",
    "[x](file:///etc/passwd)",
    "[x](//[)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<x-odd+scheme:y>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](http://a.example/x.png)",
    "![x](https://a;b.example/x.png)",
    '![x" onerror="alert(1)](https://a.example/x.png)',
    '![x](https://a.example/x"onerror="alert(1).png)',
    '[x](https://a.example "t\\" onclick=\\"alert(1)")',
    '[x](https://a.example/"onclick="alert(1))',
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "`<script>`",
    '```"><script>alert(1)</script>\n</code><script>alert(1)</script>\n```',
    '- ```x"onmouseover=alert(1)\n  </code><script>\n  ```',
    '| <script> | b |\n| - | - |\n| <img src=x onerror=alert(1)> | "><script> |',
    '## "><script>alert(1)</script>',
    "### <img src=x onerror=alert(1)> `x`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "\\<script>",
    "1. <script>\n2. x",
    "> <script>\n> alert(1)",
    '[a]: <x> "\'><script>"\n\n[a]',
    "$$<script>$$ {{constructor}} ${x}",
  ];

  test("becomes nothing but the elements of Markdown", async () => {
    for (const source of HOSTILE) assertSafe((await shown(source)).html, source);
  });

  test("cannot leave the title, the description or a heading, which are plain texts", async () => {
    const { pages } = await pagesOf({
      "1-a.md": "# <script>alert(1)</script> &lt;b&gt;\n\n## <img src=x onerror=alert(1)>\n",
    });
    const [page] = pages;
    assert.ok(page);
    const { title, sections } = documentOf(page);
    assert.equal(title, "<script>alert(1)</script> <b>");
    assert.equal(sections[0]?.title, "<img src=x onerror=alert(1)>");
    assert.match(sections[0]?.id ?? "", /^[\w-]+$/);
  });

  test("is noted with its file, so that the provider learns of it", async () => {
    const { notes } = await shown("<b>x</b> [x](javascript:alert(1)) ![y](pic.png) [z](gone.md)");
    const patterns = [
      /page\.md: the HTML "<b>" is shown as text: /,
      /page\.md: the HTML "<\/b>" is shown as text: /,
      /page\.md: a link to "javascript:alert\(1\)" is shown as text: /,
      /page\.md: the image "pic\.png" is shown as its text: an image needs an https URL/,
      /page\.md: a link to "gone\.md" is shown as text: /,
    ];
    assert.equal(notes.length, patterns.length);
    for (const [i, pattern] of patterns.entries()) assert.match(notes[i] ?? "", pattern);
  });

  test("takes bounded time and space, or is refused", { timeout: 120_000 }, async () => {
    const size = 64 * 1024 - 100;
    const fill = (text: string) => text.repeat(Math.floor(size / text.length));
    const texts = [...["_*a", "[", "<", "a|", "&#1;"].map(fill), ">".repeat(6000)];
    const bomb = `[a]: ${"https://a.example/".padEnd(1900, "x")}\n\n${"[a] ".repeat(15_000)}`;
    const started = performance.now();
    const results = await Promise.all(
      [...texts, bomb].map(async (text) => read(folderOf({ "a.md": `# T\n\n${text}` }))),
    );
    // Each has 2 s at most.
    assert.ok(performance.now() - started < 60_000);
    const refused = results.flatMap((result) => ("violations" in result ? result.violations : []));
    const reasons = [
      /takes more than 2000 ms to parse/,
      /is nested too deeply/,
      /is larger than 1 MiB in HTML/,
    ];
    for (const reason of reasons)
      assert.ok(
        refused.some((violation) => reason.test(violation)),
        String(reason),
      );
    for (const violation of refused)
      assert.ok(
        reasons.some((reason) => reason.test(violation)),
        violation,
      );
  });
});

describe("Markdown", () => {
  test("has its headings' fragments as GitHub makes them, each once", async () => {
    const { document } = await shown(
      "## Rate limits!\n\n### Rate limits\n\n## Über_uns 2\n\n## ???\n\n## Contents\n\n## A\n\n## A title\n",
    );
    assert.deepEqual(
      document.sections.map(({ id }) => id),
      ["rate-limits", "über_uns-2", "section", "contents-1", "a", "a-title-1"],
    );
    assert.match(htmlOf(document), /<h3 id="rate-limits-1">/);
  });

  test("has its code as the portal's own, to be copied", async () => {
    const { document } = await shown("Text\n\n```php title=x\n<?php\n```\n\n    indented\n");
    assert.deepEqual(
      blocksOf(document).map((block) =>
        block.kind === "code" ? [block.language, block.code.trim()] : block.kind,
      ),
      ["markdown", ["php", "<?php"], ["text", "indented"]],
    );
  });

  test("has its lists, tables, quotes, rules and emphasis", async () => {
    const { html } = await shown(
      "3. a\n4. b\n\n- [x] done\n\n| a | b |\n|-|-|\n| 1<br>2 | `x` |\n\n> q\n\n---\n\n**b** *e* ~~d~~ \\*",
    );
    for (const part of [
      '<ol start="3">',
      "☑ done",
      "1<br />2",
      "<code>x</code>",
      "<blockquote>",
      "<hr />",
      "<strong>b",
      "<em>e",
      "<del>d",
      " *</p>",
    ]) {
      assert.ok(html.includes(part), `${part} in ${html}`);
    }
  });
});
