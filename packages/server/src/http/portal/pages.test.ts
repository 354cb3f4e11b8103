import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { PORTAL_PAGES } from "../../portal/pages.ts";
import { startService } from "../../testing.ts";
import { shownPage } from "./testing.ts";

const LANGUAGES = ["en", "de", "es", "fr", "it"];

const service = await startService({ resources: ["https://api.example/"], clientMetadataDocuments: true });
const passport = await startService({ passportResponses: "passport-13" });
after(() => Promise.all([service.close(), passport.close()]));

describe("each page of the portal", () => {
  for (const { slug } of PORTAL_PAGES) {
    test(`has its texts in every language, and its values filled in: ${slug}`, async () => {
      const titles = new Set<string>();
      for (const tag of LANGUAGES) {
        for (const instance of [service, passport]) {
          const html = await shownPage(instance, `/docs/${slug}?ui_locales=${tag}`);
          const [, main = ""] = /<main class="article"[^>]*>([^]*)<\/main>/.exec(html) ?? [];
          assert.ok(main.length > 1000);
          const texts = main.replaceAll(/<code[^>]*>[^]*?<\/code>/g, "");
          assert.doesNotMatch(texts, /docs\.\w|\{\w+\}|`|undefined/);
          titles.add(/<p class="lead">([^]*?)<\/p>/.exec(html)?.[1] ?? "");
        }
      }
      assert.equal(titles.size, LANGUAGES.length);
    });
  }

  test("is linked by the index in the order of the table", async () => {
    const html = await shownPage(service, "/docs");
    const cards = [...html.matchAll(/<li>\s*<a href="\/docs\/([\w-]+)">[^<]*<\/a>\s*<p/g)];
    assert.deepEqual(
      cards.map(([, slug]) => slug),
      PORTAL_PAGES.map(({ slug }) => slug),
    );
  });

  test("links only to pages and sections that are there, and keeps the reader's client id", async () => {
    const slugs = PORTAL_PAGES.map(({ slug }) => slug);
    for (const { slug } of PORTAL_PAGES) {
      const html = await shownPage(service, `/docs/${slug}?client_id=abc`);
      const linked = [...html.matchAll(/href="\/docs\/([\w-]+)\?([^"]*)"/g)];
      assert.ok(linked.length > slugs.length - 1);
      for (const [, to = "", query] of linked) {
        assert.ok(slugs.includes(to), `${slug} links to ${to}`);
        assert.match(query ?? "", /client_id=abc/);
      }
      for (const [, id = ""] of html.matchAll(/href="#([\w-]+)"/g)) {
        assert.ok(html.includes(`id="${id}"`), `${slug}#${id}`);
      }
    }
  });
});
