import { en } from "./messages/en.ts";
import type { MessageKey } from "./messages/en.ts";
import { it } from "./messages/it.ts";

/** One language of the pages. */
export interface Language {
  /** BCP 47, for the `lang` attribute. */
  tag: string;
  /** The text, `{name}` replaced by the value of that name. Not escaped. */
  t: (key: MessageKey, values?: Readonly<Record<string, string>>) => string;
}

type Messages = Readonly<Record<string, string>>;

/** In the order of preference where a person has none. */
const BUILT_IN: readonly (readonly [tag: string, words: Messages])[] = [
  ["en", en],
  ["it", it],
];

/** The longest tag that is read, characters. */
const MAX_PREFERENCE = 500;

/** The languages that a service has: those that come with it, and what its provider says otherwise. */
export class Languages {
  readonly #languages = new Map<string, Language>();

  /** @param given texts by language and key, over the built-in ones; what a language lacks is said in English */
  constructor(given: Readonly<Record<string, Messages>>) {
    const builtIn = new Map(BUILT_IN);
    for (const tag of new Set([...builtIn.keys(), ...Object.keys(given)])) {
      const words: Messages = { ...en, ...builtIn.get(tag), ...given[tag] };
      this.#languages.set(tag.toLowerCase(), {
        tag,
        t: (key, values) => fill(words[key] ?? en[key], values),
      });
    }
  }

  get tags(): readonly string[] {
    return [...this.#languages.values()].map(({ tag }) => tag);
  }

  /**
   * The first that a person preferred for and the service has.
   *
   * @param uiLocales of the request, in the order of preference, by spaces (OpenID Connect Core §3.1.2.1)
   * @param acceptLanguage the header (RFC 9110 §12.5.4)
   */
  choose(uiLocales: string | undefined, acceptLanguage: string | null): Language {
    const asked = uiLocales?.slice(0, MAX_PREFERENCE).split(" ") ?? [];
    const preferred = [...asked, ...inOrder(acceptLanguage?.slice(0, MAX_PREFERENCE) ?? "")];
    const found = preferred.map((tag) => this.#find(tag)).find((language) => language !== undefined);
    const [first] = this.#languages.values();
    if (first === undefined) throw new Error("there are no languages");
    return found ?? first;
  }

  /** RFC 4647 §3.4: `de-CH-1996`, else `de-CH`, else `de`. */
  #find(tag: string): Language | undefined {
    const parts = tag.toLowerCase().split("-");
    for (let length = parts.length; length > 0; length -= 1) {
      const language = this.#languages.get(parts.slice(0, length).join("-"));
      if (language !== undefined) return language;
    }
    return undefined;
  }
}

/** Texts whose key is not one of the pages', as `language: key`. */
export function unknownMessageKeys(given: Readonly<Record<string, Messages>>): string[] {
  return Object.entries(given).flatMap(([tag, words]) =>
    Object.keys(words)
      .filter((key) => !Object.hasOwn(en, key))
      .map((key) => `${tag}: ${key}`),
  );
}

/** The ranges of an Accept-Language header by their weight, equal ones as they stand there. */
function inOrder(header: string): string[] {
  return header
    .split(",")
    .map((entry) => {
      const [range = "", weight] = entry.trim().split(/\s*;\s*q=/);
      return { range, weight: Number(weight ?? 1) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ range }) => range);
}

function fill(text: string, values: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => isolated(values[name] ?? placeholder));
}

/** Letters that are written from the right, in isolation: else they would reorder what stands beside them (UAX #9 §2.4). */
function isolated(value: string): string {
  return /[\u0590-\u08FF\uFB1D-\uFEFC]/.test(value) ? `\u2068${value}\u2069` : value;
}
