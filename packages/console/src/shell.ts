import { html, raw } from "hono/html";
import { foreign, plain } from "./html.ts";
import type { Content, Html } from "./html.ts";
import { SCRIPT } from "./script.ts";

/** What all pages of one service have in common; made once. */
export interface Frame {
  /** The provider's name. */
  provider: string;
  /** URL of the icon. */
  icon: string;
  /** The style sheet, with the design tokens that it uses. */
  style: string;
  /** Path of the console: `/console`, or `/auth/console`. */
  base: string;
  /** URL of the documentation's pages; null: the service has none. */
  docs: string | null;
}

/** What differs from request to request. */
export interface Shell extends Frame {
  /** The operator's username. */
  operator: string;
  /** Proves that the console showed a form to this operator's browser. */
  formToken: string;
  /** ms */
  now: number;
  /** What was done just now; null: nothing. */
  notice: string | null;
}

/** What a page shows. */
export interface Screen {
  title: string;
  /** Undefined: the page belongs to none. */
  section?: Section | undefined;
  body: Html;
}

/** The navigation: path below the console, and title. */
const SECTIONS = {
  dashboard: ["", "Dashboard"],
  grants: ["/grants", "Grants"],
  clients: ["/clients", "Clients"],
  accounts: ["/accounts", "Accounts"],
  events: ["/events", "Events"],
  webhooks: ["/webhooks", "Webhooks"],
  streams: ["/streams", "Streams"],
  keys: ["/keys", "Keys"],
  registration: ["/registration-tokens", "Registration"],
} as const satisfies Record<string, readonly [path: string, title: string]>;

/** The name of a section. */
type Section = keyof typeof SECTIONS;

/** A page for a signed-in operator: navigation, search, notice, and the screen. */
export function renderScreen(shell: Shell, { title, section, body }: Screen): Html {
  const { base, operator, notice, formToken } = shell;
  const content = html`<a class="skip" href="#main">Skip to content</a>
    <header>
      <a class="brand" href="${base}">${shell.provider} <span class="soft">console</span></a>
      <form class="search" method="post" action="${base}/search" role="search">
        <input type="hidden" name="form_token" value="${formToken}" />
        <label class="unseen" for="q">Search: subject, username, client, grant or refresh token</label>
        <input
          id="q"
          name="q"
          type="search"
          placeholder="Subject, username, client, grant, token"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          maxlength="4096"
          required
        />
        <button>Search</button>
      </form>
      <form class="who" method="post" action="${base}/sign-out">
        <input type="hidden" name="form_token" value="${formToken}" />
        <span class="soft small">${operator}</span> <button class="link">Sign out</button>
      </form>
    </header>
    <div class="layout">
      <nav aria-label="Console">
        <ul>
          ${Object.entries(SECTIONS).map(([name, link]) => navigationLink(base, link, name === section))}
        </ul>
      </nav>
      <main id="main" tabindex="-1">
        <h1>${foreign(title)}</h1>
        ${notice === null ? "" : html`<p class="good" role="status">${notice}</p>`} ${body}
      </main>
    </div>`;
  return renderDocument(shell, title, content);
}

function navigationLink(
  base: string,
  [path, title]: readonly [path: string, title: string],
  isCurrent: boolean,
): Html {
  return html`<li><a href="${base}${path}" ${isCurrent ? raw('aria-current="page"') : ""}>${title}</a></li>`;
}

/** A page without an operator: a card in the middle. */
export function renderCard(frame: Frame, { title, body }: Omit<Screen, "section">): Html {
  const content = html`<main id="main" class="alone">
    <p class="brand">${frame.provider} <span class="soft">console</span></p>
    <h1>${title}</h1>
    ${body}
  </main>`;
  return renderDocument(frame, title, content);
}

function renderDocument({ provider, icon, style }: Frame, title: string, content: Content): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${plain(title)} – ${provider} console</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="${icon}" />
        ${
          // Not escaped, because the content security policy has the hash of this very text.
          raw(`<style>${style}</style>`)
        }
      </head>
      <body>
        ${content} ${raw(`<script>${SCRIPT}</script>`)}
      </body>
    </html>`;
}
