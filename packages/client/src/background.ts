/**
 * Keeps a token fresh without a caller: `const stop = keepFresh(client)`.
 *
 * @module
 */
import type { Clock, TokenClient } from "./api.ts";
import { systemClock } from "./clock.ts";

/** Bounds of the pause between two checks, ms: timers have a limited range and fire late after a sleep. */
const MAX_PAUSE = 60_000;
const MIN_PAUSE = 1000;

/** Events after which time may have passed unnoticed. */
const WAKE_EVENTS = ["online", "pageshow", "visibilitychange", "resume"];

/**
 * Keeps the session's token fresh in the background: refreshes it when it is due, when the machine wakes up and when
 * another process has changed the session. Keeps no process alive.
 *
 * @param options `clock`: the source of time, for tests
 * @returns the function that stops it; the client remains usable
 */
export function keepFresh(
  client: Pick<TokenClient, "getToken" | "status" | "subscribe">,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): () => void {
  let cancel = () => {};
  let round = 0;
  const trigger = () => void run();
  const run = async () => {
    const mine = (round += 1);
    cancel();
    // In both cases the next check tries again.
    await client.getToken().catch(() => {});
    const { refreshAt = Infinity } = await client.status().catch(() => ({ refreshAt: undefined }));
    // A newer check has started, or it was stopped.
    if (mine !== round) return;
    const pause = Math.min(Math.max(refreshAt - clock.now(), MIN_PAUSE), MAX_PAUSE);
    cancel = clock.timer(pause, trigger, true);
  };
  const unsubscribe = client.subscribe(trigger);
  const listening = new AbortController();
  const { signal } = listening;
  for (const target of [globalThis, globalThis.document]) {
    for (const event of WAKE_EVENTS) target?.addEventListener?.(event, trigger, { signal });
  }
  trigger();
  return () => {
    round += 1;
    cancel();
    unsubscribe();
    listening.abort();
  };
}
