import { html } from "hono/html";
import type { Html } from "../html.ts";
import { faultLine, postForm } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Client, Setting } from "../types.ts";

/** What the form of a client's settings is shown with. */
interface ClientForm {
  /** Undefined: a new client. */
  client?: Pick<Client, "client_id" | "name"> | undefined;
  settings: readonly Setting[];
  /** What was saved when the form was shown: a change since then is not overwritten. */
  version?: string;
  /** What is wrong as a whole; null: nothing. */
  fault: string | null;
}

/** The form of all settings, as the server's table describes them. */
export function clientFormScreen(
  shell: Shell,
  { client, settings, version = "", fault }: ClientForm,
): Screen {
  const isNew = client === undefined;
  const inputs = html`${isNew ? kindField() : ""} ${settings.map(settingField)}`;
  const body = html`${faultLine(fault)}
  ${postForm(shell, {
    path: isNew ? "/clients/create" : "/clients/update",
    label: isNew ? "Create" : "Save",
    kind: "main",
    hidden: isNew ? {} : { client_id: client.client_id, version },
    inputs,
  })}`;
  return { title: isNew ? "New client" : `Settings of ${client.name}`, section: "clients", body };
}

function kindField(): Html {
  return html`<div class="field switch">
    <input id="public" type="checkbox" name="public" value="true" aria-describedby="public-help" />
    <div>
      <label for="public">Public</label>
      <p class="soft small" id="public-help">
        An app or a page that cannot keep a secret (RFC 6749 §2.1). It cannot be changed later.
      </p>
    </div>
  </div>`;
}

/** A setting's name, as a label. */
export function labelOf(member: string): string {
  const words = member
    .replaceAll("_", " ")
    .replace(/\b(uri|ttl|pkce|par|jwks|tls|san|dns|ip)(?=s?\b)/g, (word) => word.toUpperCase())
    .replace(/\bdpop\b/, "DPoP");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The attributes that tie a field to its help and to what is wrong with it. */
function description(id: string, { fault }: Setting): { describedBy: string; invalid: Html | "" } {
  const ids = fault === null ? `${id}-help` : `${id}-fault ${id}-help`;
  return { describedBy: ids, invalid: fault === null ? "" : html`aria-invalid="true"` };
}

function settingField(setting: Setting): Html {
  const { member, help, fallback, fault, form } = setting;
  const id = `setting-${member}`;
  const note = fallback === "" ? "" : ` Empty: ${fallback}.`;
  const hint = html`<p class="soft small" id="${id}-help">
      ${help}${form === "list" ? "; one a line" : ""}.${note}
    </p>
    ${fault === null ? "" : html`<p class="fault small" id="${id}-fault">${fault}</p>`}`;
  if (form === "switch") {
    return html`<div class="field switch">
      ${control(id, setting)}
      <div><label for="${id}">${labelOf(member)}</label>${hint}</div>
    </div>`;
  }
  const label = `${labelOf(member)}${form === "seconds" ? ", s" : ""}`;
  return html`<div class="field"><label for="${id}">${label}</label>${control(id, setting)} ${hint}</div>`;
}

function control(id: string, setting: Setting): Html {
  const { member, form, value, choices } = setting;
  const { describedBy, invalid } = description(id, setting);
  switch (form) {
    case "switch":
      return html`<input
        id="${id}"
        type="checkbox"
        name="${member}"
        value="true"
        aria-describedby="${describedBy}"
        ${value === "true" ? "checked" : ""}
      />`;
    case "choice":
      return html`<select id="${id}" name="${member}" aria-describedby="${describedBy}">
        ${choices.map((choice) => html`<option ${choice === value ? "selected" : ""}>${choice}</option>`)}
      </select>`;
    case "list":
    case "json":
      return html`<textarea id="${id}" name="${member}" aria-describedby="${describedBy}" ${invalid}>
${value}</textarea>`;
    default:
      return html`<input
        id="${id}"
        name="${member}"
        value="${value}"
        inputmode="${form === "seconds" ? "numeric" : "text"}"
        autocomplete="off"
        spellcheck="false"
        aria-describedby="${describedBy}"
        ${invalid}
      />`;
  }
}
