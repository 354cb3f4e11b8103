import type { Values } from "../operator-request.ts";
import type { Action } from "./action.ts";

const idOf = (form: Values) => form.get("id") ?? "";
const back = () => "/streams";

export const STREAM_ACTIONS: readonly Action[] = [
  {
    path: "/streams/pause",
    back,
    async run({ context, by }, form) {
      await context.admin.streams.setStatus(idOf(form), { status: "paused", ...by });
      return { to: back(), notice: "paused" };
    },
  },
  {
    path: "/streams/enable",
    back,
    async run({ context, by }, form) {
      await context.admin.streams.setStatus(idOf(form), { status: "enabled", ...by });
      return { to: back(), notice: "resumed" };
    },
  },
  {
    path: "/streams/delete",
    strong: true,
    back,
    async ask({ context }, form) {
      const { client_id: client, delivery } = await context.admin.streams.get(idOf(form));
      return {
        title: "Delete this stream?",
        warning: `The client ${client} is told of no more ended sessions at ${delivery.endpoint_url}.`,
        label: "Delete the stream",
      };
    },
    async run({ context, by }, form) {
      await context.admin.streams.delete(idOf(form), by);
      return { to: back(), notice: "deleted" };
    },
  },
];
