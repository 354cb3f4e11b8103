import { html } from "hono/html";
import type { Language } from "./language.ts";
import { tileUrl } from "./icon.ts";
import { bdi } from "./isolate.ts";
import { page } from "./page.ts";
import type { Html } from "./isolate.ts";
import type { Brand, Page } from "./page.ts";
import { scopeList } from "./scopes.ts";

/** One application as the page shows it. */
interface AppView {
  clientId: string;
  name: string;
  /** null for a client that registered itself, too. */
  logoUri: string | null;
  clientUri: string | null;
  scopes: readonly string[];
  /** When access began, ms since 1970. */
  since: number;
  /** When a token was last refreshed, ms since 1970; null: there is no active grant, only a remembered consent. */
  lastUsedAt: number | null;
  /** Until when all of its grants last, however often they are refreshed, ms since 1970; null: none is active. */
  endsAt: number | null;
  /** Until when it may act after an extension, ms since 1970; null: none is offered. */
  extendsTo: number | null;
}

/** What the page shows, and what its forms are posted with. */
interface AuthorizedAppsView {
  /** Where the forms are posted to. */
  action: string;
  formToken: string;
  signOutPath: string;
  /** The user's display name. */
  name: string;
  apps: readonly AppView[];
  /** What was just done to the access of an application. */
  notice: "revoked" | "extended" | undefined;
}

/** Lists the applications with access to the user's account, each with buttons that extend and remove it. */
export function authorizedAppsPage(brand: Brand, language: Language, view: AuthorizedAppsView): Page {
  const { t } = language;
  const { apps, notice } = view;
  // `role="status"`: a screen reader announces what was done, without moving the focus.
  const body = html`${notice === undefined ? "" : html`<p class="good" role="status">${t(`apps.${notice}`)}</p>`}
    ${apps.length === 0 ? html`<p class="empty">${t("apps.none")}</p>` : html`<p>${t("apps.text")}</p>`}
    ${apps.map((app, index) => appSection(brand, language, view, app, index))}
    <footer>
      ${language.html("consent.signedInAs", { name: view.name })}
      <a href="${view.signOutPath}">${t("signOut.submit")}</a>
    </footer>`;
  return page(brand, language, {
    title: t("apps.title"),
    body,
    images: apps.map(({ logoUri }) => logoUri),
    layout: "column",
  });
}

/** One application. Its buttons name it, since those of all applications look alike to a screen reader. */
function appSection(
  brand: Brand,
  language: Language,
  { action, formToken }: AuthorizedAppsView,
  app: AppView,
  index: number,
): Html {
  const { t } = language;
  const { clientId, name, logoUri, clientUri, since, lastUsedAt, endsAt } = app;
  const used = lastUsedAt === null ? "" : html` · ${t("apps.used")} ${dateOf(language, lastUsedAt)}`;
  const state = endsAt === null ? t("apps.unused") : html`${t("apps.until")} ${dateOf(language, endsAt)}`;
  const title =
    clientUri === null
      ? bdi(name)
      : html`<a href="${clientUri}" target="_blank" rel="noopener noreferrer">${bdi(name)}</a>`;
  const scopeTexts = { none: "apps.noScopes", some: "apps.scopes", id: `scopes-${index}` } as const;
  return html`<section class="card" aria-labelledby="app-${index}">
    <h2 id="app-${index}">
      <img class="mark" src="${tileUrl({ name, logoUri })}" alt="" height="40" />
      <span>${title}</span>
    </h2>
    <p class="soft small">${t("apps.since")} ${dateOf(language, since)}${used}</p>
    <p class="${endsAt === null ? "badge" : "badge good"}">${state}</p>
    ${scopeList(brand, language, app.scopes, scopeTexts)}
    <form method="post" action="${action}">
      <input type="hidden" name="form_token" value="${formToken}" />
      <input type="hidden" name="client" value="${clientId}" />
      ${extendButton(language, app)}
      <button
        class="danger"
        name="action"
        value="revoke"
        aria-label="${t("apps.revokeOf", { client: name })}"
      >
        ${t("apps.revoke")}
      </button>
    </form>
  </section>`;
}

function extendButton(language: Language, { name, extendsTo }: AppView): Html | "" {
  if (extendsTo === null) return "";
  const { t } = language;
  const date = dayText(language, extendsTo);
  return html`<button name="action" value="extend" aria-label="${t("apps.extendOf", { client: name, date })}">
    ${t("apps.extend", { date })}
  </button>`;
}

function dateOf(language: Language, instant: number): Html {
  return html`<time datetime="${new Date(instant).toISOString()}">${dayText(language, instant)}</time>`;
}

/** A day in the language's format, in UTC, because the user's time zone is not known. */
function dayText({ tag }: Language, instant: number): string {
  return new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(instant));
}
