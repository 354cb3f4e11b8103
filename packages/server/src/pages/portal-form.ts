import { html, raw } from "hono/html";
import type { Block, Field } from "../portal/document.ts";
import type { Html } from "./isolate.ts";

type Kind<K extends Block["kind"]> = Extract<Block, { kind: K }>;

/** A form of the portal. It is posted, so that nothing that is entered gets into a URL, and browsers fill in nothing. */
export function formOf({ fields, submit, note }: Kind<"form">, action: string): Html {
  return html`<form method="post" action="${action}" autocomplete="off">
    ${fields.map(fieldOf)}
    <button class="main">${submit}</button>
    <p class="soft small">${note}</p>
  </form>`;
}

/** Browsers ignore `off` for passwords: they would fill in the user's, which is saved for the sign-in page of this origin. */
function fieldOf({ name, label, hint, isRequired, isSecret, value }: Field): Html {
  const described = hint === "" ? "" : raw(` aria-describedby="${name}-hint"`);
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${isSecret ? "password" : "text"}"
      value="${value}"
      dir="ltr"
      autocomplete="${isSecret ? "new-password" : "off"}"
      autocapitalize="none"
      spellcheck="false"
      ${isRequired ? raw("required") : ""}${described}
    />
    ${hint === "" ? "" : html`<p class="soft small" id="${name}-hint">${hint}</p>`}`;
}

/** How something is, in a word and its codes. */
export function statusOf({ tone, text, codes }: Kind<"status">): Html {
  return html`<p class="status row">
    <strong class="badge ${tone}">${text}</strong>
    ${codes.map((code) => html`<code>${code}</code>`)}
  </p>`;
}

/** What happened, one after the other. */
export function stepsOf({ steps }: Kind<"steps">): Html {
  return html`<ol class="steps">
    ${steps.map((step) => html`<li>${step}</li>`)}
  </ol>`;
}
