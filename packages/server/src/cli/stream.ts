import { readFile } from "node:fs/promises";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { allItems } from "../admin/listing.ts";
import type { StreamJson } from "../admin/streams.ts";
import { SSF_READ_SCOPE, SSF_SCOPE } from "../config/reserved-scopes.ts";
import { STREAM_EVENTS } from "../signals/event-uris.ts";
import type { SubscriptionStatus } from "../store/store.ts";
import { withAdministration } from "./administration.ts";
import { instantCell } from "./cells.ts";
import { CliError } from "./cli-error.ts";
import { repeated } from "./option-values.ts";
import { printFields, printJson, printTable } from "./output.ts";
import type { JsonOption } from "./output.ts";
import { examples } from "./program.ts";
import type { Column } from "./table.ts";

/** The flags of `stream create`, on which scripts rely. */
interface CreateOptions extends JsonOption {
  client: string;
  audience?: string;
  push?: string;
  poll?: true;
  event?: string[];
  authorizationFile?: string;
  description?: string;
}

const NAMES = Object.keys(STREAM_EVENTS);

/** Adds `regrant stream …`: streams of Shared Signals (SSF 1.0). */
export function addStreamCommands(program: Command): void {
  const group = program
    .command("stream")
    .description("manage streams that tell other services of ended sessions (Shared Signals)");
  addCreateCommand(group);
  group
    .command("list")
    .description("list streams")
    .option("--json", "print JSON, one stream a line")
    .addHelpText("after", examples("npx regrant stream list"))
    .action(list);
  const statuses = [
    ["pause", "paused", "pause a stream: its events wait"],
    ["disable", "disabled", "disable a stream: its events are dropped"],
    ["enable", "enabled", "enable a stream again"],
  ] as const;
  for (const [name, status, description] of statuses) {
    group
      .command(name)
      .argument("<id>", "the stream's id, as list prints it")
      .description(description)
      .option("--json", "print JSON")
      .addHelpText("after", examples(`npx regrant stream ${name} 1c9e…`))
      .action((id: string, options: JsonOption, command: Command) => setStatus(id, status, options, command));
  }
  group
    .command("delete")
    .argument("<id>", "the stream's id, as list prints it")
    .description("delete a stream")
    .option("--json", "print JSON")
    .addHelpText("after", examples("npx regrant stream delete 1c9e…"))
    .action(remove);
}

function addCreateCommand(group: Command): void {
  group
    .command("create")
    .description("create a stream, which begins with the events from now on")
    .requiredOption(
      "--client <id>",
      "the receiver's client: confidential, with the scope ssf.manage or ssf.read",
    )
    .option("--audience <text>", "aud of its tokens; default: the client's id")
    .addOption(new Option("--push <url>", "send them to this URL (RFC 8935)").conflicts("poll"))
    .option("--poll", "let the receiver fetch them (RFC 8936)")
    .option("--event <name>", `an event, repeatable: ${NAMES.join(", ")}; default: all`, eventName)
    .option("--authorization-file <file>", "file with the Authorization header for --push")
    .option("--description <text>", "for people")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "npx regrant stream create --client 7d0c… --poll",
        "npx regrant stream create --client 7d0c… --push https://receiver.example/events --event session-revoked",
      ),
    )
    .action(create);
}

function eventName(value: string, before: readonly string[] = []): string[] {
  if (!NAMES.includes(value)) throw new InvalidArgumentError(`It must be one of ${NAMES.join(", ")}.`);
  return repeated(value, before);
}

/** `stream create`: prints the stream, and on stderr what its client still lacks. */
async function create(options: CreateOptions, command: Command): Promise<void> {
  if (options.push === undefined && options.poll === undefined)
    throw new CliError("nothing to create", "pass --push or --poll", 2);
  const { client, audience: aud, push, event: events, description, authorizationFile: file } = options;
  const header = file === undefined ? undefined : (await readFile(file, "utf8")).trim();
  const wanted = { client_id: client, aud, endpoint_url: push, events, description };
  await withAdministration(command, async ({ call }) => {
    const stream = await call("streams.create", { body: { ...wanted, authorization_header: header } });
    if (options.json) printJson(stream);
    else printFields(fieldsOf(stream));
    const { scopes } = await call("clients.get", { path: { client_id: client } });
    const isReceiver = [SSF_SCOPE, SSF_READ_SCOPE].some((scope) => scopes.includes(scope));
    if (!isReceiver && push === undefined)
      console.error(`The client cannot poll yet: it needs the scope ${SSF_READ_SCOPE} or ${SSF_SCOPE}.`);
  });
}

function fieldsOf(stream: StreamJson): Record<string, string> {
  return {
    stream_id: stream.stream_id,
    client_id: stream.client_id,
    audience: stream.aud,
    delivery: stream.delivery.method.endsWith("8935") ? "push" : "poll",
    endpoint_url: stream.delivery.endpoint_url,
    events: stream.events_delivered.map((uri) => uri.slice(uri.lastIndexOf("/") + 1)).join(" "),
    status: stream.status,
  };
}

const COLUMNS: readonly Column[] = [
  { name: "stream", importance: 9 },
  { name: "client", importance: 6 },
  { name: "delivery", importance: 7 },
  { name: "status", importance: 8 },
  { name: "waits since", importance: 5 },
  { name: "dead letters", importance: 4 },
  { name: "last error", importance: 3 },
];

async function list({ json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call, now }) => {
    const streams = await allItems((page) => call("streams.list", { query: page }));
    if (json) return streams.forEach((stream) => printJson(stream));
    const rows = streams.map((stream) => {
      const { stream_id: id, client_id: client, delivery, status } = fieldsOf(stream);
      const { waiting_since: since, dead_letters: letters, last_error: error } = stream;
      const texts = [id, client, delivery, status].map((text) => text ?? "");
      const waiting = since === null ? "" : instantCell(Date.parse(since), now());
      return [...texts, waiting, String(letters), error ?? ""];
    });
    printTable(COLUMNS, rows, "No streams.");
  });
}

/** @throws CliError not found */
async function setStatus(
  id: string,
  status: SubscriptionStatus,
  { json }: JsonOption,
  command: Command,
): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    const stream = await call("streams.setStatus", { path: { id }, body: { status } });
    if (json) printJson(stream);
    else console.log(`The stream is ${status}.`);
  });
}

/** @throws CliError not found */
async function remove(id: string, { json }: JsonOption, command: Command): Promise<void> {
  await withAdministration(command, async ({ call }) => {
    await call("streams.delete", { path: { id } });
    console.error("The stream is deleted.");
    if (json) printJson({ stream_id: id, deleted: true });
  });
}
