import { html } from "hono/html";
import { instant } from "../html.ts";
import {
  badge,
  clientLink,
  field,
  grantLink,
  pager,
  pathTo,
  postForm,
  select,
  subjectLink,
  table,
} from "../parts.ts";
import type { Html } from "../html.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Grant, Listing } from "../types.ts";

/** A filter of grants, as the query has it. */
export interface GrantQuery {
  subject?: string;
  client_id?: string;
  state?: string;
  ending_within?: string;
  after?: string;
}

const TONES = { active: "good", expired: "", revoked: "bad", removed: "" } as const;

/** A grant's state, and why it ended. */
export function stateBadge({ state, reason }: { state: keyof typeof TONES; reason?: string | null }): Html {
  return badge(reason ? `${state}: ${reason.replaceAll("_", " ")}` : state, TONES[state]);
}

/** Grants as a table. @param names of the clients, by id, as far as they are known */
export function grantTable(
  shell: Shell,
  grants: readonly Grant[],
  names: Readonly<Record<string, string>>,
  empty = "No grants.",
): Html {
  const rows = grants.map((grant) => [
    grantLink(shell, grant.grant_id),
    subjectLink(shell, grant.subject),
    clientLink(shell, grant.client_id, names[grant.client_id]),
    stateBadge(grant),
    instant(grant.last_used_at, shell.now),
    instant(grant.expires_at, shell.now),
  ]);
  return table(["Grant", "Subject", "Client", "State", "Last refresh", "Ends"], rows, empty);
}

/** Grants by subject, client, state and end; and a form that explains a pasted token. */
export function grantsScreen(
  shell: Shell,
  query: GrantQuery,
  grants: Listing<Grant>,
  names: Readonly<Record<string, string>>,
): Screen {
  const { subject = "", client_id = "", state = "", ending_within = "" } = query;
  const scope = { ...(subject && { subject }), ...(client_id && { client_id }) };
  const body = html`<form class="filters" method="get" action="${pathTo(shell, "/grants")}">
      ${field({ name: "subject", label: "Subject", value: subject })}
      ${field({ name: "client_id", label: "Client id", value: client_id })}
      ${select("state", "State", ["", "active", "expired", "revoked"], state)}
      ${field({
        name: "ending_within",
        label: "Ending within, days",
        value: ending_within,
        type: "number",
        attributes: 'min="1" max="3650"',
      })}
      <button>Show</button>
    </form>
    ${grantTable(shell, grants.items, names, grants.next === null ? "No grants match." : "None on this page; go on with More.")}
    ${pager(shell, "/grants", { ...query }, grants)}
    ${
      Object.keys(scope).length === 0
        ? ""
        : html`<h2>End them all</h2>
            <p>
              Revokes every grant of this
              ${subject && client_id ? "subject and client" : subject ? "subject" : "client"}.
            </p>
            ${postForm(shell, { path: "/grants/revoke-all", label: "Revoke all…", kind: "danger", hidden: scope })}`
    }
    <h2>Explain a token</h2>
    <p>
      Paste a refresh token: its grant is shown, and what a refresh with it would return now. The token is not
      logged.
    </p>
    ${explainForm(shell)}`;
  return { title: "Grants", section: "grants", body };
}

/** Posts a token, so that it is in no URL, log or history. */
export function explainForm(shell: Shell): Html {
  return postForm(shell, {
    path: "/explain",
    label: "Explain",
    inputs: field({
      name: "pasted",
      label: "Refresh token",
      type: "password",
      attributes: 'required maxlength="8192"',
    }),
  });
}

/** Several things that a search found. */
export function searchScreen(
  shell: Shell,
  found: {
    grants: readonly Grant[];
    clients: readonly { client_id: string; name: string }[];
    accounts: readonly { subject: string; username: string }[];
    more: boolean;
  },
): Screen {
  const { grants, clients, accounts, more } = found;
  const isNothing = grants.length + clients.length + accounts.length === 0;
  const names = Object.fromEntries(clients.map(({ client_id, name }) => [client_id, name]));
  const body = html`${isNothing ? html`<p class="empty">Nothing was found.</p>` : ""}
  ${
    accounts.length === 0
      ? ""
      : html`<h2>Accounts</h2>
          ${table(
            ["Username", "Subject"],
            accounts.map(({ subject, username }) => [
              subjectLink(shell, subject, username),
              html`<code>${subject}</code>`,
            ]),
            "",
          )}`
  }
  ${
    clients.length === 0
      ? ""
      : html`<h2>Clients</h2>
          ${table(
            ["Name", "Client id"],
            clients.map(({ client_id, name }) => [
              clientLink(shell, client_id, name),
              html`<code>${client_id}</code>`,
            ]),
            "",
          )}`
  }
  ${
    grants.length === 0
      ? ""
      : html`<h2>Grants</h2>
          ${grantTable(shell, grants, names)}`
  }
  ${more ? html`<p class="soft">There are more; search for more of the name.</p>` : ""}`;
  return { title: "Search", body };
}
