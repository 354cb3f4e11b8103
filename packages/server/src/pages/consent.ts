import { html } from "hono/html";
import { shownLogo } from "../clients/shown-logo.ts";
import type { AuthorizationDetail } from "../store/grant.ts";
import type { Language } from "./language.ts";
import { tileUrl } from "./icon.ts";
import { detailList } from "./authorization-details.ts";
import { bdi } from "./isolate.ts";
import { page } from "./page.ts";
import type { Html } from "./isolate.ts";
import type { Brand, Page } from "./page.ts";
import { scopeList } from "./scopes.ts";

/** What the consent page shows, and what its forms are posted with. */
export interface ConsentView {
  /** Where the form is posted. */
  action: string;
  formToken: string;
  /** The form by which the user switches to another account. */
  signOutAction: string;
  signOutToken: string;
  client: {
    name: string;
    logoUri: string | null;
    clientUri: string | null;
    policyUri: string | null;
    tosUri: string | null;
    selfRegistered: boolean;
    metadataUri: string | null;
  };
  scopes: readonly string[];
  details: readonly AuthorizationDetail[];
  /** Where the user returns to, in a form that users recognise: a host, or the scheme of a native application. */
  place: string;
  /** The user's display name. */
  name: string;
}

/** Asks whether a client may have access with these scopes (RFC 6749 §3.1: the resource owner's authorization). */
export function consentPage(brand: Brand, language: Language, view: ConsentView): Page {
  const { t } = language;
  const { client } = view;
  const body = html`${askingClient(language, client, "consent.asks")} ${clientNotice(brand, language, client)}
    ${scopeList(brand, language, view.scopes)} ${detailList(brand, language, view.details)}
    <p class="soft">${language.html("consent.returns", { place: view.place })}</p>
    <form method="post" action="${view.action}">
      <input type="hidden" name="form_token" value="${view.formToken}" />
      <button class="main" name="answer" value="allow">${t("consent.allow")}</button>
      <button name="answer" value="deny">${t("consent.deny")}</button>
    </form>
    <footer>
      <form method="post" action="${view.signOutAction}">
        <input type="hidden" name="form_token" value="${view.signOutToken}" />
        ${language.html("consent.signedInAs", { name: view.name })}
        <button class="link">${t("consent.other")}</button>
      </form>
      ${clientLinks(language, client)}
    </footer>`;
  return page(brand, language, { title: t("consent.title"), body, images: [shownLogo(client)] });
}

/** The client's logo, else its first letter, beside the sentence that says what it wants. */
export function askingClient(
  language: Language,
  client: ConsentView["client"],
  sentence: "consent.asks" | "device.asks",
): Html {
  const tile = tileUrl({ name: client.name, logoUri: shownLogo(client) });
  return html`<div class="parties">
    <img class="mark" src="${tile}" alt="" height="48" />
    <p>${language.html(sentence, { client: client.name })}</p>
  </div>`;
}

/**
 * Warns that the provider has not checked a client that registered itself, and names the host of its metadata
 * document.
 */
export function clientNotice(
  brand: Brand,
  language: Language,
  { selfRegistered, metadataUri }: ConsentView["client"],
): Html | string {
  if (!selfRegistered) return "";
  const place = metadataUri === null ? undefined : new URL(metadataUri).host;
  const text =
    place === undefined
      ? language.html("consent.selfRegistered", { provider: brand.name })
      : language.html("consent.documented", { provider: brand.name, place });
  return html`<p class="warn">${text}</p>`;
}

/**
 * Links to the client's pages. `noopener noreferrer`: the client learns nothing of this page and cannot navigate it.
 */
function clientLinks({ t }: Language, client: ConsentView["client"]): Html {
  const links = [
    [client.clientUri, t("consent.website")],
    [client.policyUri, t("consent.policy")],
    [client.tosUri, t("consent.terms")],
  ] as const;
  const present = links.flatMap(([uri, text]) =>
    uri === null ? [] : [html`<a href="${uri}" target="_blank" rel="noopener noreferrer">${text}</a> `],
  );
  return present.length === 0 ? html`` : html`<p>${bdi(client.name)}: ${present}</p>`;
}
