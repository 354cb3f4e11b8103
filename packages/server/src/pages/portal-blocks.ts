import { html, raw } from "hono/html";
import type { Block, ExampleCode } from "../portal/document.ts";
import { linkOf } from "./frame.ts";
import type { Html } from "./isolate.ts";
import type { Language } from "./language.ts";
import { formOf, statusOf, stepsOf } from "./portal-form.ts";

/** What a block of a document needs to know of the page. */
export interface BlockView {
  /** The path of a page of the portal, which keeps what the reader has chosen. */
  pathOf: (slug: string) => string;
  /** The language of the examples that is shown. */
  exampleLanguage: string;
  /** Where the language of the examples is chosen; the reader comes back to the section. */
  pathOfLanguage: (language: string, section: string) => string;
}

/**
 * Renders a block.
 *
 * @param section where it stands; empty: before the first
 */
export function blockOf(block: Block, language: Language, view: BlockView, section: string): Html {
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
      return panel(language, html`<span>${block.language}</span>`, codeOf(block.language, block.code));
    case "examples":
      return examplesOf(block.examples, language, view, section);
    case "markdown":
      return html`${raw(block.html)}`;
    case "form":
      return formOf(block, view.pathOf(block.slug));
    case "status":
      return statusOf(block);
    case "steps":
      return stepsOf(block);
    default:
      return linksOf(block.links, view);
  }
}

function linksOf(links: Extract<Block, { kind: "links" }>["links"], { pathOf }: BlockView): Html {
  return html`<ul class="cards">
    ${links.map(
      ({ slug, title, text }) =>
        html`<li>
          <a href="${pathOf(slug)}">${title}</a>
          ${text === "" ? "" : html`<p class="soft">${inline(text)}</p>`}
        </li>`,
    )}
  </ul>`;
}

/**
 * A table; narrow screens show its rows one below the other, each cell with the name of its column. Its roles stand in the
 * markup, because `display: block` takes them away.
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
            ${cells.map((cell, at) => html`<td role="cell" data-label="${columns[at + 1]}">${inline(cell)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** All examples, of which the chosen one is shown, else the first, and links that choose; below, how it is run. */
function examplesOf(
  examples: readonly ExampleCode[],
  language: Language,
  { exampleLanguage, pathOfLanguage }: BlockView,
  section: string,
): Html {
  const shown = examples.find((example) => example.language === exampleLanguage) ?? examples[0];
  const links = examples.map((example) => {
    const path = pathOfLanguage(example.language, section);
    const link = { path, title: example.label, isCurrent: example === shown };
    return html`<li>${linkOf(link, "true")}</li>`;
  });
  const choice = html`<div class="languages" role="group" aria-label="${language.t("docs.languages")}">
    <ul>
      ${links}
    </ul>
  </div>`;
  const codes = examples.map((example) => codeOf(example.language, example.code, example !== shown));
  return html`${panel(language, choice, codes)}
  ${examples.map((example) => html`<p class="soft" ${hiddenIf(example !== shown)}>${inline(example.note)}</p>`)}`;
}

/** Code below a bar, which has a button that copies what is shown. */
function panel({ t }: Language, heading: Html, codes: Html | Html[]): Html {
  return html`<div class="panel">
    <div class="panel-bar">
      ${heading}
      <button class="copy" type="button" data-copied="${t("docs.copied")}" hidden>${t("docs.copy")}</button>
      <span class="unseen" role="status"></span>
    </div>
    ${codes}
  </div>`;
}

/** White space counts here. It can be scrolled with the keyboard, since wide code does not wrap. */
function codeOf(language: string, code: string, isHidden = false): Html {
  // prettier-ignore
  return html`<div class="scroll" tabindex="0"${hiddenIf(isHidden)}><pre><code data-language="${language}">${code}</code></pre></div>`;
}

function hiddenIf(isHidden: boolean): Html | "" {
  return isHidden ? raw(" hidden") : "";
}

/** Text whose backticks mark code; everything in it is escaped. */
export function inline(text: string): Html {
  return html`${text.split("`").map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
