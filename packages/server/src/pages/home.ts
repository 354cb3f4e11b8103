import { html } from "hono/html";
import type { Language } from "./language.ts";
import type { MessageKey } from "./messages/en.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";

/** A page that the home page leads to. */
interface HomeLink {
  path: string;
  title: MessageKey;
}

/** The page at the issuer's URL, for people who open it: where to go on. */
export function homePage(brand: Brand, language: Language, links: readonly HomeLink[]): Page {
  const { t } = language;
  const body = html`<ul class="cards">
    ${links.map(({ path, title }) => html`<li><a href="${path}">${t(title)}</a></li>`)}
  </ul>`;
  return page(brand, language, { title: t("home.title"), body, layout: "column" });
}
