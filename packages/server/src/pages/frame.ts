import { html } from "hono/html";
import { bdi } from "./isolate.ts";
import type { Html } from "./isolate.ts";
import type { Language } from "./language.ts";
import type { Layout } from "./style.ts";

/** Whose name every page has. */
export interface Provider {
  name: string;
  logo: string | null;
  /** URL of the icon of every page, which stands in for a logo. */
  icon: string;
  /** Path of the page at the issuer's URL. */
  home: string;
  /** https URL of the provider's help; null: none. */
  links: { readonly help: string | null };
}

/** A link of a header, a navigation or a footer. */
export interface PageLink {
  path: string;
  title: string;
  isCurrent: boolean;
}

/** What a wide page has around its body. */
export interface Surroundings {
  /** Links of the header. */
  links?: readonly PageLink[];
  /** The same page in other languages, for the footer: BCP 47 tags and paths. */
  languages?: readonly { tag: string; path: string }[];
}

/** What a page says. */
interface Content {
  title: string;
  body: Html;
}

/** A card with the provider's name, the heading and the body. */
export function formBody(provider: Provider, language: Language, { title, body }: Content): Html {
  return html`<main>
      <header class="brand">${mark(provider)}</header>
      <h1>${title}</h1>
      ${body}
    </main>
    ${footer(provider, language, [])}`;
}

/** A header across the page, the body, and a footer. */
export function wideBody(
  provider: Provider,
  language: Language,
  { title, body, links = [], languages = [] }: Content & Surroundings,
  layout: Layout,
): Html {
  const { t } = language;
  const isPortal = layout === "portal";
  const content = isPortal
    ? body
    : html`<main>
        <h1>${title}</h1>
        ${body}
      </main>`;
  return html`<header>
      ${isPortal ? html`<a class="skip" href="#text">${t("page.skip")}</a>` : ""}
      <a class="brand" href="${provider.home}">${mark(provider)}</a>
      ${links.length === 0 ? "" : html`<nav aria-label="${t("page.navigation")}">${linkList(links)}</nav>`}
      ${isPortal ? html`<button popovertarget="menu">${t("page.menu")}</button>` : ""}
    </header>
    ${content} ${footer(provider, language, languages)}`;
}

/** The provider's logo, else its icon, and its name. */
function mark({ logo, icon, name }: Provider): Html {
  return html`<img src="${logo ?? icon}" alt="" height="48" />${bdi(name)}`;
}

/** The provider's help, and the languages by their own names. */
function footer(
  { links }: Provider,
  { tag, t }: Language,
  languages: NonNullable<Surroundings["languages"]>,
): Html | "" {
  if (links.help === null && languages.length === 0) return "";
  const items = languages.map((other) => {
    const link = { path: other.path, title: languageName(other.tag), isCurrent: other.tag === tag };
    return html`<li lang="${other.tag}">${linkOf(link, "true")}</li>`;
  });
  return html`<footer>
    ${
      items.length === 0
        ? ""
        : html`<ul aria-label="${t("page.languages")}">
            ${items}
          </ul>`
    }
    ${links.help === null ? "" : html`<a href="${links.help}">${t("help")}</a>`}
  </footer>`;
}

/** Links as a list. */
export function linkList(links: readonly PageLink[]): Html {
  return html`<ul>
    ${links.map((link) => html`<li>${linkOf(link, "page")}</li>`)}
  </ul>`;
}

/** A link. If it is the current one, it leads to this `page`, or to the choice that is in force (`true`). */
export function linkOf({ path, title, isCurrent }: PageLink, kind: "page" | "true"): Html {
  return isCurrent
    ? html`<a href="${path}" aria-current="${kind}">${title}</a>`
    : html`<a href="${path}">${title}</a>`;
}

/** A language's name in itself, with a capital letter as in a list. */
function languageName(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
