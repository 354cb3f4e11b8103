import assert from "node:assert/strict";
import type { TestService } from "../../testing.ts";
import { unescape } from "../../testing-browser.ts";

/** The HTML of a page of the portal, which must be shown. */
export async function shownPage(
  service: TestService,
  path: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const { status, text } = await service.send(path, { headers });
  assert.equal(status, 200, text);
  return text;
}

/** Rows of the tables in a section, without their heads, as texts of the cells. */
export function rowsOf(html: string, id: string): string[][] {
  return [...sectionOf(html, id).matchAll(/<tr role="row">([^]*?)<\/tr>/g)]
    .map(([, row = ""]) => [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)])
    .filter(([first]) => first?.[0].includes("columnheader") === false)
    .map((cells) => cells.map(([, cell = ""]) => textOf(cell)));
}

/** Items of the lists in a section. */
export function itemsOf(html: string, id: string): string[] {
  return [...sectionOf(html, id).matchAll(/<li>([^]*?)<\/li>/g)].map(([, item = ""]) => textOf(item));
}

/** JSON that stands in a section as code. */
export function jsonOf(html: string, id: string): Record<string, unknown>[] {
  return [...sectionOf(html, id).matchAll(/<code data-language="json">([^<]*)<\/code>/g)].map(
    ([, code = ""]) => JSON.parse(unescape(code)) as Record<string, unknown>,
  );
}

/** A section's HTML. */
export function sectionOf(html: string, id: string): string {
  const section = html.split(`<section id="${id}"`)[1]?.split("</section>")[0];
  assert.ok(section !== undefined, `no section ${id}`);
  return section;
}

function textOf(html: string): string {
  return unescape(html.replaceAll(/<[^>]*>/g, ""))
    .replaceAll(/\s+/g, " ")
    .trim();
}
