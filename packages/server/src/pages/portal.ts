import { html } from "hono/html";
import type { PortalDocument, Section } from "../portal/document.ts";
import { linkList } from "./frame.ts";
import type { PageLink, Surroundings } from "./frame.ts";
import type { Html } from "./isolate.ts";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";
import { blockOf, inline } from "./portal-blocks.ts";
import type { BlockView } from "./portal-blocks.ts";
import { PORTAL_SCRIPT } from "./portal-script.ts";

/** The `id`s of what surrounds a text. */
export const FRAME_IDS = ["menu", "text", "contents"];

/** What surrounds a page of the portal. */
export interface PortalView extends BlockView, Required<Surroundings> {
  /** The pages of the portal, the index first. */
  pages: readonly PageLink[];
  /** Where the same is in Markdown. */
  markdownPath: string;
}

/** Renders a document of the portal as a page, which works without its script. */
export function portalPage(
  brand: Brand,
  language: Language,
  document: PortalDocument,
  view: PortalView,
): Page {
  const { t } = language;
  const { title, lead, blocks, sections, fault = null, images = [] } = document;
  const { tag, direction } = document.language ?? language;
  const { pages, markdownPath } = view;
  const body = html`<div class="docs">
    <nav class="menu" id="menu" popover aria-label="${t("docs.title")}">${linkList(pages)}</nav>
    <main class="article" id="text">
      <div lang="${tag}" dir="${direction}">
        <h1>${title}</h1>
        ${lead === "" ? "" : html`<p class="lead">${inline(lead)}</p>`}
      </div>
      ${contents(sections, language)}
      <div lang="${tag}" dir="${direction}">
        ${fault === null ? "" : html`<p class="bad" role="alert">${fault}</p>`}
        ${blocks.map((block) => blockOf(block, language, view, ""))}
        ${sections.map((section) => sectionOf(section, language, view))}
      </div>
      <p class="soft small"><a href="${markdownPath}" type="text/markdown">${t("docs.markdown")}</a></p>
      ${pager(pages)}
    </main>
  </div>`;
  return page(brand, language, {
    ...view,
    title,
    fault,
    head: html`<link rel="alternate" type="text/markdown" href="${markdownPath}" />`,
    body,
    images,
    script: PORTAL_SCRIPT,
    layout: "portal",
  });
}

/** Links to the sections. */
function contents(sections: readonly Section[], { t }: Language): Html | "" {
  if (sections.length === 0) return "";
  return html`<nav class="contents" aria-labelledby="contents">
    <h2 id="contents">${t("docs.contents")}</h2>
    <ul>
      ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}

function sectionOf({ id, title, blocks }: Section, language: Language, view: BlockView): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${blocks.map((block) => blockOf(block, language, view, id))}
  </section>`;
}

/** Links to the pages before and after the current one. */
function pager(pages: readonly PageLink[]): Html | "" {
  const at = pages.findIndex(({ isCurrent }) => isCurrent);
  const [before, after] = [pages[at - 1], pages[at + 1]];
  if (before === undefined && after === undefined) return "";
  return html`<p class="pager">
    ${before === undefined ? "" : html`<a rel="prev" href="${before.path}">${before.title}</a>`}
    ${after === undefined ? "" : html`<a rel="next" href="${after.path}">${after.title}</a>`}
  </p>`;
}
