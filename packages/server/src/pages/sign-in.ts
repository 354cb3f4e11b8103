import { html, raw } from "hono/html";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Html } from "./isolate.ts";
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

/**
 * Shows and hides the password. The button is hidden until this runs, since it does nothing without it. A password is
 * submitted hidden, or browsers would offer it later among the texts that were typed into the field.
 */
const SHOW_PASSWORD = `
const field = document.getElementById("password");
const button = document.getElementById("show");
const show = (shown) => {
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", shown);
};
button.onclick = () => show(field.type === "password");
field.form.onsubmit = () => show(false);
button.hidden = false;
`.trim();

/** Asks for username and password. The fields are marked up for password managers, and a message for screen readers. */
export function signInPage(brand: Brand, language: Language, view: SignInView): Page {
  const { t } = language;
  const { links } = brand;
  const { fault, username } = view;
  const invalid = fault === null ? "" : raw('aria-invalid="true" aria-describedby="fault"');
  const focus = raw("autofocus");
  const body = html` <p class="soft">${language.html("signIn.for", { client: view.client })}</p>
    ${fault === null ? "" : html`<p class="bad" id="fault" role="alert">${fault}</p>`}
    <form method="post" action="${view.action}">
      <input type="hidden" name="form_token" value="${view.formToken}" />
      <label for="username">${t("signIn.username")}</label>
      <input
        id="username"
        name="username"
        value="${username}"
        dir="auto"
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
        dir="auto"
        autocomplete="current-password"
        autocapitalize="none"
        spellcheck="false"
        required
        maxlength="1024"
        ${invalid}
        ${username === "" ? "" : focus}
      />
      <div class="row apart under">
        <button class="link" type="button" id="show" aria-pressed="false" hidden>
          ${t("signIn.showPassword")}
        </button>
        ${linkTo(links.forgotPassword, t("signIn.forgotPassword"))}
      </div>
      <button class="main" name="action" value="sign_in">${t("signIn.submit")}</button>
      <button name="action" value="cancel" formnovalidate>${t("cancel")}</button>
    </form>
    ${links.signUp === null ? "" : html`<footer>${linkTo(links.signUp, t("signIn.signUp"))}</footer>`}`;
  return page(brand, language, { title: t("signIn.title"), fault, body, script: SHOW_PASSWORD });
}

/** A link to one of the provider's own pages, if there is one. */
function linkTo(url: string | null, text: string): Html | "" {
  return url === null ? "" : html`<a href="${url}">${text}</a>`;
}
