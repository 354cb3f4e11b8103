import { secretScreen } from "@regrant/console";
import { AdminError } from "../../../admin/admin-error.ts";
import type { Values } from "../operator-request.ts";
import { wholeNumber } from "./action.ts";
import type { Action } from "./action.ts";

/** How long the earlier secret signs too, s. */
const OVERLAP = 86_400;

const idOf = (form: Values) => form.get("id") ?? "";
const back = (form: Values) => `/webhooks/${encodeURIComponent(idOf(form))}`;

export const WEBHOOK_ACTIONS: readonly Action[] = [
  {
    path: "/webhooks/create",
    back: () => "/webhooks",
    async run({ context, by, shell }, form) {
      const events = (form.get("events") ?? "").split(/[\s,]+/).filter((type) => type !== "");
      const wanted = { url: form.get("url")?.trim() ?? "", events, description: form.get("description") };
      const { id, secret } = await context.admin.webhooks.create(wanted, by);
      const shown = { title: "The webhook is created", label: "The webhook's secret", secret };
      const to = `/webhooks/${id}`;
      return { screen: secretScreen(shell, { ...shown, to, toLabel: "To the webhook" }) };
    },
  },
  {
    path: "/webhooks/test",
    back,
    async run({ context }, form) {
      const { delivered, error } = await context.admin.webhooks.test(idOf(form));
      if (!delivered) throw new AdminError("not_allowed", `the test was not delivered: ${error ?? ""}`);
      return { to: back(form), notice: "test_delivered" };
    },
  },
  {
    path: "/webhooks/pause",
    back,
    async run({ context, by }, form) {
      await context.admin.webhooks.pause(idOf(form), by);
      return { to: back(form), notice: "paused" };
    },
  },
  {
    path: "/webhooks/resume",
    back,
    async run({ context, by }, form) {
      await context.admin.webhooks.resume(idOf(form), by);
      return { to: back(form), notice: "resumed" };
    },
  },
  {
    path: "/webhooks/rotate-secret",
    strong: true,
    back,
    ask: async () => ({
      title: "Make a new secret?",
      warning: "It is shown once. Messages are signed with the present one too for 24 hours.",
      label: "Make a new secret",
    }),
    async run({ context, by, shell }, form) {
      const { secret } = await context.admin.webhooks.rotateSecret(idOf(form), { overlap: OVERLAP, ...by });
      const shown = { title: "New secret", label: "The webhook's secret", secret };
      return { screen: secretScreen(shell, { ...shown, to: back(form), toLabel: "To the webhook" }) };
    },
  },
  {
    path: "/webhooks/replay",
    strong: true,
    back,
    async ask({ context }, form) {
      const { url, dead_letters: count } = await context.admin.webhooks.get(idOf(form));
      const what = form.has("event_id") ? "One event" : `${count} events`;
      return {
        title: "Send again?",
        warning: `${what} will be sent to ${url} again, before what waits. It may have handled them already.`,
        label: "Send again",
      };
    },
    async run({ context, by }, form) {
      const given = form.get("event_id");
      const eventId = given === undefined ? undefined : wholeNumber(given);
      await context.admin.webhooks.replay(idOf(form), { eventId, ...by });
      return { to: back(form), notice: "sent_again" };
    },
  },
  {
    path: "/webhooks/delete",
    strong: true,
    back,
    async ask({ context }, form) {
      const { url, dead_letters: count } = await context.admin.webhooks.get(idOf(form));
      return {
        title: "Delete this webhook?",
        warning: `${url} is sent nothing any more, and its ${count} dead letters are removed.`,
        label: "Delete the webhook",
      };
    },
    async run({ context, by }, form) {
      await context.admin.webhooks.delete(idOf(form), by);
      return { to: "/webhooks", notice: "deleted" };
    },
  },
];
