import { html } from "hono/html";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";
import type { MessageKey } from "./messages/en.ts";

/**
 * Goes on to the client, if the person wants to: nobody has looked at that client, and nobody has agreed to anything.
 * Whoever could send people to any place by a wrong request would borrow this site's good name (RFC 9700 §4.11.2).
 */
export function redirectWarningPage(
  brand: Brand,
  language: Language,
  view: { client: string; place: string; to: string; fields: Readonly<Record<string, string>> | null },
): Page {
  const { t } = language;
  const { client, place, to, fields } = view;
  const way =
    fields === null
      ? html`<p><a href="${to}">${t("redirect.link")}</a></p>`
      : html`<form method="post" action="${to}">
          ${hiddenInputs(fields)}<button>${t("redirect.link")}</button>
        </form>`;
  const body = html`<p>${t("redirect.untrusted", { client, place })}</p>
    ${way}`;
  return page(brand, language, { title: t("redirect.title"), body, formAction: formActionTo(to) });
}

/**
 * Goes on to the client by itself. It stands between a form and the client's redirect URI: `form-action` would hold for
 * every redirect that follows a form.
 */
export function redirectPage(brand: Brand, language: Language, view: { client: string; to: string }): Page {
  const { t } = language;
  const head = html`<meta http-equiv="refresh" content="0;url=${view.to}" />`;
  const body = html`<p>${t("redirect.text", { client: view.client })}</p>
    <p><a href="${view.to}">${t("redirect.link")}</a></p>`;
  return page(brand, language, { title: t("redirect.title"), head, body });
}

/** Sends itself as soon as it is read, before a person could and in their place in the history. */
const SUBMIT = "document.forms[0].submit()";

/**
 * Brings the answer to the client in a form (OAuth 2.0 Form Post Response Mode §2): by itself, or by a button where
 * scripts are switched off. Both at once could send it twice, and a code that is used twice ends its session.
 */
export function formPostPage(
  brand: Brand,
  language: Language,
  view: { client: string; to: string; fields: Readonly<Record<string, string>> },
): Page {
  const { t } = language;
  const body = html`<p>${t("redirect.text", { client: view.client })}</p>
    <form method="post" action="${view.to}">
      ${hiddenInputs(view.fields)}
      <noscript><button class="main">${t("redirect.link")}</button></noscript>
    </form>`;
  const formAction = formActionTo(view.to);
  return page(brand, language, { title: t("redirect.title"), body, formAction, script: SUBMIT });
}

function hiddenInputs(fields: Readonly<Record<string, string>>) {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
}

/** Not the client's origin: Chromium holds this for every redirect that the client answers a form with. */
function formActionTo(uri: string): string {
  return uri.startsWith("https:") ? "https:" : "http: https:";
}

/** As `redirectPage`, on the way to the provider's login page. */
export function toLoginPage(brand: Brand, language: Language, to: string): Page {
  const { t } = language;
  const head = html`<meta http-equiv="refresh" content="0;url=${to}" />`;
  const body = html`<p>${t("redirect.toLogin")}</p>
    <p><a href="${to}">${t("redirect.link")}</a></p>`;
  return page(brand, language, { title: t("redirect.title"), head, body });
}

/** Asks whether whoever is signed in wants to sign out. */
export function signOutPage(
  brand: Brand,
  language: Language,
  view: { action: string; formToken: string; name: string },
): Page {
  const { t } = language;
  const body = html`<p>${t("consent.signedInAs", { name: view.name })}</p>
    <form method="post" action="${view.action}">
      <input type="hidden" name="form_token" value="${view.formToken}" />
      <button class="main">${t("signOut.submit")}</button>
    </form>`;
  return page(brand, language, { title: t("signOut.title"), body });
}

export function signedOutPage(brand: Brand, language: Language): Page {
  const { t } = language;
  return page(brand, language, {
    title: t("signedOut.title"),
    body: html`<p>${t("signedOut.text")}</p>`,
  });
}

/** What a person can do about it, and what helps those who make the client: public texts only. */
export function errorPage(
  brand: Brand,
  language: Language,
  view: { text: MessageKey; details: string | null },
): Page {
  const { t } = language;
  const { text, details } = view;
  const body = html`<p>${t(text)}</p>
    ${details === null ? "" : html`<p class="soft">${t("error.details", { details })}</p>`}`;
  return page(brand, language, { title: t("error.title"), body });
}
