// Every link of every Markdown page leads somewhere, and every page and image of docs/ is linked. No network: a link to
// the web is checked by its shape. test/package.test.ts checks the READMEs as they are packed.
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { anchorsOf, linksOf, webLinkFault } from "./markdown-links.ts";

const ROOT = join(import.meta.dirname, "..");
const IS_WEB = /^[a-z][a-z\d+.-]*:/i;

const files = globSync("**/*.md", {
  cwd: ROOT,
  exclude: (path) => /(^|\/)(node_modules|dist|data|keycloak-[^/]+)$/.test(path),
}).map((path) => path.replaceAll("\\", "/"));
const pages = new Map(files.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
const anchors = new Map([...pages].map(([path, text]) => [path, anchorsOf(text)]));
const links = [...pages].flatMap(([page, text]) =>
  linksOf(text).map(({ target, line }) => {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), path)).replaceAll("\\", "/");
    return { at: `${page}:${line}: ${target}`, page, target, file, anchor, isWeb: IS_WEB.test(target) };
  }),
);
const atHome = links.filter(({ isWeb }) => !isWeb);

test("the pages and their links are found", () => {
  assert.ok(pages.size > 100 && links.length > 600, `${pages.size} pages, ${links.length} links`);
});

test("a link leads to a file of the repository", () => {
  const dead = atHome.filter(({ target, file }) => target === "" || !existsSync(join(ROOT, file)));
  assert.deepEqual(
    dead.map(({ at }) => at),
    [],
  );
});

test("a link to a heading names one that exists", () => {
  const dead = atHome.filter(({ file, anchor }) => anchor !== undefined && !anchors.get(file)?.has(anchor));
  assert.deepEqual(
    dead.map(({ at }) => at),
    [],
  );
});

test("a link to the web is https, and leads to no example", () => {
  const bad = links.flatMap(({ at, target, isWeb }) => {
    const fault = isWeb ? webLinkFault(target) : undefined;
    return fault === undefined ? [] : [`${at}: ${fault}`];
  });
  assert.deepEqual(bad, []);
});

test("a reader who begins at the README reaches every page of docs/", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    for (const { file } of atHome.filter((link) => link.page === page))
      if (pages.has(file)) reached.add(file);
  }
  const unreached = files.filter((file) => file.startsWith("docs/") && !reached.has(file));
  assert.deepEqual(unreached, []);
});

test("the index of docs/ lists every guide and reference", () => {
  const listed = new Set(atHome.filter(({ page }) => page === "docs/README.md").map(({ file }) => file));
  const guides = files.filter((file) => /^docs\/(?:reference\/|client\/)?[^/]+\.md$/.test(file));
  const missing = guides.filter((file) => file !== "docs/README.md" && !listed.has(file));
  assert.deepEqual(missing, []);
});

test("every image of docs/ is shown on a page", () => {
  const shown = new Set(atHome.map(({ file }) => file));
  const images = globSync("docs/images/*", { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));
  assert.deepEqual(
    images.filter((image) => !shown.has(image)),
    [],
  );
});

test("a picture for dark pages differs from that for light ones in its colours alone", () => {
  const drawn = (path) => readFileSync(join(ROOT, path), "utf8").replaceAll(/#[0-9a-f]{6}/g, "colour");
  const dark = globSync("docs/images/*-dark.svg", { cwd: ROOT });
  assert.ok(dark.length > 0);
  for (const path of dark) assert.equal(drawn(path), drawn(path.replace("-dark", "-light")), path);
});

test("a package's README links to the web, or to a file that is packed with it", () => {
  for (const { page, file, at } of atHome.filter(({ page }) => page.startsWith("packages/"))) {
    const folder = dirname(page);
    const { files: packed } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
    const isPacked = [...packed, "README.md", "LICENSE", "package.json"].some(
      (path) => file === `${folder}/${path}` || file.startsWith(`${folder}/${path}/`),
    );
    assert.ok(isPacked, at);
  }
});

test("links in code are none; those in tables, HTML and definitions are found", () => {
  const page = [
    "`[a](no.md)` and [b](b.md) ``[`c`](no.md)``",
    "```md",
    "[d](no.md)",
    "```",
    '| ![e](e.png) | <source srcset="f.svg 1x, g.svg 2x"><img src="h.svg"> |',
    "[i]: i.md",
    "<https://www.rfc-editor.org/rfc/rfc6749>",
  ].join("\n");
  assert.deepEqual(
    linksOf(page).map(({ target, line }) => `${line} ${target}`),
    [
      "1 b.md",
      "5 e.png",
      "5 f.svg",
      "5 g.svg",
      "5 h.svg",
      "6 i.md",
      "7 https://www.rfc-editor.org/rfc/rfc6749",
    ],
  );
});

test("anchors are GitHub's: repeated ones are numbered, code and links lose their marks", () => {
  const page = "# A `b` & [c](d.md)\n## Limits\n## Limits\n```sh\n# no heading\n```\n";
  assert.deepEqual([...anchorsOf(page)], ["a-b--c", "limits", "limits-1"]);
});

test("the shape of a link to the web: what is refused", () => {
  const refused = [
    "http://rfc-editor.org/",
    "https://localhost/a",
    "https://auth.example.com/",
    "https://a.b/c.",
  ];
  for (const target of refused) assert.ok(webLinkFault(target), target);
  assert.equal(webLinkFault("https://datatracker.ietf.org/doc/html/rfc9700#section-2.1"), undefined);
});
