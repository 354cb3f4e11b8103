import { html, raw } from "hono/html";
import type { Block, ExampleCode, PortalDocument, Section } from "../portal/document.ts";
import type { Html } from "./isolate.ts";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";

/** What surrounds a document of the portal. */
export interface PortalView {
  /** The pages of the portal, the index first. */
  pages: readonly { title: string; path: string; isCurrent: boolean }[];
  /** The path of a page of the portal, which keeps what the reader has chosen. */
  pathOf: (slug: string) => string;
  /** The language of the examples that is shown. */
  exampleLanguage: string;
  /** Where the language of the examples is chosen. */
  pathOfLanguage: (language: string) => string;
}

/** Renders a document of the portal as a page, without a script. */
export function portalPage(
  brand: Brand,
  language: Language,
  { title, lead, blocks, sections }: PortalDocument,
  view: PortalView,
): Page {
  const { t } = language;
  const body = html`<div class="docs">
    <nav aria-label="${t("docs.title")}">
      <ul>
        ${view.pages.map((linked) => html`<li>${link(linked.path, linked.title, linked.isCurrent ? "page" : undefined)}</li>`)}
      </ul>
    </nav>
    <article>
      <p class="lead">${inline(lead)}</p>
      ${blocks.map((block) => blockOf(block, language, view))} ${contents(sections, language)}
      ${sections.map((section) => sectionOf(section, language, view))}
    </article>
  </div>`;
  return page(brand, language, { title, body, layout: "portal" });
}

/** A link; `current` is what it is the current one of. */
function link(path: string, title: string, current?: "page" | "true"): Html {
  return current === undefined
    ? html`<a href="${path}">${title}</a>`
    : html`<a href="${path}" aria-current="${current}">${title}</a>`;
}

/** Links to the sections. */
function contents(sections: readonly Section[], { t }: Language): Html | "" {
  if (sections.length === 0) return "";
  return html`<nav class="contents" aria-label="${t("docs.contents")}">
    <ul>
      ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}

function sectionOf({ id, title, blocks }: Section, language: Language, view: PortalView): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${blocks.map((block) => blockOf(block, language, view))}
  </section>`;
}

function blockOf(block: Block, language: Language, view: PortalView): Html {
  switch (block.kind) {
    case "text":
      return html`<p>${inline(block.text)}</p>`;
    case "list":
      return html`<ul>
        ${block.items.map((item) => html`<li>${inline(item)}</li>`)}
      </ul>`;
    case "table":
      return tableOf(block.columns, block.rows);
    case "code":
      return codeOf(block.language, block.code);
    case "examples":
      return examplesOf(block.examples, language, view);
    default:
      return linksOf(block.links, view);
  }
}

function linksOf(links: Extract<Block, { kind: "links" }>["links"], { pathOf }: PortalView): Html {
  return html`<ul class="cards">
    ${links.map(
      ({ slug, title, text }) =>
        html`<li>
          <a href="${pathOf(slug)}">${title}</a>
          <p class="soft">${inline(text)}</p>
        </li>`,
    )}
  </ul>`;
}

/**
 * A table; narrow screens show its rows one below the other. Its roles stand in the markup, because `display: block` takes
 * them away.
 */
function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<table role="table">
    <thead>
      <tr role="row">
        ${columns.map((column) => html`<th scope="col" role="columnheader">${inline(column)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([name = "", ...cells]) =>
          html`<tr role="row">
            <th scope="row" role="rowheader">${inline(name)}</th>
            ${cells.map((cell) => html`<td role="cell">${inline(cell)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** All examples, of which the chosen one is shown, and links that choose. */
function examplesOf(examples: readonly ExampleCode[], { t }: Language, view: PortalView): Html {
  const isChosen = ({ language }: ExampleCode) => language === view.exampleLanguage;
  return html`<nav class="languages" aria-label="${t("docs.languages")}">
      <ul>
        ${examples.map((example) => {
          const path = view.pathOfLanguage(example.language);
          return html`<li>${link(path, example.label, isChosen(example) ? "true" : undefined)}</li>`;
        })}
      </ul>
    </nav>
    ${examples.map((example) => codeOf(example.language, example.code, !isChosen(example)))}`;
}

/** White space counts here. It can be scrolled with the keyboard, since wide code does not wrap. */
function codeOf(language: string, code: string, isHidden = false): Html {
  const hidden = isHidden ? raw(" hidden") : "";
  // prettier-ignore
  return html`<div class="scroll" tabindex="0"${hidden}><pre><code data-language="${language}">${code}</code></pre></div>`;
}

/** Text whose backticks mark code; everything in it is escaped. */
function inline(text: string): Html {
  return html`${text.split("`").map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
