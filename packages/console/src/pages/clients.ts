import { html } from "hono/html";
import { duration, foreign, identifier, instant } from "../html.ts";
import type { Html } from "../html.ts";
import { badge, clientLink, clientPath, field, fields, pager, pathTo, postForm, table } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Client, Grant, Listing, Setting } from "../types.ts";
import { labelOf } from "./client-form.ts";
import { grantTable } from "./grants.ts";

export function clientsScreen(
  shell: Shell,
  query: { search?: string; after?: string },
  clients: Listing<Client>,
): Screen {
  const rows = clients.items.map((client) => [
    clientLink(shell, client.client_id, client.name),
    html`<code>${client.client_id}</code>`,
    badges(client),
    instant(client.created_at, shell.now),
  ]);
  const body = html`<form class="filters" method="get" action="${pathTo(shell, "/clients")}">
      ${field({ name: "search", label: "Name", value: query.search, type: "search" })}
      <button>Show</button>
      <a class="button" href="${pathTo(shell, "/clients/new")}">Create a client</a>
    </form>
    ${table(["Name", "Client id", "State", "Created"], rows, "No clients.")}
    ${pager(shell, "/clients", query, clients)}`;
  return { title: "Clients", section: "clients", body };
}

function badges({ disabled_at, public: isPublic }: Client): Html {
  return html`${disabled_at === null ? badge("enabled", "good") : badge("disabled", "bad")}
  ${badge(isPublic ? "public" : "confidential")}`;
}

/** One client: its settings, secrets and grants, and what can be done. */
export function clientScreen(
  shell: Shell,
  client: Client,
  settings: readonly Setting[],
  grants: Listing<Grant>,
): Screen {
  const { client_id, disabled_at } = client;
  const button = (path: string, label: string, kind: "" | "danger" = "") =>
    postForm(shell, { path: `/clients/${path}`, label, kind, hidden: { client_id } });
  const body = html`<p>${badges(client)}</p>
    <div class="actions">
      <a class="button" href="${clientPath(shell, client_id)}/edit">Edit its settings</a>
      ${disabled_at === null ? button("disable", "Disable…", "danger") : button("enable", "Enable")}
      ${button("delete", "Delete…", "danger")}
    </div>
    ${fields({
      "Client id": identifier(client_id),
      Created: instant(client.created_at, shell.now),
      Disabled: disabled_at === null ? null : instant(disabled_at, shell.now),
    })}
    ${hasSecret(client) ? secrets(shell, client) : ""} ${examples(shell, client_id)}
    <h2>Settings</h2>
    ${fields(Object.fromEntries(settings.map((setting) => [labelOf(setting.member), shown(setting)])))}
    <h2>Its grants</h2>
    ${grantTable(shell, grants.items, { [client_id]: client.name })}
    ${grants.next === null ? "" : html`<p><a href="${pathTo(shell, "/grants", { client_id })}">All its grants</a></p>`}
    ${postForm(shell, { path: "/grants/revoke-all", label: "Revoke all its grants…", kind: "danger", hidden: { client_id } })}
    <p><a href="${pathTo(shell, "/events", { client_id })}">Its events</a></p>`;
  return { title: client.name, section: "clients", body };
}

function shown({ value, fallback, form }: Setting): Html {
  if (value === "") return html`<span class="soft">${fallback === "" ? "none" : fallback}</span>`;
  if (form === "seconds")
    return html`${duration(Number(value) * 1000)} <span class="soft small">${value} s</span>`;
  if (form === "switch") return html`${value === "true" ? "yes" : "no"}`;
  return html`${value.split("\n").map((line) => html`<div>${foreign(line)}</div>`)}`;
}

/** The methods of client authentication that need a secret are named so (RFC 7591 §2). */
function hasSecret({ token_endpoint_auth_method: method }: Client): boolean {
  return method.startsWith("client_secret_");
}

function secrets(shell: Shell, { client_id, secrets: held }: Client): Html {
  const rows = held.map(({ expires_at }, i) => [
    `Secret ${i + 1}`,
    expires_at === null ? badge("in force", "good") : html`until ${instant(expires_at, shell.now)}`,
  ]);
  return html`<h2>Secrets</h2>
    ${table(["Secret", "State"], rows, "No secrets.")}
    ${postForm(shell, {
      path: "/clients/rotate-secret",
      label: "Make a new secret…",
      hidden: { client_id },
      inputs: field({
        name: "overlap_hours",
        label: "The old one stays valid for, hours",
        value: "24",
        type: "number",
        attributes: 'min="0" max="8760" required',
      }),
    })}`;
}

/** The documentation's examples, filled in with this client. */
function examples({ docs }: Shell, clientId: string): Html {
  if (docs === null) return html``;
  const link = (page: string, title: string) =>
    html`<li>
      <a href="${docs}/${page}?${new URLSearchParams({ client_id: clientId }).toString()}">${title}</a>
    </li>`;
  return html`<h2>Examples with its client id</h2>
    <ul>
      ${link("getting-tokens", "Getting tokens")} ${link("refreshing-tokens", "Refreshing tokens")}
    </ul>`;
}
