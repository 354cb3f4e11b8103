import { hash } from "node:crypto";
import { html, raw } from "hono/html";
import { Languages } from "./language.ts";
import type { Language } from "./language.ts";
import { styleSheet } from "./style.ts";

/** HTML whose values are escaped. */
export type Html = ReturnType<typeof html>;

/** A page, not yet a response. */
export interface Page {
  /** The whole document. */
  document: Html;
  /** Origins of its images, for the content security policy. */
  images: readonly string[];
  /** `form-action` of its content security policy. */
  formAction: string;
  /** Source hash of its only script, such as `sha256-…`; null: it has none. */
  scriptHash: string | null;
}

/** What all pages of a provider have in common. */
export interface Brand {
  name: string;
  logo: string | null;
  style: string;
  /** Source hash of `style`, for the content security policy. */
  styleHash: string;
  languages: Languages;
  /** The provider's description of a scope in a language, else in English; undefined if it has none. */
  describeScope: (scope: string, tag: string) => string | undefined;
}

/** The settings that decide how the pages look and read. */
export interface BrandSettings {
  providerName: string;
  providerLogo: string | null;
  providerColor: string;
  scopeDescriptions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  messages: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Makes the brand from its settings, once per service: style and hash do not change while it runs. */
export function brandOf(settings: BrandSettings): Brand {
  const style = styleSheet(settings.providerColor);
  return {
    name: settings.providerName,
    logo: settings.providerLogo,
    style,
    styleHash: sourceHash(style),
    languages: new Languages(settings.messages),
    describeScope(scope, tag) {
      // A scope may have the name of a member of Object.prototype.
      const texts = Object.hasOwn(settings.scopeDescriptions, scope) ? settings.scopeDescriptions[scope] : {};
      return texts?.[tag] ?? texts?.["en"];
    },
  };
}

/** A hash source: the inline script or style with this text may run or apply (CSP 3 §2.3.1). */
function sourceHash(text: string): string {
  return `sha256-${hash("sha256", text, "base64")}`;
}

/** The parts of a page that differ. */
interface PageParts {
  title: string;
  /** What went wrong. It starts the document's title, which screen readers announce first. */
  fault?: string | null;
  body: Html;
  /** Further elements of the head. */
  head?: Html;
  /** URLs of images besides the logo. */
  images?: readonly (string | null)[];
  /** `form-action` of the content security policy; by default this service alone. */
  formAction?: string;
  /** Runs at the end of the page. */
  script?: string;
}

/**
 * Puts a page's body into the document that all pages share. The page loads nothing but images, so its content
 * security policy can forbid the rest.
 */
export function page(
  brand: Brand,
  { tag }: Language,
  { title, fault = null, body, head, images = [], formAction = "'self'", script }: PageParts,
): Page {
  const logo = brand.logo === null ? "" : html`<img src="${brand.logo}" alt="" height="48" />`;
  // Not escaped, because the content security policy has the hash of this very text.
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
