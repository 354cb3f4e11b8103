import { html } from "hono/html";
import type { Language } from "./language.ts";
import type { Brand, Html } from "./page.ts";
import type { MessageKey } from "./messages/en.ts";

interface ScopeMessages {
  none: MessageKey;
  some: MessageKey;
  /** Of the sentence before the list. */
  id: string;
}

const CONSENT_WORDS: ScopeMessages = { none: "consent.noScopes", some: "consent.scopes", id: "scopes" };

/** What an application may do, in its provider's words where there are some. */
export function scopeList(
  brand: Brand,
  { t, tag }: Language,
  scopes: readonly string[],
  words: ScopeMessages = CONSENT_WORDS,
): Html {
  if (scopes.length === 0) return html`<p>${t(words.none)}</p>`;
  const items = scopes.map((scope) => {
    const described = brand.describeScope(scope, tag);
    return described === undefined ? html`<li><code>${scope}</code></li>` : html`<li>${described}</li>`;
  });
  return html`<p id="${words.id}">${t(words.some)}</p>
    <ul aria-labelledby="${words.id}">
      ${items}
    </ul>`;
}
