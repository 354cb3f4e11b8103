import { html, raw } from "hono/html";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";

/** What the sign-in page shows, and what its form is posted with. */
interface SignInView {
  /** Where the form is posted. */
  action: string;
  formToken: string;
  /** The client's name. */
  client: string;
  /** Filled in: the `login_hint` (OpenID Connect Core §3.1.2.1), or the username of the last attempt. */
  username: string;
  /** What was wrong with the last attempt; null on the first. */
  fault: string | null;
}

/** Asks for username and password. The fields are marked up for password managers, and a message for screen readers. */
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
