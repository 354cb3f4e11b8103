import { en } from "./messages/en.ts";
import type { MessageKey } from "./messages/en.ts";
import { it } from "./messages/it.ts";

/** One language of the pages. */
export interface Language {
  /** BCP 47, for the `lang` attribute. */
  tag: string;
  /** The message of a key, `{name}` replaced by the value of that name; not HTML-escaped. */
  t: (key: MessageKey, values?: Readonly<Record<string, string>>) => string;
}

type Messages = Readonly<Record<string, string>>;

/** The built-in languages. The first is used if no preference of the user matches. */
const BUILT_IN: readonly (readonly [tag: string, messages: Messages])[] = [
  ["en", en],
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

  /** @param custom messages by language and key (setting `messages`); missing ones are in English */
  constructor(custom: Readonly<Record<string, Messages>>) {
    const builtIn = new Map(BUILT_IN);
    for (const tag of new Set([...builtIn.keys(), ...Object.keys(custom)])) {
      const messages: Messages = { ...en, ...builtIn.get(tag), ...custom[tag] };
      this.#languages.set(tag.toLowerCase(), {
        tag,
        t: (key, values) => fill(messages[key] ?? en[key], values),
      });
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

/** The ranges of an `Accept-Language` header by weight; equal weights keep their order. */
function byWeight(header: string): string[] {
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

function fill(text: string, values: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => isolated(values[name] ?? placeholder));
}

/** Isolates right-to-left text, which would otherwise reorder the text around it (UAX #9 §2.4). */
function isolated(value: string): string {
  return /[\u0590-\u08FF\uFB1D-\uFEFC]/.test(value) ? `\u2068${value}\u2069` : value;
}
