import { html } from "hono/html";
import { foreign, identifier, instant } from "../html.ts";
import type { Html } from "../html.ts";
import { clientLink, pager, postForm, subscriptionBadge, table } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Listing, Stream } from "../types.ts";

/** The streams of Shared Signals: receivers create them, or the command line does. */
export function streamsScreen(shell: Shell, query: { after?: string }, streams: Listing<Stream>): Screen {
  const rows = streams.items.map((stream) => [
    html`${identifier(stream.stream_id)}
    ${stream.description === undefined ? "" : foreign(stream.description)}`,
    clientLink(shell, stream.client_id),
    foreign(stream.delivery.endpoint_url),
    subscriptionBadge(stream.status),
    html`${stream.waiting_since === null ? "" : html`since ${instant(stream.waiting_since, shell.now)}`}
    ${stream.last_error === null ? "" : html`<div>${foreign(stream.last_error)}</div>`}
    ${stream.dead_letters === 0 ? "" : html`<div>${stream.dead_letters} not given</div>`}`,
    actions(shell, stream),
  ]);
  const body = html`<p>
      Receivers are told what ends sessions as security event tokens (Shared Signals 1.0).
      <code>regrant stream create</code> makes a stream.
    </p>
    ${table(["Stream", "Client", "Receiver", "State", "Waiting", "Action"], rows, "No streams.")}
    ${pager(shell, "/streams", query, streams)}`;
  return { title: "Streams", section: "streams", body };
}

function actions(shell: Shell, { stream_id: id, status }: Stream): Html {
  const button = (path: string, label: string, kind: "" | "danger" = "") =>
    postForm(shell, { path: `/streams/${path}`, label, kind, hidden: { id } });
  return html`${status === "enabled" ? button("pause", "Pause") : button("enable", "Enable")}
  ${button("delete", "Delete…", "danger")}`;
}
