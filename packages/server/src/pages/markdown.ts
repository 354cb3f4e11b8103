import { html, raw } from "hono/html";
import type { MarkedToken, Token, Tokens } from "marked";
import { isHttpsUrl } from "../config/https-url.ts";
import type { Html } from "./isolate.ts";

/** What the rendering of one page of Markdown needs to know, and what it finds. */
export interface MarkdownRendering {
  /** The path of a page that is linked by the name of its file, such as `20-errors.md`; undefined: no page has it. */
  pathOf: (file: string) => string | undefined;
  /** The `id`s that the page has already. */
  anchors: Set<string>;
  /** URLs of the images. */
  images: Set<string>;
  /** What is not shown as it was meant, in sentences. */
  notes: Set<string>;
}

type Shown = Html | string;
type Renderers = {
  readonly [Type in MarkedToken["type"]]: (
    token: Extract<MarkedToken, { type: Type }>,
    rendering: MarkdownRendering,
  ) => Shown;
};

/**
 * Every element that Markdown can become: no other reaches the page. Its texts are strings, which the templates escape, and
 * HTML in it is such a text.
 */
const RENDERERS: Renderers = {
  space: () => "",
  def: () => "",
  hr: () => html`<hr />`,
  br: () => html`<br />`,
  heading: headingHtml,
  paragraph: ({ tokens }, rendering) => html`<p>${markdownHtml(tokens, rendering)}</p>`,
  blockquote: ({ tokens }, rendering) => html`<blockquote>${markdownHtml(tokens, rendering)}</blockquote>`,
  list: listHtml,
  list_item: ({ tokens }, rendering) => html`<li>${markdownHtml(tokens, rendering)}</li>`,
  checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  table: tableHtml,
  code: codeHtml,
  text: ({ tokens, text }, rendering) =>
    tokens === undefined ? resolved(text) : markdownHtml(tokens, rendering),
  escape: ({ text }) => text,
  strong: ({ tokens }, rendering) => html`<strong>${markdownHtml(tokens, rendering)}</strong>`,
  em: ({ tokens }, rendering) => html`<em>${markdownHtml(tokens, rendering)}</em>`,
  del: ({ tokens }, rendering) => html`<del>${markdownHtml(tokens, rendering)}</del>`,
  codespan: ({ text }) => html`<code>${text}</code>`,
  link: linkHtml,
  image: imageHtml,
  html: ({ raw: written, block }, rendering) => htmlAsText(written, block, rendering),
};

/** Renders Markdown that was parsed. It is safe whatever it holds. */
export function markdownHtml(tokens: readonly Token[], rendering: MarkdownRendering): Html {
  return html`${tokens.map((token) => {
    if (!isRendered(token)) return token.raw;
    return (RENDERERS[token.type] as (token: MarkedToken, rendering: MarkdownRendering) => Shown)(
      token,
      rendering,
    );
  })}`;
}

function isRendered(token: Token): token is MarkedToken {
  return Object.hasOwn(RENDERERS, token.type);
}

/** What a reader reads: the same without its markup. */
export function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if ("tokens" in token && token.tokens !== undefined) return plainText(token.tokens);
      const text = "text" in token && typeof token.text === "string" ? token.text : "";
      return token.type === "text" ? resolved(text) : text;
    })
    .join("");
}

/** The fragment of a heading, as GitHub makes it: `Rate limits` is `rate-limits`, and a second one `rate-limits-1`. */
export function anchorOf(title: string, anchors: Set<string>): string {
  const name =
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-") || "section";
  let anchor = name;
  for (let copy = 1; anchors.has(anchor); copy += 1) anchor = `${name}-${copy}`;
  // A section's heading has an id of its own.
  anchors.add(anchor).add(`${anchor}-title`);
  return anchor;
}

/** The page itself has the heading of the first level. */
function headingHtml({ depth, tokens }: Tokens.Heading, rendering: MarkdownRendering): Html {
  const element = raw(`h${Math.max(2, depth)}`);
  const anchor = anchorOf(plainText(tokens), rendering.anchors);
  // prettier-ignore
  return html`<${element} id="${anchor}">${markdownHtml(tokens, rendering)}</${element}>`;
}

function listHtml({ ordered, start, items }: Tokens.List, rendering: MarkdownRendering): Html {
  const shown = markdownHtml(items, rendering);
  if (!ordered)
    return html`<ul>
      ${shown}
    </ul>`;
  return html`<ol start="${start === "" ? 1 : start}">
    ${shown}
  </ol>`;
}

/** As the portal's own tables: narrow screens show the rows one below the other, which takes the roles away. */
function tableHtml({ header, rows }: Tokens.Table, rendering: MarkdownRendering): Html {
  const cell = ({ tokens }: Tokens.TableCell) => markdownHtml(tokens, rendering);
  return html`<table role="table">
    <thead>
      <tr role="row">
        ${header.map((column) => html`<th scope="col" role="columnheader">${cell(column)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${row.map((one, at) => html`<td role="cell" data-label="${plainText(header[at]?.tokens ?? [])}">${cell(one)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function codeHtml({ lang, text }: Tokens.Code): Html {
  // prettier-ignore
  return html`<pre tabindex="0"><code data-language="${languageOf(lang)}">${text}</code></pre>`;
}

/** The language of a code block: the first word after its fence. */
export function languageOf(info: string | undefined): string {
  return /^\S+/.exec(info ?? "")?.[0] ?? "text";
}

/** Longest URL of a link, characters; a definition may be used often. */
const MAX_HREF = 2000;
const SCHEMES = ["https:", "http:", "mailto:"];

function linkHtml({ href, title, autolink, tokens }: Tokens.Link, rendering: MarkdownRendering): Shown {
  const text = markdownHtml(tokens, rendering);
  const target = targetOf(autolink ? href : resolved(href), rendering);
  if (target === undefined) {
    rendering.notes.add(
      `a link to ${quoted(href)} is shown as text: it is neither a page nor http, https or mailto`,
    );
    return text;
  }
  if (title === null || title === undefined) return html`<a href="${target}">${text}</a>`;
  return html`<a href="${target}" title="${resolved(title)}">${text}</a>`;
}

/** Where a link may lead; the URL is read as browsers read it. */
function targetOf(href: string, { pathOf }: MarkdownRendering): string | undefined {
  const [, file = "", fragment = ""] = /^(?:\.\/)?([^/?#:]+\.md)(#.*)?$/.exec(href) ?? [];
  if (file !== "") {
    const path = pathOf(file);
    return path === undefined ? undefined : path + fragment;
  }
  const url = URL.parse(href, "https://relative.invalid/");
  return url !== null && SCHEMES.includes(url.protocol) && href.length <= MAX_HREF ? href : undefined;
}

/** The content security policy has the origins of images, and none but https would load. */
function imageHtml({ href, tokens }: Tokens.Image, rendering: MarkdownRendering): Shown {
  const url = resolved(href);
  const alt = plainText(tokens);
  if (!isHttpsUrl(url) || url.length > MAX_HREF) {
    rendering.notes.add(`the image ${quoted(href)} is shown as its text: an image needs an https URL`);
    return alt;
  }
  rendering.images.add(url);
  return html`<img src="${url}" alt="${alt}" loading="lazy" />`;
}

function htmlAsText(written: string, isBlock: boolean, rendering: MarkdownRendering): Shown {
  // Markdown has no other line break for a cell of a table.
  if (/^<br ?\/?>$/i.test(written)) return html`<br />`;
  rendering.notes.add(`the HTML ${quoted(written)} is shown as text: pages are Markdown alone`);
  return isBlock ? html`<p>${written}</p>` : written;
}

/** The beginning of a text, for a note. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00A0",
};
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;

/** Resolves character references (CommonMark §2.5): those of numbers, and the names that texts need. */
function resolved(text: string): string {
  return text.replaceAll(REFERENCE, (reference, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? reference;
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : "\uFFFD";
  });
}
