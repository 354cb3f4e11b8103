import { html } from "hono/html";
import { foreign, identifier, instant } from "../html.ts";
import type { Html } from "../html.ts";
import { clientLink, field, fields, grantLink, pathTo, postForm, subjectLink } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Explanation, Source, TimelineEntry } from "../types.ts";
import { explainForm, stateBadge } from "./grants.ts";

/** One grant: what it is, what happened to it, what can be done. */
export function grantScreen(shell: Shell, grant: Explanation): Screen {
  const { preview, conclusion, timeline, grant_id } = grant;
  const body = html`<p>${stateBadge(grant)}</p>
    <p>${conclusion}</p>
    ${
      preview === null
        ? ""
        : html`<div class="note"><strong>The pasted token:</strong> ${preview.message}</div>`
    }
    ${grant.state === "active" ? actions(shell, grant) : ""} ${properties(shell, grant)}
    <h2>Timeline</h2>
    <ol class="timeline">
      ${timeline.map((entry) => html`<li>${entryOf(shell, entry)}</li>`)}
    </ol>
    <p><a href="${pathTo(shell, "/events", { grant_id })}">Its events</a></p>
    <h2>Explain a token</h2>
    ${explainForm(shell)}`;
  return { title: `Grant of ${grant.username ?? grant.subject}`, section: "grants", body };
}

function actions(shell: Shell, { grant_id }: Explanation): Html {
  const hidden = { grant_id };
  return html`<div class="actions">
    ${postForm(shell, {
      path: "/grants/extend",
      label: "Extend",
      hidden,
      inputs: field({
        name: "days",
        label: "By days",
        value: "30",
        type: "number",
        attributes: 'min="1" max="3650" required',
      }),
    })}
    ${postForm(shell, { path: "/grants/revoke", label: "Revoke…", kind: "danger", hidden })}
  </div>`;
}

function properties(shell: Shell, grant: Explanation): Html {
  const { now } = shell;
  return fields({
    Grant: identifier(grant.grant_id),
    Subject: html`${subjectLink(shell, grant.subject, grant.username)} ${identifier(grant.subject)}`,
    Client: html`${clientLink(shell, grant.client_id, grant.client_name)} ${identifier(grant.client_id)}`,
    Scope: grant.scope === undefined ? null : grant.scope === "" ? "none" : foreign(grant.scope),
    "Child of": grant.parent_id && grantLink(shell, grant.parent_id),
    "Bound to": grant.binding ?? null,
    Rotations: grant.generation,
    Created: grant.created_at && instant(grant.created_at, now),
    "Last refresh": grant.last_used_at && instant(grant.last_used_at, now),
    "Ends unless refreshed": grant.idle_expires_at && instant(grant.idle_expires_at, now),
    "Ends at the latest": grant.expires_at && instant(grant.expires_at, now),
    Inactive: grant.inactive_since && instant(grant.inactive_since, now),
  });
}

function entryOf({ now }: Shell, entry: TimelineEntry): Html {
  const { at, message, event, data, request_id } = entry;
  return html`<p class="small">${instant(at, now)} ${event === null ? "" : html`<code>${event}</code>`}</p>
    <p>${foreign(message)}</p>
    ${/* The message has the address and the user agent. */ sourceLine({ request_id })} ${dataDetails(data)}`;
}

/** Who asked, as far as it is known. */
export function sourceLine({ address, user_agent, request_id }: Source): Html {
  if (!address && !user_agent && !request_id) return html``;
  return html`<p class="soft small">
    ${address ? html`from <code>${address}</code>` : ""}
    ${user_agent ? html`with ${foreign(user_agent)}` : ""}
    ${request_id ? html`request <code>${request_id}</code>` : ""}
  </p>`;
}

/** An event's payload, folded away. */
export function dataDetails(data: Readonly<Record<string, unknown>> | null): Html {
  if (data === null || Object.keys(data).length === 0) return html``;
  return html`<details>
    <summary>Data</summary>
    <pre>${foreign(JSON.stringify(data, null, 2))}</pre>
  </details>`;
}
