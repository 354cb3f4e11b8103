import { html, raw } from "hono/html";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";

export interface SignInView {
  /** Where the form is posted to. */
  action: string;
  formToken: string;
  /** The client's name. */
  client: string;
  username: string;
  /** What went wrong at the last attempt; null: this is the first. */
  fault: string | null;
}

/** Asks for username and password. */
export function signInPage(brand: Brand, language: Language, view: SignInView): Page {
  const { t } = language;
  const { fault, username } = view;
  const invalid = fault === null ? "" : raw('aria-invalid="true" aria-describedby="fault"');
  const focus = raw("autofocus");
  const body = html` <p class="soft">${t("signIn.for", { client: view.client })}</p>
    ${fault === null ? "" : html`<p class="bad" id="fault" role="alert">${fault}</p>`}
    <form method="post" action="${view.action}">
      <input type="hidden" name="form_token" value="${view.formToken}" />
      <label for="username">${t("signIn.username")}</label>
      <input
        id="username"
        name="username"
        value="${username}"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        required
        maxlength="320"
        ${invalid}
        ${username === "" ? focus : ""}
      />
      <label for="password">${t("signIn.password")}</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        maxlength="1024"
        ${invalid}
        ${username === "" ? "" : focus}
      />
      <button class="main" name="action" value="sign_in">${t("signIn.submit")}</button>
      <button name="action" value="cancel" formnovalidate>${t("cancel")}</button>
    </form>`;
  return page(brand, language, { title: t("signIn.title"), fault, body });
}
