import { html } from "hono/html";
import { OFFLINE_ACCESS } from "../grant-types/scope.ts";
import type { Language } from "./language.ts";
import type { MessageKey } from "./messages/en.ts";
import { bdi } from "./isolate.ts";
import type { Html } from "./isolate.ts";
import type { Brand } from "./page.ts";

/** The messages around a list of scopes. */
interface ScopeListTexts {
  /** Shown instead of an empty list. */
  none: MessageKey;
  /** The sentence that introduces the list. */
  some: MessageKey;
  /** The `id` of that sentence, by which screen readers label the list. */
  id: string;
}

const CONSENT: ScopeListTexts = { none: "consent.noScopes", some: "consent.scopes", id: "scopes" };

/**
 * Lists what an application may do: each scope by the provider's description, else by its name. `offline_access` is
 * none: it says how long, and pages say that elsewhere.
 */
export function scopeList(
  brand: Brand,
  { t, tag }: Language,
  scopes: readonly string[],
  texts: ScopeListTexts = CONSENT,
): Html {
  const rights = scopes.filter((scope) => scope !== OFFLINE_ACCESS);
  if (rights.length === 0) return html`<p>${t(texts.none)}</p>`;
  const items = rights.map((scope) => {
    const description = brand.describeScope(scope, tag);
    // A description may be in English on a page of another direction.
    const item = description === undefined ? html`<code>${bdi(scope)}</code>` : bdi(description);
    return html`<li>${item}</li>`;
  });
  return html`<p id="${texts.id}">${t(texts.some)}</p>
    <ul class="rights" aria-labelledby="${texts.id}">
      ${items}
    </ul>`;
}
