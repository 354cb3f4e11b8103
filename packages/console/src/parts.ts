import { html, raw } from "hono/html";
import { foreign, identifier } from "./html.ts";
import type { Content, Html } from "./html.ts";
import type { Shell } from "./shell.ts";
import type { Listing, Webhook } from "./types.ts";

type Query = Readonly<Record<string, string | undefined>>;

/** The path of a page of the console, with a query; members without a value are left out. */
export function pathTo({ base }: Pick<Shell, "base">, path: string, query: Query = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const text = new URLSearchParams(given).toString();
  return `${base}${path}${text === "" ? "" : `?${text}`}`;
}

/** A link to the page of a grant, a client or a subject, with its identifier. */
export function grantLink(shell: Shell, id: string): Html {
  return html`<a href="${grantPath(shell, id)}"><code>${id}</code></a>`;
}
export function clientLink(shell: Shell, id: string, name?: string | null): Html {
  return html`<a href="${clientPath(shell, id)}">${name ? foreign(name) : html`<code>${id}</code>`}</a>`;
}
export function subjectLink(shell: Shell, subject: string, name?: string | null): Html {
  return html`<a href="${pathTo(shell, "/account", { subject })}">${foreign(name ?? subject)}</a>`;
}
export function grantPath(shell: Shell, id: string): string {
  return pathTo(shell, `/grants/${encodeURIComponent(id)}`);
}
export function clientPath(shell: Shell, id: string): string {
  return pathTo(shell, `/clients/${encodeURIComponent(id)}`);
}

/** A table; on a phone each row is a block with its columns' names. @param empty what to say without rows */
export function table(
  columns: readonly string[],
  rows: readonly (readonly Content[])[],
  empty: string,
  id?: string,
): Html {
  if (rows.length === 0 && id === undefined) return html`<p class="empty">${empty}</p>`;
  return html`<table ${id === undefined ? "" : raw(`id="${id}"`)} role="table">
    <thead>
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((cells) => tableRow(columns, cells))}
    </tbody>
  </table>`;
}

/** One row of a table. */
export function tableRow(columns: readonly string[], cells: readonly Content[]): Html {
  return html`<tr role="row">
    ${cells.map((cell, i) => html`<td role="cell" data-label="${columns[i] ?? ""}">${cell}</td>`)}
  </tr>`;
}

/** Names and values, one a line; a value of null has no line. */
export function fields(entries: Readonly<Record<string, Content>>): Html {
  const lines = Object.entries(entries).filter(([, value]) => value !== null && value !== undefined);
  return html`<dl class="fields">
    ${lines.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A state in colour and words. */
export function badge(text: string, tone: "good" | "warn" | "bad" | "" = ""): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

const SUBSCRIPTION_TONES = { enabled: "good", paused: "warn", disabled: "bad" } as const;

/** The state of a webhook or a stream. */
export function subscriptionBadge(status: Webhook["status"]): Html {
  return badge(status, SUBSCRIPTION_TONES[status]);
}

/** What was wrong with a form; null: nothing. */
export function faultLine(fault: string | null): Content {
  return fault !== null && html`<p class="bad" role="alert">${fault}</p>`;
}

/** The link to the next page of a listing, with the same filter; a page may be short and still have one. */
export function pager(shell: Shell, path: string, query: Query, { next }: Listing<unknown>): Html {
  const first = query["after"] === undefined ? "" : pathTo(shell, path, { ...query, after: undefined });
  const more = next === null ? "" : pathTo(shell, path, { ...query, after: next });
  if (first === "" && more === "") return html``;
  return html`<nav class="row apart pager" aria-label="Pages">
    ${first === "" ? html`<span></span>` : html`<a rel="first" href="${first}">Back to the start</a>`}
    ${more === "" ? "" : html`<a class="button" rel="next" href="${more}">More</a>`}
  </nav>`;
}

/** What a form of one button does. */
interface ButtonForm {
  /** Below the console. */
  path: string;
  label: string;
  /** Hidden fields. */
  hidden?: Readonly<Record<string, string>>;
  kind?: "main" | "danger" | "";
  /** Fields before the button. */
  inputs?: Content;
}

/** A form that posts to the console. */
export function postForm(shell: Shell, { path, label, hidden = {}, kind = "", inputs }: ButtonForm): Html {
  return html`<form method="post" action="${pathTo(shell, path)}">
    ${hiddenFields({ form_token: shell.formToken, ...hidden })} ${inputs}
    <button class="${kind}">${label}</button>
  </form>`;
}

export function hiddenFields(values: Readonly<Record<string, string>>): Content {
  return Object.entries(values).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
}

/** A labelled field of a form. */
interface Field {
  name: string;
  label: string;
  value?: string | undefined;
  type?: "text" | "password" | "number" | "datetime-local" | "search";
  help?: string;
  /** Further attributes, written by us and not escaped. */
  attributes?: string;
}

export function field({ name, label, value = "", type = "text", help, attributes = "" }: Field): Html {
  const id = `field-${name}`;
  const described = help === undefined ? "" : `aria-describedby="${id}-help"`;
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${type === "password" ? "new-password" : "off"}"
      autocapitalize="none"
      spellcheck="false"
      ${raw(`${attributes} ${described}`)}
    />
    ${help === undefined ? "" : html`<p class="soft small" id="${id}-help">${help}</p>`}
  </div>`;
}

/** A field with a list of choices; an empty choice is "any". */
export function select(name: string, label: string, choices: readonly string[], chosen = ""): Html {
  const id = `field-${name}`;
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <select id="${id}" name="${name}">
      ${choices.map(
        (choice) =>
          html`<option value="${choice}" ${choice === chosen ? raw("selected") : ""}>
            ${choice === "" ? "any" : choice}
          </option>`,
      )}
    </select>
  </div>`;
}

/** A secret that is shown this once. */
export function secretBox(label: string, secret: string): Html {
  return html`<div class="warn">
    <p><strong>${label}</strong> is shown only now. Copy it before you leave this page.</p>
    <p>${identifier(secret)}</p>
  </div>`;
}
