import { html } from "hono/html";
import type { Language } from "./language.ts";
import { page } from "./page.ts";
import type { Brand, Html, Page } from "./page.ts";
import { scopeList } from "./scopes.ts";

export interface ApplicationView {
  clientId: string;
  name: string;
  logoUri: string | null;
  clientUri: string | null;
  scopes: readonly string[];
  /** Instants, ms. */
  since: number;
  lastUsedAt: number | null;
}

export interface ApplicationsView {
  /** Where the forms go. */
  action: string;
  formToken: string;
  signOutPath: string;
  /** Who is signed in. */
  name: string;
  applications: readonly ApplicationView[];
  /** One was just ended. */
  ended: boolean;
}

/** The applications that may act for whoever is signed in, each with a button that ends it. */
export function applicationsPage(brand: Brand, language: Language, view: ApplicationsView): Page {
  const { t } = language;
  const { applications } = view;
  const text = applications.length === 0 ? t("apps.none") : t("apps.text");
  const body = html`${view.ended ? html`<p class="note" role="status">${t("apps.ended")}</p>` : ""}
    <p>${text}</p>
    ${applications.map((application, i) => applicationSection(brand, language, view, application, i))}
    <footer>
      ${t("consent.signedInAs", { name: view.name })}
      <a href="${view.signOutPath}">${t("signOut.submit")}</a>
    </footer>`;
  return page(brand, language, {
    title: t("apps.title"),
    body,
    images: applications.map(({ logoUri }) => logoUri),
  });
}

function applicationSection(
  brand: Brand,
  language: Language,
  { action, formToken }: ApplicationsView,
  application: ApplicationView,
  index: number,
): Html {
  const { t } = language;
  const { clientId, name, logoUri, clientUri, since, lastUsedAt } = application;
  const used =
    lastUsedAt === null ? t("apps.unused") : html`${t("apps.used")} ${dateOf(language, lastUsedAt)}`;
  const title =
    clientUri === null
      ? name
      : html`<a href="${clientUri}" target="_blank" rel="noopener noreferrer">${name}</a>`;
  return html`<section aria-labelledby="app-${index}">
    <h2 id="app-${index}">
      ${logoUri === null ? "" : html`<img src="${logoUri}" alt="" height="24" />`} ${title}
    </h2>
    <p class="soft">${t("apps.since")} ${dateOf(language, since)} · ${used}</p>
    ${scopeList(brand, language, application.scopes, { none: "apps.noScopes", some: "apps.scopes", id: `scopes-${index}` })}
    <form method="post" action="${action}">
      <input type="hidden" name="form_token" value="${formToken}" />
      <input type="hidden" name="client" value="${clientId}" />
      <button aria-label="${t("apps.endOf", { client: name })}">${t("apps.end")}</button>
    </form>
  </section>`;
}

/** A day, as the language writes it; where the reader's clock stands is not known. */
function dateOf({ tag }: Language, instant: number): Html {
  const date = new Date(instant);
  const text = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeZone: "UTC" }).format(date);
  return html`<time datetime="${date.toISOString()}">${text}</time>`;
}
