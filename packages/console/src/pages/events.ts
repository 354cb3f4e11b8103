import { html, raw } from "hono/html";
import { foreign, instant } from "../html.ts";
import type { Content, Html } from "../html.ts";
import { clientLink, field, grantLink, pager, pathTo, subjectLink, table, tableRow } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Event, Listing } from "../types.ts";
import { dataDetails, sourceLine } from "./grant.ts";

/** A filter of events, as the query has it. */
export interface EventQuery {
  type?: string;
  client_id?: string;
  subject?: string;
  grant_id?: string;
  since?: string;
  until?: string;
  after?: string;
}

const COLUMNS = ["Event", "About", "What"];

/** Events, the newest first, with filters; new ones appear at the top while the tail is on. */
export function eventsScreen(
  shell: Shell,
  query: EventQuery,
  events: Listing<Event>,
  types: readonly string[],
): Screen {
  const { after, ...filter } = query;
  const isNewest = after === undefined;
  const body = html`<form class="filters" method="get" action="${pathTo(shell, "/events")}">
      ${field({ name: "type", label: "Type, or its first part", value: query.type, attributes: 'list="types"' })}
      <datalist id="types">${types.map((type) => html`<option value="${type}"></option>`)}</datalist>
      ${field({ name: "subject", label: "Subject", value: query.subject })}
      ${field({ name: "client_id", label: "Client id", value: query.client_id })}
      ${field({ name: "grant_id", label: "Grant", value: query.grant_id })}
      ${field({ name: "since", label: "From (2026-07-01 or with time and zone)", value: query.since })}
      ${field({ name: "until", label: "Until", value: query.until })}
      <button>Show</button>
    </form>
    <div class="row apart">
      <p class="small">
        Export: <a href="${pathTo(shell, "/events/export", { ...filter, format: "csv" })}" download>CSV</a>,
        <a href="${pathTo(shell, "/events/export", { ...filter, format: "jsonl" })}" download>JSON lines</a>
      </p>
      ${isNewest && !query.until ? tailButton(shell, filter) : ""}
    </div>
    ${table(
      COLUMNS,
      events.items.map((event) => cells(shell, event)),
      "No events.",
      "events",
    )}
    ${events.items.length === 0 ? html`<p class="empty">No events match.</p>` : ""}
    ${pager(shell, "/events", { ...query }, events)}`;
  return { title: "Events", section: "events", body };
}

function tailButton(shell: Shell, filter: EventQuery): Html {
  const { since: _, ...followed } = filter;
  return html`<p>
    <span id="tail-state" class="soft small" role="status"></span>
    <button
      type="button"
      data-tail="${pathTo(shell, "/events/tail", { ...followed })}"
      aria-pressed="false"
      ${raw("hidden")}
    >
      Live
    </button>
  </p>`;
}

/** A row of the table, for the tail. */
export function eventRow(shell: Shell, event: Event): Html {
  return tableRow(COLUMNS, cells(shell, event));
}

function cells(shell: Shell, event: Event): Content[] {
  const { client_id, subject, grant_id } = event;
  const about = [
    grant_id && html`<div>grant ${grantLink(shell, grant_id)}</div>`,
    subject && html`<div>subject ${subjectLink(shell, subject)}</div>`,
    client_id && html`<div>client ${clientLink(shell, client_id)}</div>`,
  ];
  return [
    html`<code>${event.type}</code><br />${instant(event.at, shell.now)}`,
    html`<div class="small about">${about}</div>`,
    html`${actorOf(event)} ${sourceLine(event)} ${dataDetails(event.data)}`,
  ];
}

function actorOf({ data }: Event): Html {
  const actor = data["actor"];
  return typeof actor === "string" ? html`<span class="small">by ${foreign(actor)}</span>` : html``;
}
