import { setTimeout as pause } from "node:timers/promises";
import type { EventJson } from "../../admin/events.ts";
import { ADMIN_PATH } from "../../admin-api/paths.ts";
import { proxyFetch } from "../logins/proxy-fetch.ts";
import { errorOf, noAdminApi } from "./problem.ts";
import type { Remote } from "./send.ts";

/** How long nothing may come, ms. The server sends a comment every 15 s. */
const SILENCE = 45_000;
/** Before the stream is opened again, ms. */
const PAUSE = 2000;

/** Which events, by the names of the query. */
type Filter = Readonly<Record<string, string | undefined>>;

/**
 * Yields the events after `after` as a server's stream sends them, and opens it again after the last one whenever it ends or
 * the connection is lost. It ends when `stop` aborts.
 *
 * @throws CliError the server refuses the request
 */
export async function* streamedEvents(
  remote: Remote,
  { filter, after }: { filter: Filter; after: string },
  stop: AbortSignal,
): AsyncGenerator<EventJson[], void> {
  let last = after;
  let isRefused = false;
  while (!stop.aborted) {
    const response = await open(remote, { filter, after: last, isRefused }, stop).catch(() => undefined);
    if (response?.status === 401 && !isRefused) {
      isRefused = true;
      continue;
    }
    if (response !== undefined && response.status !== 503) {
      requireStream(remote, response, response.ok ? "" : await response.text());
      isRefused = false;
      for await (const events of messagesOf(response)) {
        last = String(events.at(-1)?.id ?? last);
        yield events;
      }
    }
    await pause(PAUSE, undefined, { signal: stop }).catch(() => {});
  }
}

async function open(
  { server, credentials }: Remote,
  { filter, after, isRefused }: { filter: Filter; after: string; isRefused: boolean },
  signal: AbortSignal,
): Promise<Response> {
  const given = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const headers = {
    Accept: "text/event-stream",
    Authorization: `Bearer ${await credentials.token(isRefused)}`,
    "Last-Event-ID": after,
  };
  const url = `${server}${ADMIN_PATH}/events?${new URLSearchParams(given)}`;
  return proxyFetch(url, { headers, redirect: "manual", signal });
}

/** @throws CliError it is another response */
function requireStream({ server, credentials }: Remote, response: Response, text: string): void {
  if (!response.ok) throw errorOf(response, text, { server, tokenHint: credentials.hint });
  if (/^text\/event-stream\b/.test(response.headers.get("content-type") ?? "")) return;
  throw noAdminApi(server, response.status);
}

/** The events of a stream (HTML Living Standard §9.2.6), those that came at once together; it ends with the connection. */
async function* messagesOf({ body }: Response): AsyncGenerator<EventJson[], void> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  for (let rest = ""; ;) {
    const silence = new AbortController();
    const late = pause(SILENCE, { done: true, value: "" } as const, { signal: silence.signal }).catch(
      () => null,
    );
    const part = await Promise.race([reader.read(), late]).catch(() => null);
    silence.abort();
    if (part === null || part.done) {
      await reader.cancel().catch(() => {});
      return;
    }
    const messages = (rest + part.value).split("\n\n");
    rest = messages.pop() ?? "";
    const events = messages.flatMap(eventOf);
    if (events.length > 0) yield events;
  }
}

/** The event of a message; none of a comment. */
function eventOf(message: string): EventJson[] {
  const line = message.split("\n").find((each) => each.startsWith("data: "));
  return line === undefined ? [] : [JSON.parse(line.slice("data: ".length)) as EventJson];
}
