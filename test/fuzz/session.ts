import { TestBrowser, unescape } from "../../packages/server/src/testing-browser.ts";
import type { Shown, Site } from "../../packages/server/src/testing-browser.ts";
import { AUTHORIZATION_PARAMETERS } from "../../packages/server/src/endpoints/authorization-target.ts";
import { ISSUER } from "../../packages/server/src/testing.ts";

/** A value is forgotten after so many later ones of its name. */
const KEPT = 6;

/** What pages and redirects only give back. */
const REFLECTED: ReadonlySet<string> = new Set(
  AUTHORIZATION_PARAMETERS.filter((name) => name !== "request_uri"),
);

/** A form of a page as it was shown. */
export interface ShownForm {
  action: string;
  /** Hidden fields and buttons have values; what the user fills in has none, or what was filled in. */
  fields: readonly { name: string; value: string | undefined; isButton: boolean }[];
}

/** One client and one browser of a fuzz, and all that responses brought them, by the name of its parameter. */
export class Session {
  readonly browser: TestBrowser;
  readonly #values = new Map<string, string[]>();
  /** The last page's. */
  forms: readonly ShownForm[] = [];
  /** Where the last redirect within the service leads. */
  link: string | undefined;

  constructor(site: Site, values: Readonly<Record<string, string>>) {
    this.browser = new TestBrowser(site);
    for (const [name, value] of Object.entries(values)) this.learn(name, value);
  }

  /** In the order in which they came. */
  valuesOf(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  get names(): readonly string[] {
    return [...this.#values.keys()];
  }

  learn(name: string, value: string): void {
    if (value === "") return;
    const others = this.valuesOf(name).filter((other) => other !== value);
    this.#values.set(name, [...others, value].slice(-KEPT));
  }

  /** Every text in a JSON document, or in the pages and redirects. */
  learnFrom({ html, leadsTo, headers }: Shown): void {
    if (leadsTo !== undefined) this.#learnFromUrl(leadsTo);
    const contentType = headers.get("content-type") ?? "";
    if (!contentType.startsWith("text/html")) {
      if (html !== "" && !contentType.startsWith("text/")) this.#learnFromJson(JSON.parse(html));
      return;
    }
    this.forms = formsOf(html);
    for (const { name, value } of this.forms.flatMap(({ fields }) => fields)) {
      if (value !== undefined && !REFLECTED.has(name)) this.learn(name, value);
    }
  }

  #learnFromUrl(location: string): void {
    const url = URL.parse(location, ISSUER);
    if (url === null) return;
    for (const [name, value] of url.searchParams) if (!REFLECTED.has(name)) this.learn(name, value);
    this.link = url.origin === ISSUER ? url.pathname + url.search : undefined;
  }

  #learnFromJson(document: unknown): void {
    if (typeof document !== "object" || document === null) return;
    for (const [name, value] of Object.entries(document)) {
      // An introspected token may be another client's.
      const isKnown = REFLECTED.has(name) && this.valuesOf(name).length > 0;
      if (typeof value !== "string" || isKnown) continue;
      if (/_uri|redirect_to/.test(name) && value.startsWith(ISSUER)) this.#learnFromUrl(value);
      this.learn(name, value);
    }
  }
}

function formsOf(html: string): ShownForm[] {
  return [...html.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)].map(
    ([, action = "", inner = ""]) => ({
      action: unescape(action),
      fields: [...inner.matchAll(/<(?:input|button)\b[^>]*>/g)].flatMap(([tag]) => {
        const name = /\bname="([^"]*)"/.exec(tag)?.[1];
        const value = /\bvalue="([^"]+)"/.exec(tag)?.[1];
        const isButton = tag.startsWith("<button");
        return name === undefined ? [] : [{ name, value: value && unescape(value), isButton }];
      }),
    }),
  );
}
