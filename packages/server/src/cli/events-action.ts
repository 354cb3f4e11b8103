import type { Command } from "commander";
import { setTimeout as pause } from "node:timers/promises";
import type { EventJson } from "../admin/events.ts";
import type { PageOptions } from "../admin/listing.ts";
import { didYouMean } from "../config/did-you-mean.ts";
import { EVENT_TYPES } from "../events/event.ts";
import { isoInstant } from "../time-text.ts";
import { withAdministration } from "./administration.ts";
import type { Administration } from "./administration.ts";
import { CliError } from "./cli-error.ts";
import { eventText } from "./event-text.ts";
import { Names } from "./names.ts";
import { instantAt } from "./option-values.ts";
import type { InstantOrAge } from "./option-values.ts";
import { readPages } from "./pages.ts";
import { jsonLine } from "./printable.ts";
import { stopSignal } from "./signals.ts";

/** The flags of `events`. */
interface EventsOptions {
  type?: string;
  client?: string;
  subject?: string;
  username?: string;
  grant?: string;
  since?: InstantOrAge;
  until?: InstantOrAge;
  last?: number;
  after?: number;
  limit?: number;
  follow?: true;
  json?: true;
}

/** Events per page. */
const PAGE = 1000;
/** How often `--follow` looks for new events, ms. */
const FOLLOW_INTERVAL = 500;

/** The members of a query of `events.list`. */
type Filter = Record<string, string | undefined>;

/** Prints events as they are read, a page at a time, so that memory does not grow with the log. */
export async function events(options: EventsOptions, command: Command): Promise<void> {
  if (options.last !== undefined && (options.after ?? options.limit) !== undefined) {
    throw new CliError("--last cannot be combined with --after or --limit", undefined, 2);
  }
  await withAdministration(command, async (administration) => {
    const filter = await filterOf(options, administration);
    const names = new Names(administration);
    let printed = 0;
    for await (const page of pages(administration, filter, options)) {
      if (!options.json) await names.load(page);
      console.log(page.map((event) => (options.json ? jsonLine(event) : eventText(event, names))).join("\n"));
      printed += page.length;
    }
    if (printed === 0) console.error(nothingFound(options.type));
  });
}

/** @throws CliError `not_found`: no account has the username */
async function filterOf(options: EventsOptions, { call, now }: Administration): Promise<Filter> {
  const { type, client, subject, username, grant, since, until } = options;
  const instant = (given: InstantOrAge | undefined) => given && isoInstant(instantAt(given, now()));
  const account =
    username === undefined ? undefined : await call("accounts.get", { path: { account: username } });
  return {
    type,
    client_id: client,
    subject: account?.subject ?? subject,
    grant_id: grant,
    since: instant(since),
    until: instant(until),
  };
}

/** What to say if nothing was printed. A mistyped type must not look like a quiet service. */
function nothingFound(type: string | undefined): string {
  const types = Object.keys(EVENT_TYPES);
  if (type === undefined || types.some((known) => known === type || known.startsWith(`${type}.`))) {
    return "No matching events.";
  }
  return `No event has the type ${type}${didYouMean(type, types) || "."}`;
}

/** Yields pages of events, never an empty one. With `--follow` it ends at SIGTERM or SIGINT, and the exit code is 0. */
async function* pages(
  administration: Administration,
  filter: Filter,
  { last, after, limit = Infinity, follow }: EventsOptions,
): AsyncGenerator<EventJson[]> {
  const stop = follow ? stopSignal() : undefined;
  let from = String(after ?? 0);
  if (last !== undefined) {
    const { newest, end } = await newestEvents(administration, filter, last);
    if (newest.length > 0) yield newest;
    if (stop === undefined) return;
    from = end;
  }
  const { since: _since, until, ...streamed } = filter;
  for (let left = limit; left > 0;) {
    const query = { ...filter, order: "oldest", after: from, limit: Math.min(PAGE, left) };
    const { items, next } = await administration.call("events.list", { query });
    if (items.length > 0) yield items;
    left -= items.length;
    from = next ?? String(items.at(-1)?.id ?? from);
    if (next !== null && !stop?.aborted) continue;
    if (stop === undefined || stop.aborted) return;
    if (administration.stream !== null && until === undefined && limit === Infinity) {
      yield* administration.stream(streamed, from, stop);
      return;
    }
    await pause(FOLLOW_INTERVAL, undefined, { signal: stop }).catch(() => {});
  }
}

/** The newest events that match, the oldest first, and the id after which later ones follow. */
async function newestEvents(
  { call }: Administration,
  filter: Filter,
  count: number,
): Promise<{ newest: EventJson[]; end: string }> {
  // Of all events, before the others are read: what comes meanwhile is told later.
  const { items: latest } = await call("events.list", { query: { order: "newest", limit: 1 } });
  const list = (page: PageOptions) => call("events.list", { query: { ...filter, order: "newest", ...page } });
  const newest = count === 0 ? [] : (await readPages(list, { limit: count })).items.toReversed();
  return { newest, end: String(Math.max(latest[0]?.id ?? 0, newest.at(-1)?.id ?? 0)) };
}
