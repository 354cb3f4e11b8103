import { html } from "hono/html";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Html } from "./isolate.ts";
import type { Brand, Page } from "./page.ts";

/** Where a page sends the browser: the client's redirect URI, with the response in it or in the `fields` of a form. */
interface ClientRedirect {
  /** The client's name. */
  client: string;
  to: string;
}

/**
 * Asks the user before it leads to a client that the provider has not checked. The user has agreed to nothing yet, so
 * an automatic redirect would make the page an open redirector (RFC 9700 §4.11.2).
 */
export function redirectWarningPage(
  brand: Brand,
  language: Language,
  view: ClientRedirect & { place: string; fields: Readonly<Record<string, string>> | null },
): Page {
  const { t } = language;
  const { client, place, to, fields } = view;
  const way =
    fields === null
      ? html`<p><a href="${to}">${t("redirect.link")}</a></p>`
      : html`<form method="post" action="${to}">
          ${hiddenInputs(fields)}<button>${t("redirect.link")}</button>
        </form>`;
  const body = html`<p>${language.html("redirect.untrusted", { client, place })}</p>
    ${way}`;
  return page(brand, language, { title: t("redirect.title"), body, formAction: formActionTo(to) });
}

/** Leads to the client automatically. It follows a form whose `form-action` would also apply to a redirect. */
export function redirectPage(brand: Brand, language: Language, { client, to }: ClientRedirect): Page {
  return refreshPage(brand, language, { text: language.html("redirect.text", { client }), to });
}

/** Leads to the provider's login page automatically, for the same reason. */
export function loginRedirectPage(brand: Brand, language: Language, to: string): Page {
  return refreshPage(brand, language, { text: html`${language.t("redirect.toLogin")}`, to });
}

/** Runs while the document is parsed, so that the page leaves no entry in the browser's history. */
const SUBMIT = "document.forms[0].submit()";

/**
 * Posts the authorization response to the client (OAuth 2.0 Form Post Response Mode §2): by a script, or by a button
 * if scripts are disabled. Not by both: a code that is sent twice ends its grant (RFC 6749 §4.1.2).
 */
export function formPostPage(
  brand: Brand,
  language: Language,
  { client, to, fields }: ClientRedirect & { fields: Readonly<Record<string, string>> },
): Page {
  const { t } = language;
  const body = html`<p>${language.html("redirect.text", { client })}</p>
    <form method="post" action="${to}">
      ${hiddenInputs(fields)}
      <noscript><button class="main">${t("redirect.link")}</button></noscript>
    </form>`;
  return page(brand, language, {
    title: t("redirect.title"),
    body,
    formAction: formActionTo(to),
    script: SUBMIT,
  });
}

function refreshPage(brand: Brand, language: Language, view: { text: Html; to: string }): Page {
  const { t } = language;
  const head = html`<meta http-equiv="refresh" content="0;url=${view.to}" />`;
  const body = html`<p class="progress">${view.text}</p>
    <p><a href="${view.to}">${t("redirect.link")}</a></p>`;
  return page(brand, language, { title: t("redirect.title"), head, body });
}

function hiddenInputs(fields: Readonly<Record<string, string>>): Html[] {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
}

/**
 * A scheme and not the client's origin, because Chromium applies `form-action` to every redirect of the client's
 * response.
 */
function formActionTo(uri: string): string {
  return uri.startsWith("https:") ? "https:" : "http: https:";
}
