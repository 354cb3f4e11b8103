import { Option } from "commander";
import type { Command } from "commander";
import { setTimeout as pause } from "node:timers/promises";
import { eventJson } from "../admin/events.ts";
import { suggest } from "./completion/tree.ts";
import { didYouMean } from "../config/did-you-mean.ts";
import { EVENT_TYPES, unitOf } from "../events/event.ts";
import type { Unit } from "../events/members.ts";
import type { Event, EventFilter, Store } from "../store/store.ts";
import { durationText, localInstant } from "../time-text.ts";
import { instantAt, instantOrAge, wholeNumber } from "./option-values.ts";
import type { InstantOrAge } from "./option-values.ts";
import { jsonLine, printable } from "./printable.ts";
import { examples } from "./program.ts";
import { withStore } from "./session.ts";
import { stopSignal } from "./signals.ts";

/** The flags of `events`. */
interface EventsOptions {
  type?: string;
  client?: string;
  subject?: string;
  grant?: string;
  since?: InstantOrAge;
  after?: number;
  limit?: number;
  follow?: true;
  json?: true;
}

/** Events per query of the store. */
const PAGE = 1000;
/** How often `--follow` queries the store for new events, ms. */
const FOLLOW_INTERVAL = 500;

/**
 * Adds `regrant events`. `--json` is the format that `restore --replay` reads, so its output serves as the audit log
 * to keep beside backups.
 */
export function addEventsCommand(program: Command): void {
  program
    .command("events")
    .description("print audit events, oldest first")
    .addOption(
      suggest(
        new Option("--type <type>", "only this type, or all types of a group (grant, client, …)"),
        Object.keys(EVENT_TYPES),
      ),
    )
    .option("--client <id>", "only events of this client")
    .option("--subject <subject>", "only events of this subject")
    .option("--grant <id>", "only events of this grant")
    .option(
      "--since <when>",
      "only events since then: a date in UTC, a time with its offset, or an age (90s, 30min, 12h, 7d)",
      instantOrAge,
    )
    .option("--after <id>", "only events after this event id", wholeNumber)
    .option("--limit <n>", "print at most this many events", wholeNumber)
    .option("--follow", "keep printing new events as they happen")
    .option("--json", "print JSON, one event a line, as restore --replay reads them")
    .addHelpText(
      "after",
      examples(
        "npx regrant events --since 7d --type grant.reused",
        "npx regrant events --follow --json >> events.jsonl",
      ),
    )
    .action(events);
}

/** Prints events as they are read, a page at a time, so that memory does not grow with the log. */
async function events(options: EventsOptions, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { type, client: clientId, subject, grant: grantId, limit = Infinity } = options;
    const since = options.since && instantAt(options.since, store.now());
    const filter = { type, clientId, subject, grantId, since };
    const print = options.json ? (event: Event) => jsonLine(eventJson(event)) : eventLine;
    let printed = 0;
    for await (const page of pages(
      store,
      { ...filter, after: options.after },
      limit,
      options.follow === true,
    )) {
      console.log(page.map(print).join("\n"));
      printed += page.length;
    }
    if (printed === 0) console.error(nothingFound(type));
  });
}

/** What to say if nothing was printed. A mistyped type must not look like a quiet service. */
function nothingFound(type: string | undefined): string {
  const types = Object.keys(EVENT_TYPES);
  if (type === undefined || types.some((known) => known === type || known.startsWith(`${type}.`))) {
    return "No matching events.";
  }
  return `No event has the type ${type}${didYouMean(type, types) || "."}`;
}

/** Yields pages of events, never an empty one. With `follow` it ends at SIGTERM or SIGINT, and the exit code is 0. */
async function* pages(
  store: Store,
  filter: EventFilter,
  limit: number,
  follow: boolean,
): AsyncGenerator<Event[]> {
  const stop = follow ? stopSignal() : undefined;
  let { after = 0 } = filter;
  let left = limit;
  for (;;) {
    if (left <= 0 || stop?.aborted) return;
    const page = await store.events.list({ ...filter, after }, Math.min(PAGE, left));
    const last = page.at(-1);
    if (last !== undefined) {
      yield page;
      after = last.id;
      left -= page.length;
    } else if (stop === undefined) {
      return;
    } else {
      await pause(FOLLOW_INTERVAL, undefined, { signal: stop }).catch(() => {});
    }
  }
}

/**
 * An event as one line: instant, type, `name=value` for the rest. A value with a space or a quote is written as JSON, an
 * instant or a duration as text.
 */
function eventLine({ at, type, clientId, subject, grantId, data, ...source }: Event): string {
  const members = Object.entries(data).map(([name, value]) => {
    const unit = unitOf(type, name);
    return [unit === "ms" ? name.replace(/_ms$/, "") : name, valueText(value, unit)];
  });
  const from = { address: source.address, agent: source.userAgent, request: source.requestId };
  const fields = { client: clientId, subject, grant: grantId, ...Object.fromEntries(members), ...from };
  const texts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const isPlain = typeof value === "string" && !/[\s"]/.test(value);
      return `${name}=${isPlain ? printable(value) : jsonLine(value)}`;
    });
  return [localInstant(at), printable(type).padEnd(20), ...texts].join("  ");
}

/** A member's value for people. Another version of the program may have written another form of it. */
function valueText(value: unknown, unit: Unit | undefined): unknown {
  if (typeof value !== "number" || unit === undefined) return value;
  if (unit === "instant") return localInstant(value);
  return durationText(unit === "s" ? value * 1000 : value);
}
