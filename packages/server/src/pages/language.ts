import { html } from "hono/html";
import { bdi, isolated } from "./isolate.ts";
import type { Direction, Html } from "./isolate.ts";
import { de } from "./messages/de.ts";
import { en } from "./messages/en.ts";
import type { MessageKey } from "./messages/en.ts";
import { es } from "./messages/es.ts";
import { fr } from "./messages/fr.ts";
import { it } from "./messages/it.ts";
import { elapsedIn, instantIn } from "./times.ts";

type Values = Readonly<Record<string, string>>;

/** One language of the pages. */
export interface Language {
  /** BCP 47, for the `lang` attribute. */
  tag: string;
  /** For the `dir` attribute. */
  direction: Direction;
  /** The message of a key, `{name}` replaced by the value of that name; plain text, for attributes and titles. */
  t: (key: MessageKey, values?: Values) => string;
  /** The same as HTML: each value is escaped and isolated from the direction of the text around it. */
  html: (key: MessageKey, values: Values) => Html;
  /** An instant, ms, in UTC. */
  instant: (at: number) => string;
  /** A duration, ms, in one unit or two. */
  duration: (ms: number) => string;
}

type Messages = Readonly<Record<string, string>>;

/** The built-in languages. The first is used if no preference of the user matches. */
const BUILT_IN: readonly (readonly [tag: string, messages: Messages])[] = [
  ["en", en],
  ["de", de],
  ["es", es],
  ["fr", fr],
  ["it", it],
];

/** How much of a list of preferences is read, characters. Both lists come from the request. */
const MAX_PREFERENCE = 500;

/**
 * The languages of the pages: the built-in ones, with the provider's messages replacing theirs, and the provider's
 * own.
 */
export class Languages {
  readonly #languages = new Map<string, Language>();

  /** @param custom messages by language and key (setting `messages`); missing ones are those of the language (`de` for `de-AT`), else English */
  constructor(custom: Readonly<Record<string, Messages>>) {
    const builtIn = new Map(BUILT_IN);
    for (const tag of new Set([...builtIn.keys(), ...Object.keys(custom)])) {
      const general = tag.split("-")[0] ?? tag;
      const messages: Messages = { ...en, ...builtIn.get(general), ...custom[tag] };
      this.#languages.set(tag.toLowerCase(), languageOf(tag, messages));
    }
  }

  /** BCP 47, as `ui_locales_supported` lists them (RFC 8414 §2). */
  get tags(): readonly string[] {
    return [...this.#languages.values()].map(({ tag }) => tag);
  }

  /**
   * Chooses the first available language of the user's preferences: those of the request, then those of the browser.
   *
   * @param uiLocales the `ui_locales` parameter: tags separated by spaces, in order of preference (OpenID Connect
   *   Core §3.1.2.1)
   * @param acceptLanguage the `Accept-Language` header (RFC 9110 §12.5.4)
   */
  choose(uiLocales: string | undefined, acceptLanguage: string | null): Language {
    const requested = uiLocales?.slice(0, MAX_PREFERENCE).split(" ") ?? [];
    const preferred = [...requested, ...byWeight(acceptLanguage?.slice(0, MAX_PREFERENCE) ?? "")];
    const found = preferred.map((tag) => this.#find(tag)).find((language) => language !== undefined);
    const [first] = this.#languages.values();
    if (first === undefined) throw new Error("no language is configured");
    return found ?? first;
  }

  /** RFC 4647 §3.4 (lookup): `de-CH-1996`, else `de-CH`, else `de`. */
  #find(tag: string): Language | undefined {
    const parts = tag.toLowerCase().split("-");
    for (let length = parts.length; length > 0; length -= 1) {
      const language = this.#languages.get(parts.slice(0, length).join("-"));
      if (language !== undefined) return language;
    }
    return undefined;
  }
}

/** The keys of configured messages that no page has, as `language: key`. */
export function unknownMessageKeys(custom: Readonly<Record<string, Messages>>): string[] {
  return Object.entries(custom).flatMap(([tag, messages]) =>
    Object.keys(messages)
      .filter((key) => !Object.hasOwn(en, key))
      .map((key) => `${tag}: ${key}`),
  );
}

/** The ranges of an `Accept` or `Accept-Language` header by weight; equal weights keep their order. */
export function byWeight(header: string): string[] {
  return header
    .split(",")
    .map((entry) => {
      const [range = "", weight = "q=1"] = entry.split(";").map((part) => part.trim());
      return { range, weight: Number(weight.replace(/^q=/, "")) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ range }) => range);
}

function languageOf(tag: string, messages: Messages): Language {
  const direction = directionOf(tag);
  return {
    tag,
    direction,
    t: (key, values) => fill(messages[key] ?? en[key], values, direction),
    html: (key, values) => fillHtml(messages[key] ?? en[key], values),
    instant: (at) => instantIn(tag, at),
    duration: (ms) => elapsedIn(tag, ms),
  };
}

/** The direction of a language's script. TypeScript's library lacks the method, Node.js and the standard have it. */
function directionOf(tag: string): Direction {
  const locale = new Intl.Locale(tag) as Intl.Locale & { getTextInfo: () => { direction: Direction } };
  return locale.getTextInfo().direction;
}

/** Where a message has the value of a name. */
const PLACEHOLDER = /\{(\w+)\}/g;

function fill(text: string, values: Values = {}, direction: Direction): string {
  return text.replaceAll(PLACEHOLDER, (placeholder, name: string) =>
    isolated(values[name] ?? placeholder, direction),
  );
}

/** Splitting by a pattern with a group keeps the names, at the odd places. */
function fillHtml(text: string, values: Values): Html {
  const parts = text.split(PLACEHOLDER);
  return html`${parts.map((part, i) => (i % 2 === 0 ? part : bdi(values[part] ?? `{${part}}`)))}`;
}
