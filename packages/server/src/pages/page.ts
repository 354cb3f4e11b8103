import { hash } from "node:crypto";
import { html, raw } from "hono/html";
import { Languages } from "./language.ts";
import type { Language } from "./language.ts";
import { styleSheet } from "./style.ts";

/** HTML that is escaped already. */
export type Html = ReturnType<typeof html>;

/** A page before it becomes a response. */
export interface Page {
  /** A whole document. */
  document: Html;
  /** Where it shows images from: origins. */
  images: readonly string[];
  /** Where its forms may lead, as a content security policy says it. */
  formAction: string;
  /** The one script that may run; null: none. */
  scriptHash: string | null;
}

/** What a provider's pages have in common. */
export interface Brand {
  name: string;
  logo: string | null;
  style: string;
  /** For the content security policy: the one style that may apply. */
  styleHash: string;
  languages: Languages;
  /** A scope in words, where its provider gave some. */
  describeScope: (scope: string, tag: string) => string | undefined;
}

export interface BrandSettings {
  providerName: string;
  providerLogo: string | null;
  providerColor: string;
  scopeDescriptions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  words: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function brandOf(settings: BrandSettings): Brand {
  const style = styleSheet(settings.providerColor);
  return {
    name: settings.providerName,
    logo: settings.providerLogo,
    style,
    styleHash: sourceHash(style),
    languages: new Languages(settings.words),
    describeScope(scope, tag) {
      // A scope may be called like a member of every object.
      const texts = Object.hasOwn(settings.scopeDescriptions, scope) ? settings.scopeDescriptions[scope] : {};
      return texts?.[tag] ?? texts?.["en"];
    },
  };
}

/** What a content security policy lets apply or run by its text (CSP 3 §2.3.1). */
function sourceHash(text: string): string {
  return `sha256-${hash("sha256", text, "base64")}`;
}

export interface PageParts {
  title: string;
  /** What went wrong: whoever hears the document's title is told first. */
  fault?: string | null;
  body: Html;
  /** Further elements of the head. */
  head?: Html;
  /** Further images that it shows. */
  images?: readonly (string | null)[];
  /** Where its forms may lead, if that is not this service alone. */
  formAction?: string;
  /** Runs at the end of the page. */
  script?: string;
}

/** The frame of every page. */
export function page(
  brand: Brand,
  { tag }: Language,
  { title, fault = null, body, head, images = [], formAction = "'self'", script }: PageParts,
): Page {
  const logo = brand.logo === null ? "" : html`<img src="${brand.logo}" alt="" height="48" />`;
  // As it is, since its hash stands in the content security policy.
  const style = raw(`<style>${brand.style}</style>`);
  const document = html`<!doctype html>
    <html lang="${tag}">
      <head>
        <meta charset="utf-8" />
        <title>${fault === null ? "" : `${fault} `}${title} – ${brand.name}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${head} ${style}
      </head>
      <body>
        <main>
          <header>${logo}<span>${brand.name}</span></header>
          <h1>${title}</h1>
          ${body}
        </main>
        ${script === undefined ? "" : raw(`<script>${script}</script>`)}
      </body>
    </html>`;
  const shown = [brand.logo, ...images].filter((url) => url !== null);
  return {
    document,
    images: [...new Set(shown.map((url) => new URL(url).origin))],
    formAction,
    scriptHash: script === undefined ? null : sourceHash(script),
  };
}
