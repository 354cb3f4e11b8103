import { html } from "hono/html";
import { placeOfCredentials } from "./demo/credentials.ts";
import type { PlaceOfCredentials } from "./demo/credentials.ts";
import type { Html } from "./isolate.ts";
import type { Language } from "./language.ts";
import type { MessageKey } from "./messages/en.ts";
import { page } from "./page.ts";
import type { Brand, Page } from "./page.ts";

/** What the page at the issuer's URL leads to. */
export interface HomeView {
  /** What it leads to, and what that is for; `{provider}` in a text is the provider's name. */
  links: readonly { url: string; title: MessageKey; text: MessageKey }[];
  /** The same page in other languages. */
  languages: readonly { tag: string; path: string }[];
  signInUrl: string;
  signOutUrl: string;
  /** The user's display name; null: this browser has no sign-in. */
  signedInAs: string | null;
  /** The demo's page, and where its username and password are; null: this is no demo. */
  demo: {
    url: string;
    credentials: PlaceOfCredentials;
    /** The console; null: it is at another address, or off. */
    consoleUrl: string | null;
  } | null;
}

/** The page at the issuer's URL, for people who open it: where to go on. */
export function homePage(brand: Brand, language: Language, view: HomeView): Page {
  const { t } = language;
  const { links, languages, signInUrl, signOutUrl, signedInAs, demo } = view;
  const signInOrOut =
    signedInAs === null
      ? { path: signInUrl, title: t("signIn.title") }
      : { path: signOutUrl, title: t("signOut.submit") };
  const signedIn = () =>
    html`<footer>${language.html("consent.signedInAs", { name: signedInAs ?? "" })}</footer>`;
  const body = html`${demo === null ? "" : demoSection(demo)}
    <ul class="cards">
      ${links.map(
        ({ url, title, text }) =>
          html`<li>
            <a href="${url}">${t(title)}</a>
            <p class="soft">${t(text, { provider: brand.name })}</p>
          </li>`,
      )}
    </ul>
    ${signedInAs === null ? "" : signedIn()}`;
  return page(brand, language, {
    title: t("home.title"),
    body,
    links: [{ ...signInOrOut, isCurrent: false }],
    languages,
    layout: "column",
  });
}

/** In English, as all of the demo: it is for the developers who try Regrant, not for their users. */
function demoSection({ url, credentials, consoleUrl }: NonNullable<HomeView["demo"]>): Html {
  return html`<section class="card" lang="en" aria-labelledby="demo">
    <h2 id="demo">New here? Try a sign-in</h2>
    <p>
      Get tokens in the browser, refresh them, lose a response, let eight requests race, and see every byte on
      the wire.
    </p>
    <p class="small soft">${placeOfCredentials(credentials)}</p>
    <div class="row">
      <a class="button main" href="${url}">Open the demo</a>
      ${consoleUrl === null ? "" : html`<a class="button" href="${consoleUrl}">Open the console</a>`}
    </div>
  </section>`;
}
