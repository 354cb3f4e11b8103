import { Option } from "commander";
import type { Command } from "commander";
import { EVENT_TYPES } from "../events/event.ts";
import { suggest } from "./completion/tree.ts";
import { instantOrAge, repeated, wholeNumber } from "./option-values.ts";
import { examples } from "./program.ts";

type Actions = typeof import("./webhook-actions.ts");

/** Adds `regrant webhook …`. */
export function addWebhookCommands(program: Command): void {
  const group = program.command("webhook").description("manage webhooks: signed messages about events");
  addSettingCommands(group);
  addOne(group, "show", "print a webhook: its status, its last error, how far it is behind");
  addOne(group, "pause", "stop sending; events wait");
  addOne(group, "resume", "send again what waits, also to a webhook that was disabled");
  addOne(group, "test", "send a message of the type webhook.test now, and print what came of it");
  addOne(group, "delete", "delete a webhook with its dead letters");
  addDeadLetterCommands(group);
}

function events(required: boolean): Option {
  const option = new Option("--event <type>", "a type of event, a group of types (grant) or *; repeatable")
    .argParser(repeated)
    .makeOptionMandatory(required);
  return suggest(option, Object.keys(EVENT_TYPES));
}

function addSettingCommands(group: Command): void {
  group
    .command("create")
    .description("create a webhook and print its secret once")
    .requiredOption("--url <url>", "where messages are sent: https, at a public address")
    .addOption(events(true))
    .option("--description <text>", "what it is for; shown to operators only")
    .option(
      "--since <when>",
      "send stored events from then on too: a date, a time or an age (7d)",
      instantOrAge,
    )
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "npx regrant webhook create --url https://panel.example/hooks --event grant.revoked --event grant.reused",
        "npx regrant webhook create --url https://siem.example/regrant --event '*' --since 7d --json",
      ),
    )
    .action(run("create"));
  group
    .command("list")
    .description("list webhooks")
    .option("--json", "print JSON, one webhook a line")
    .addHelpText("after", examples("npx regrant webhook list"))
    .action(run("list"));
  byId(group, "update", "change what is given; what failed is tried again at once")
    .option("--url <url>", "where messages are sent")
    .addOption(events(false))
    .option("--description <text>", "what it is for")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant webhook update 0b1d… --event grant"))
    .action(run("update"));
  byId(group, "rotate-secret", "give a webhook a new secret and print it once")
    .option("--overlap <s>", "how long the earlier secret signs too, in seconds", wholeNumber, 86_400)
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant webhook rotate-secret 0b1d…"))
    .action(run("rotateSecret"));
}

function addDeadLetterCommands(group: Command): void {
  byId(group, "dead-letters", "list the events that a webhook was not given")
    .option("--json", "print JSON, one dead letter a line")
    .addHelpText("after", examples("npx regrant webhook dead-letters 0b1d…"))
    .action(run("deadLetters"));
  byId(group, "replay", "send dead letters again, before what waits")
    .option("--event-id <id>", "only that of this event; without it, all of them", wholeNumber)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples("npx regrant webhook replay 0b1d…", "npx regrant webhook replay 0b1d… --event-id 4711"),
    )
    .action(run("replay"));
}

function addOne(group: Command, name: "show" | "pause" | "resume" | "test" | "delete", what: string): void {
  byId(group, name, what)
    .option("--json", "print JSON")
    .addHelpText("after", examples(`npx regrant webhook ${name} 0b1d…`))
    .action(run(name === "delete" ? "remove" : name));
}

/** Adds a command about one webhook. */
function byId(group: Command, name: string, what: string): Command {
  return group.command(name).argument("<id>", "the webhook's id, as list prints it").description(what);
}

/** The actions are loaded when one of them runs. */
function run(name: keyof Actions): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const action = (await import("./webhook-actions.ts"))[name] as (...given: unknown[]) => Promise<void>;
    await action(...args);
  };
}
