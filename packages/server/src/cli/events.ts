import { Option } from "commander";
import type { Command } from "commander";
import { EVENT_TYPES } from "../events/event.ts";
import { suggest } from "./completion/tree.ts";
import { instantOrAge, wholeNumber } from "./option-values.ts";
import { examples } from "./program.ts";

const WHEN = "a date in UTC, a time with its offset, or an age (90s, 30min, 12h, 7d)";

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
    .option("--username <name>", "only events of this account")
    .option("--grant <id>", "only events of this grant")
    .option("--since <when>", `only events since then: ${WHEN}`, instantOrAge)
    .option("--until <when>", "only events until then, as --since", instantOrAge)
    .option("--last <n>", "only the newest n of them", wholeNumber)
    .option("--after <id>", "only events after this event id", wholeNumber)
    .option("--limit <n>", "print at most this many events, from the oldest on", wholeNumber)
    .option("--follow", "keep printing new events as they happen")
    .option("--json", "print JSON, one event a line, as restore --replay reads them")
    .addHelpText(
      "after",
      examples(
        "npx regrant events --last 20",
        "npx regrant events --since 7d --type grant.reused",
        "npx regrant events --username ada@example.com --since 2026-07-01 --until 2026-07-02",
        "npx regrant events --last 10 --follow",
        "npx regrant events --follow --json >> events.jsonl",
      ),
    )
    .action(async (...args: Parameters<Events>) => (await import("./events-action.ts")).events(...args));
}

type Events = (typeof import("./events-action.ts"))["events"];
