import { html } from "hono/html";
import type { Language } from "./language.ts";
import type { Brand, Html } from "./page.ts";
import type { WordKey } from "./words/en.ts";

interface ScopeWords {
  none: WordKey;
  some: WordKey;
  /** Of the sentence before the list. */
  id: string;
}

const CONSENT_WORDS: ScopeWords = { none: "consent.noScopes", some: "consent.scopes", id: "scopes" };

/** What an application may do, in its provider's words where there are some. */
export function scopeList(
  brand: Brand,
  { say, tag }: Language,
  scopes: readonly string[],
  words: ScopeWords = CONSENT_WORDS,
): Html {
  if (scopes.length === 0) return html`<p>${say(words.none)}</p>`;
  const items = scopes.map((scope) => {
    const described = brand.describeScope(scope, tag);
    return described === undefined ? html`<li><code>${scope}</code></li>` : html`<li>${described}</li>`;
  });
  return html`<p id="${words.id}">${say(words.some)}</p>
    <ul aria-labelledby="${words.id}">
      ${items}
    </ul>`;
}
