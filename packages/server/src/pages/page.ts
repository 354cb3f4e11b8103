import { hash } from "node:crypto";
import { html, raw } from "hono/html";
import type { DetailTypeSetting } from "../config/authorization-details-settings.ts";
import { isHttpsUrl } from "../config/https-url.ts";
import { iconUrl } from "./icon.ts";
import { formBody, wideBody } from "./frame.ts";
import type { Provider, Surroundings } from "./frame.ts";
import { isolated } from "./isolate.ts";
import type { Html } from "./isolate.ts";
import { Languages } from "./language.ts";
import type { Language } from "./language.ts";
import { styleSheet } from "./style.ts";
import type { Layout } from "./style.ts";

/** A page, not yet a response. */
export interface Page {
  /** The whole document. */
  document: Html;
  /** Origins of its images beside the icon, for the content security policy. */
  images: readonly string[];
  /** `form-action` of its content security policy. */
  formAction: string;
  /** Source hash of its style, such as `sha256-…`. */
  styleHash: string;
  /** Source hash of its only script; null: it has none. */
  scriptHash: string | null;
  /** Its script sends requests to this service. */
  connects: boolean;
}

/** What all pages of a provider have in common. */
export interface Brand extends Provider {
  /** The provider's own pages, https URLs; null: there is none, and no link. */
  links: Readonly<Record<"forgotPassword" | "signUp" | "help", string | null>>;
  styles: Readonly<Record<Layout, Style>>;
  languages: Languages;
  /** The scopes that the provider has described. */
  describedScopes: readonly string[];
  /** The provider's description of a scope in a language, else in English; undefined if it has none. */
  describeScope: (scope: string, tag: string) => string | undefined;
  /** The same of a type of authorization details, or of one of its members. */
  describeDetail: (type: string, member: string | null, tag: string) => string | undefined;
}

/** A style sheet, and its source hash for the content security policy. */
interface Style {
  text: string;
  hash: string;
}

/** The settings that decide how the pages look and read. */
export interface BrandSettings {
  issuer: string;
  providerName: string;
  providerLogo: string | null;
  providerColor: string;
  forgotPasswordUrl: string | null;
  signUpUrl: string | null;
  helpUrl: string | null;
  scopeDescriptions: Readonly<Record<string, Texts>>;
  authorizationDetailsTypes: Readonly<Record<string, Pick<DetailTypeSetting, "label" | "members">>>;
  messages: Readonly<Record<string, Texts>>;
}

/** Texts by language, or messages by key. */
type Texts = Readonly<Record<string, string>>;

/** Makes the brand from its settings, once per service: styles and hashes do not change while it runs. */
export function brandOf(settings: BrandSettings): Brand {
  const { providerName, providerColor, forgotPasswordUrl, signUpUrl, helpUrl } = settings;
  const styleOf = (layout: Layout): Style => {
    const text = styleSheet(providerColor, layout);
    return { text, hash: sourceHash(text) };
  };
  return {
    name: providerName,
    logo: settings.providerLogo,
    icon: iconUrl(providerName, providerColor),
    links: { forgotPassword: forgotPasswordUrl, signUp: signUpUrl, help: helpUrl },
    home: new URL(settings.issuer).pathname,
    styles: {
      form: styleOf("form"),
      column: styleOf("column"),
      portal: styleOf("portal"),
      demo: styleOf("demo"),
      console: styleOf("console"),
    },
    languages: new Languages(settings.messages),
    describedScopes: Object.keys(settings.scopeDescriptions),
    describeScope(scope, tag) {
      return textIn(own(settings.scopeDescriptions, scope), tag);
    },
    describeDetail(name, member, tag) {
      const type = own(settings.authorizationDetailsTypes, name);
      return textIn(member === null ? type?.label : own(type?.members ?? {}, member), tag);
    },
  };
}

/** A key may have the name of a member of Object.prototype. */
function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function textIn(texts: Texts | undefined, tag: string): string | undefined {
  return texts?.[tag] ?? texts?.["en"];
}

/** A hash source: the inline script or style with this text may run or apply (CSP 3 §2.3.1). */
export function sourceHash(text: string): string {
  return `sha256-${hash("sha256", text, "base64")}`;
}

/** The parts of a page that differ. */
interface PageParts extends Surroundings {
  title: string;
  /** What went wrong. It starts the document's title, which screen readers announce first. */
  fault?: string | null;
  /** Of a `form` or a `column` what follows its heading; of the portal `main` and what is beside it. */
  body: Html;
  /** Further elements of the head. */
  head?: Html;
  /** URLs of images besides the provider's logo. */
  images?: readonly (string | null)[];
  /** `form-action` of the content security policy; by default this service alone. */
  formAction?: string;
  /** Runs at the end of the page. */
  script?: string | undefined;
  /** The script sends requests to this service; by default it sends none. */
  connects?: boolean;
  /** By default `form`. */
  layout?: Layout;
}

/**
 * Puts a page's body into the document that all pages share. The page loads nothing but images, so its content
 * security policy can forbid the rest.
 */
export function page(brand: Brand, language: Language, parts: PageParts): Page {
  const { tag, direction } = language;
  const { title, fault = null, head, images = [], formAction = "'self'", script, layout = "form" } = parts;
  const { connects = false } = parts;
  const style = brand.styles[layout];
  const document = html`<!doctype html>
    <html lang="${tag}" dir="${direction}">
      <head>
        <meta charset="utf-8" />
        <title>${fault === null ? "" : `${fault} `}${title} – ${isolated(brand.name, direction)}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${layout === "portal" ? "" : html`<meta name="robots" content="noindex" />`}
        <link rel="icon" href="${brand.icon}" />
        ${head}
        ${
          // Not escaped, because the content security policy has the hash of this very text.
          raw(`<style>${style.text}</style>`)
        }
      </head>
      <body>
        ${layout === "form" ? formBody(brand, language, parts) : wideBody(brand, language, parts, layout)}
        ${script === undefined ? "" : raw(`<script>${script}</script>`)}
      </body>
    </html>`;
  const shown = [brand.logo, ...images].filter((url) => url !== null);
  return {
    document,
    // The browser loads no other: the host of a URL may hold `;`, which would begin a directive of the policy.
    images: [...new Set(shown.filter(isHttpsUrl).map((url) => new URL(url).origin))],
    formAction,
    styleHash: style.hash,
    scriptHash: script === undefined ? null : sourceHash(script),
    connects,
  };
}
