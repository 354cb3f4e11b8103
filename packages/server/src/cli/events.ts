import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { setTimeout as pause } from "node:timers/promises";
import type { Event, EventFilter, Store } from "../store/store.ts";
import { wholeNumber } from "./option-values.ts";
import { examples } from "./examples.ts";
import { isoInstant, localInstant } from "./output.ts";
import { withStore } from "./session.ts";

interface EventsOptions {
  type?: string;
  client?: string;
  subject?: string;
  grant?: string;
  /** ms, or how long ago. */
  since?: { instant: number } | { ago: number };
  after?: number;
  limit?: number;
  follow?: true;
  json?: true;
}

const PAGE = 1000;
/** How often `--follow` looks for new events, ms. */
const FOLLOW_INTERVAL = 500;

/** Adds `regrant events`. */
export function addEventsCommand(program: Command): void {
  program
    .command("events")
    .description("print the audit events, the oldest first")
    .option("--type <type>", "of this type, or of all that begin with its first word (grant, client …)")
    .option("--client <id>", "of this client")
    .option("--subject <subject>", "of this subject")
    .option("--grant <id>", "of this grant")
    .option(
      "--since <when>",
      "not older: an ISO 8601 date or time, or an age (90s, 30min, 12h, 7d)",
      instantOrAge,
    )
    .option("--after <id>", "after the event of this number", wholeNumber)
    .option("--limit <n>", "at most so many", wholeNumber)
    .option("--follow", "go on and print new ones as they come")
    .option("--json", "print JSON, an event a line: what restore --replay reads")
    .addHelpText(
      "after",
      examples(
        "npx regrant events --since 7d --type grant.reused",
        "npx regrant events --follow --json >> events.jsonl",
      ),
    )
    .action(events);
}

async function events(options: EventsOptions, command: Command): Promise<void> {
  await withStore(command, async (store) => {
    const { type, client: clientId, subject, grant: grantId, limit = Infinity } = options;
    const since =
      options.since && ("ago" in options.since ? store.now() - options.since.ago : options.since.instant);
    const filter = { type, clientId, subject, grantId, since };
    const print = options.json ? (event: Event) => JSON.stringify(eventJson(event)) : eventLine;
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
    if (printed === 0) console.error("There are no such events.");
  });
}

/** Pages of events, none empty; following, it ends with the signal to stop. */
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

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** An event as JSON, for programs and `restore --replay`. */
export function eventJson({
  id,
  at,
  type,
  clientId,
  subject,
  grantId,
  data,
}: Event): Record<string, unknown> {
  return { id, at: isoInstant(at), type, client_id: clientId, subject, grant_id: grantId, data };
}

function eventLine({ at, type, clientId, subject, grantId, data }: Event): string {
  const fields = { client: clientId, subject, grant: grantId, ...data };
  const texts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === "string" && !/[\s"]/.test(value) ? value : JSON.stringify(value)}`,
    );
  return [localInstant(at), type.padEnd(20), ...texts].join("  ");
}

const AGES: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

function instantOrAge(text: string): NonNullable<EventsOptions["since"]> {
  const [, count, unit = ""] = /^(\d{1,9})(s|min|h|d)$/.exec(text) ?? [];
  const size = AGES[unit];
  if (count !== undefined && size !== undefined) return { ago: Number(count) * size };
  const instant = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new InvalidArgumentError("It must be an ISO 8601 date or time, or an age such as 12h.");
  }
  return { instant };
}
