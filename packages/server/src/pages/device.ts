import { html, raw } from "hono/html";
import { shownLogo } from "../clients/shown-logo.ts";
import type { AuthorizationDetail } from "../store/grant.ts";
import { detailList } from "./authorization-details.ts";
import { askingClient, clientNotice } from "./consent.ts";
import type { ConsentView } from "./consent.ts";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Html } from "./isolate.ts";
import type { Brand, Page } from "./page.ts";
import { scopeList } from "./scopes.ts";

/** The signed-in user, and the form by which the user switches to another account. */
interface UserView {
  /** Display name. */
  name: string;
  signOutAction: string;
  signOutToken: string;
}

/**
 * Asks for the code that a device shows (RFC 8628 §3.3). The form is a GET, so that the code is in the URL of the
 * next page and survives a sign-in.
 */
export function enterCodePage(
  brand: Brand,
  language: Language,
  view: { action: string; typed: string; fault: string | null; user: UserView },
): Page {
  const { t } = language;
  const { fault } = view;
  const invalid = fault === null ? "" : raw('aria-invalid="true" aria-describedby="fault"');
  const body = html`<p>${t("device.enter")}</p>
    ${fault === null ? "" : html`<p class="bad" id="fault" role="alert">${fault}</p>`}
    <form method="get" action="${view.action}">
      <label for="user_code">${t("device.code")}</label>
      <input
        id="user_code"
        name="user_code"
        class="code"
        dir="ltr"
        value="${view.typed}"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        required
        maxlength="32"
        placeholder="XXXX-XXXX"
        ${invalid}
        autofocus
      />
      <button class="main">${t("device.next")}</button>
    </form>
    ${userFooter(language, view.user)}`;
  return page(brand, language, { title: t("device.title"), fault, body });
}

/**
 * Asks whether a device may have access. Against remote phishing (RFC 8628 §5.4), the page shows the code to compare
 * (§3.3.1) and warns that the user must have the device at hand.
 */
export function confirmDevicePage(
  brand: Brand,
  language: Language,
  view: {
    action: string;
    formToken: string;
    userCode: string;
    client: ConsentView["client"];
    scopes: readonly string[];
    details: readonly AuthorizationDetail[];
    user: UserView;
  },
): Page {
  const { t } = language;
  const { client } = view;
  const body = html`${askingClient(language, client, "device.asks")} ${clientNotice(brand, language, client)}
    ${scopeList(brand, language, view.scopes)} ${detailList(brand, language, view.details)}
    <p id="same">${t("device.same")}</p>
    <p class="code" dir="ltr"><strong aria-describedby="same">${view.userCode}</strong></p>
    <p class="warn">${language.html("device.warning", { provider: brand.name })}</p>
    <form method="post" action="${view.action}">
      <input type="hidden" name="form_token" value="${view.formToken}" />
      <button class="main" name="answer" value="allow">${t("device.allow")}</button>
      <button name="answer" value="deny">${t("consent.deny")}</button>
    </form>
    ${userFooter(language, view.user)}`;
  return page(brand, language, { title: t("device.confirmTitle"), body, images: [shownLogo(client)] });
}

/** Says what was decided, and that the device continues without the browser. */
export function answeredDevicePage(brand: Brand, language: Language, allowed: boolean): Page {
  const { t } = language;
  const [title, text] = allowed
    ? ([t("device.allowedTitle"), t("device.allowedText")] as const)
    : ([t("device.deniedTitle"), t("device.deniedText")] as const);
  return page(brand, language, { title, body: html`<p role="status">${text}</p>` });
}

function userFooter(language: Language, { name, signOutAction, signOutToken }: UserView): Html {
  return html`<footer>
    <form method="post" action="${signOutAction}">
      <input type="hidden" name="form_token" value="${signOutToken}" />
      ${language.html("consent.signedInAs", { name })}
      <button class="link">${language.t("consent.other")}</button>
    </form>
  </footer>`;
}
