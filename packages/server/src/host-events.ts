import { eventJson } from "./admin/events.ts";
import type { EventJson } from "./admin/events.ts";
import type { Log } from "./log.ts";
import type { Event } from "./store/store.ts";

/** Hears of an event after its commit. A promise is not waited for. */
export type OnEvent = (event: EventJson) => unknown;

/**
 * Makes a host's `onEvent` safe to call in the store's write path: what it throws, or rejects with, is logged. The digest
 * of a new secret, which a restore needs, is left out.
 */
export function hostEvents(onEvent: OnEvent, log: Pick<Log, "error">): (event: Event) => void {
  return (event) => {
    const { data, ...json } = eventJson(event);
    const { digest, ...shown } = data;
    const hear = async () => onEvent({ ...json, data: shown });
    hear().catch((error: unknown) => {
      log.error({ err: error, event: json.type, event_id: json.id }, "onEvent failed");
    });
  };
}
