import { html } from "hono/html";
import { foreign, identifier, instant } from "../html.ts";
import type { Html } from "../html.ts";
import {
  field,
  fields,
  grantLink,
  pager,
  pathTo,
  postForm,
  subjectLink,
  subscriptionBadge,
  table,
} from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { DeadLetter, Listing, Webhook } from "../types.ts";

/** All webhooks, and the form of a new one. */
export function webhooksScreen(
  shell: Shell,
  query: { after?: string },
  webhooks: Listing<Webhook>,
  types: readonly string[],
): Screen {
  const rows = webhooks.items.map((webhook) => [
    html`<a href="${webhookPath(shell, webhook.id)}">${foreign(webhook.description || webhook.url)}</a>`,
    subscriptionBadge(webhook.status),
    lagText(webhook.lag),
    String(webhook.dead_letters),
    webhook.last_error === null ? "" : foreign(webhook.last_error),
  ]);
  const body = html`<p>A webhook is sent events as they happen, in their order, each at least once.</p>
    ${table(["Webhook", "State", "Behind", "Dead letters", "Last error"], rows, "No webhooks.")}
    ${pager(shell, "/webhooks", query, webhooks)}
    <h2>Create one</h2>
    ${postForm(shell, {
      path: "/webhooks/create",
      label: "Create",
      kind: "main",
      inputs: html`${field({ name: "url", label: "URL", attributes: 'required maxlength="2048"' })}
        ${field({
          name: "events",
          label: "Events",
          value: "*",
          help: "Types (grant.reused), the part before the dot (grant), or *; separated by spaces.",
          attributes: 'required list="types"',
        })}
        <datalist id="types">${types.map((type) => html`<option value="${type}"></option>`)}</datalist>
        ${field({ name: "description", label: "Description", attributes: 'maxlength="200"' })}`,
    })}`;
  return { title: "Webhooks", section: "webhooks", body };
}

function webhookPath(shell: Shell, id: string): string {
  return pathTo(shell, `/webhooks/${encodeURIComponent(id)}`);
}

function lagText(seconds: number): string {
  return seconds === 0 ? "nothing waits" : `${seconds} s`;
}

/** One webhook: how it stands, what it was not given, and what can be done. */
export function webhookScreen(shell: Shell, webhook: Webhook, letters: Listing<DeadLetter>): Screen {
  const { id, status } = webhook;
  const { now } = shell;
  const button = (path: string, label: string, kind: "" | "danger" = "") =>
    postForm(shell, { path: `/webhooks/${path}`, label, kind, hidden: { id } });
  const body = html`<p>${subscriptionBadge(status)}</p>
    ${webhook.status_reason === null ? "" : html`<p>${foreign(webhook.status_reason)}</p>`}
    <div class="actions">
      ${button("test", "Send a test")}
      ${status === "enabled" ? button("pause", "Pause") : button("resume", "Resume")}
      ${button("rotate-secret", "Make a new secret…")} ${button("delete", "Delete…", "danger")}
    </div>
    ${fields({
      URL: identifier(webhook.url),
      Id: identifier(id),
      Events: foreign(webhook.events.join(" ")),
      Behind: lagText(webhook.lag),
      "Failed attempts": webhook.failures === 0 ? null : String(webhook.failures),
      "Last error": webhook.last_error === null ? null : foreign(webhook.last_error),
      "Next attempt": webhook.next_attempt_at === null ? null : instant(webhook.next_attempt_at, now),
      Created: instant(webhook.created_at, now),
    })}
    <h2>Dead letters</h2>
    <p>Events that it was not given after the last attempt.</p>
    ${letterTable(shell, id, letters)}
    ${letters.items.length === 0 ? "" : button("replay", "Send them all again…")}`;
  return { title: webhook.description || "Webhook", section: "webhooks", body };
}

function letterTable(shell: Shell, id: string, letters: Listing<DeadLetter>): Html {
  const rows = letters.items.map((letter) => [
    html`<code>${letter.type ?? "no longer stored"}</code>`,
    html`${letter.grant_id === null ? "" : grantLink(shell, letter.grant_id)}
    ${letter.subject === null ? "" : subjectLink(shell, letter.subject)}`,
    instant(letter.failed_at, shell.now),
    foreign(letter.error),
    letter.replay_requested
      ? "is sent again"
      : postForm(shell, {
          path: "/webhooks/replay",
          label: "Send again…",
          hidden: { id, event_id: String(letter.event_id) },
        }),
  ]);
  return table(["Event", "About", "Failed", "Error", "Action"], rows, "None.");
}
