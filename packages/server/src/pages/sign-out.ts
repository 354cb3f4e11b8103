import { html } from "hono/html";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";

/**
 * Asks for confirmation to sign out.
 *
 * @param view `name`: the user's display name
 */
export function signOutPage(
  brand: Brand,
  language: Language,
  view: { action: string; formToken: string; name: string },
): Page {
  const { t } = language;
  const body = html`<p>${language.html("consent.signedInAs", { name: view.name })}</p>
    <form method="post" action="${view.action}">
      <input type="hidden" name="form_token" value="${view.formToken}" />
      <button class="main">${t("signOut.submit")}</button>
    </form>`;
  return page(brand, language, { title: t("signOut.title"), body });
}

/** Confirms that the user is signed out. */
export function signedOutPage(brand: Brand, language: Language): Page {
  const { t } = language;
  return page(brand, language, {
    title: t("signedOut.title"),
    body: html`<p>${t("signedOut.text")}</p>`,
  });
}
