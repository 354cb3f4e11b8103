import { html } from "hono/html";
import type { Language } from "./language.ts";
import type { MessageKey } from "./messages/en.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";

/**
 * Says what the user can do about an error.
 *
 * @param view `details`: for the client's developer, public texts only; null: none
 */
export function errorPage(
  brand: Brand,
  language: Language,
  { message, details }: { message: MessageKey; details: string | null },
): Page {
  const { t } = language;
  const body = html`<p>${t(message)}</p>
    ${details === null ? "" : html`<p class="soft">${language.html("error.details", { details })}</p>`}`;
  return page(brand, language, { title: t("error.title"), body });
}
