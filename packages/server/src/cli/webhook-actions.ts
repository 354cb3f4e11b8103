import type { Command } from "commander";
import { allItems } from "../admin/listing.ts";
import type { WebhookJson } from "../admin/webhook-json.ts";
import { instantWithAge } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import { instantCell } from "./cells.ts";
import { CliError } from "./cli-error.ts";
import { instantAt } from "./option-values.ts";
import type { InstantOrAge } from "./option-values.ts";
import { printFields, printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import type { Column } from "./table.ts";

interface SettingOptions extends JsonOption {
  url?: string;
  event?: readonly string[];
  description?: string;
}

/** `webhook create`: prints the webhook and its secret, once. */
export async function create(
  { url, event, description, since, json }: SettingOptions & { since?: InstantOrAge },
  command: Command,
): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const from = since && new Date(instantAt(since, now())).toISOString();
    const created = await call("webhooks.create", { body: { url, events: event, description, since: from } });
    if (json) return printJson(created);
    printFields({ id: created.id, secret: created.secret, ...fieldsOf(created, now()) });
    console.log("\nThe secret is not shown again. Receivers verify messages with it.");
  });
}

const COLUMNS: readonly Column[] = [
  { name: "id", importance: 9 },
  { name: "status", importance: 8 },
  { name: "url", importance: 7 },
  { name: "events", importance: 3 },
  { name: "lag s", importance: 6 },
  { name: "dead letters", importance: 5 },
  { name: "last error", importance: 4 },
];

/** `webhook list`. */
export async function list({ json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const webhooks = await allItems((page) => call("webhooks.list", { query: page }));
    if (json) return webhooks.forEach((webhook) => printJson(webhook));
    const rows = webhooks.map(
      ({ id, status, url, events, lag, dead_letters: letters, last_error: error }) => [
        id,
        status,
        url,
        events.join(" "),
        String(lag),
        String(letters),
        error ?? "",
      ],
    );
    printTable(COLUMNS, rows, "No webhooks.");
  });
}

/** `webhook show`. @throws CliError not found */
export async function show(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const webhook = await call("webhooks.get", { path: { id } });
    if (json) return printJson(webhook);
    printFields({ id: webhook.id, ...fieldsOf(webhook, now()) });
  });
}

/** `webhook update`. @throws CliError not found, or not valid */
export async function update(
  id: string,
  { url, event, description, json }: SettingOptions,
  command: Command,
): Promise<void> {
  if (url === undefined && event === undefined && description === undefined) {
    throw new CliError("nothing to update", "pass at least one of --url, --event, --description", 2);
  }
  await withAdministration(command, async ({ call, now }) => {
    const webhook = await call("webhooks.update", {
      path: { id },
      body: { url, events: event, description },
    });
    if (json) return printJson(webhook);
    if (!webhook.changed) console.error("The webhook was so already.");
    printFields({ id: webhook.id, ...fieldsOf(webhook, now()) });
  });
}

/** `webhook rotate-secret`. @throws CliError not found */
export async function rotateSecret(
  id: string,
  { overlap, json }: JsonOption & { overlap: number },
  command: Command,
): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const rotated = await call("webhooks.rotateSecret", { path: { id }, body: { overlap } });
    if (json) return printJson(rotated);
    printFields({ id, secret: rotated.secret });
    console.log(
      `\nThe secret is not shown again. For ${overlap} s messages are signed with the earlier one too.`,
    );
  });
}

/** `webhook pause`. @throws CliError not found */
export async function pause(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const webhook = await call("webhooks.pause", { path: { id } });
    if (json) return printJson(webhook);
    console.error(
      webhook.changed ? "The webhook is paused; events wait." : "The webhook was paused already.",
    );
  });
}

/** `webhook resume`. @throws CliError not found */
export async function resume(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const webhook = await call("webhooks.resume", { path: { id } });
    if (json) return printJson(webhook);
    console.error(webhook.changed ? "The webhook is enabled again." : "The webhook was enabled already.");
  });
}

/** `webhook test`: exits with 1 if the message was not delivered. @throws CliError not found */
export async function test(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const { delivered, error, duration_ms: duration } = await call("webhooks.test", { path: { id } });
    if (json) printJson({ delivered, error, duration_ms: duration });
    if (!delivered) throw new CliError(`the message was not delivered: ${error ?? "no response"}`);
    if (!json) console.log(`The message was delivered in ${duration} ms.`);
  });
}

/** `webhook delete`. @throws CliError not found */
export async function remove(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    await call("webhooks.delete", { path: { id } });
    console.error("The webhook is deleted, with its dead letters.");
    if (json) printJson({ id, deleted: true });
  });
}

const LETTER_COLUMNS: readonly Column[] = [
  { name: "event", importance: 9 },
  { name: "type", importance: 8 },
  { name: "at", importance: 6 },
  { name: "attempts", importance: 4 },
  { name: "error", importance: 7 },
];

/** `webhook dead-letters`. @throws CliError not found */
export async function deadLetters(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const letters = await allItems((page) => call("webhooks.deadLetters", { path: { id }, query: page }));
    if (json) return letters.forEach((letter) => printJson(letter));
    const rows = letters.map(({ event_id: event, type, at, attempts, error }) => [
      String(event),
      type ?? "no longer stored",
      instantCell(Date.parse(at), now()),
      String(attempts),
      error,
    ]);
    printTable(LETTER_COLUMNS, rows, "No dead letters.");
  });
}

/** `webhook replay`. @throws CliError not found */
export async function replay(
  id: string,
  { eventId, json }: JsonOption & { eventId?: number },
  command: Command,
): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const wanted = await call("webhooks.replay", { path: { id }, body: { event_id: eventId } });
    if (json) return printJson(wanted);
    console.error(`Dead letters to be sent again: ${wanted.requested}.`);
  });
}

/** What is printed of a webhook beside its id. @param now ms */
function fieldsOf(webhook: WebhookJson, now: number): Record<string, string | undefined> {
  const { url, events, description, status, status_reason: reason, next_attempt_at: next } = webhook;
  return {
    url,
    events: events.join(" "),
    description: description === "" ? undefined : description,
    status: reason === null ? status : `${status}: ${reason}`,
    lag: `${webhook.lag} s`,
    "dead letters": String(webhook.dead_letters),
    "failed attempts": webhook.failures === 0 ? undefined : String(webhook.failures),
    "last error": webhook.last_error ?? undefined,
    "next attempt": next === null ? undefined : instantWithAge(Date.parse(next), now),
    created: instantWithAge(Date.parse(webhook.created_at), now),
  };
}
