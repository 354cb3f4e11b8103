import type { Command } from "commander";
import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { isPostgres } from "../config/database-address.ts";
import { sqlitePath } from "../open-store.ts";
import type { Event, Store } from "../store/store.ts";
import { examples } from "./examples.ts";
import { CliError } from "./cli-error.ts";
import { eventOfLine } from "./event-line.ts";
import { printJson } from "./output.ts";
import { RestoreReport } from "./restore-report.ts";
import { actor, configOf, withStore } from "./session.ts";

interface RestoreOptions {
  replay: string;
  json?: true;
}

/** Events that share a transaction; they are applied in their order. */
const CHUNK = 500;

/** Adds `regrant restore`. */
export function addRestoreCommand(program: Command): void {
  program
    .command("restore")
    .description("apply to a restored database what ended after its backup, before it serves")
    .requiredOption("--replay <file>", "the output of events --json; - reads standard input")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `
Revocations, disablings, secret and password changes and distrusted keys are applied; what is in the backup already
changes nothing, so a file that begins long before it does no harm.`,
    )
    .addHelpText(
      "after",
      examples("npx regrant restore --replay events.jsonl --database sqlite:/var/lib/regrant/regrant.db"),
    )
    .action(restore);
}

async function restore({ replay, json }: RestoreOptions, command: Command): Promise<void> {
  // A mistyped name must not make a database.
  const { database } = configOf(command).config;
  const path = sqlitePath(database);
  if (!isPostgres(database) && !existsSync(path))
    throw new CliError(`there is no database ${path}`, "put the backup and its master key in place first");
  const input = await openInput(replay);
  await withStore(command, async (store) => {
    const report = new RestoreReport();
    let chunk: Event[] = [];
    // Not before: lines that nobody waits for yet would be lost while the store opens.
    for await (const line of createInterface({ input })) {
      const event = eventOfLine(line);
      if (event === undefined) {
        if (line.trim() !== "") report.unreadable();
        continue;
      }
      chunk.push(event);
      if (chunk.length < CHUNK) continue;
      await replayAll(store, chunk, report);
      chunk = [];
      if (process.stderr.isTTY) process.stderr.write(`\r${report.read} events`);
    }
    await replayAll(store, chunk, report);
    if (process.stderr.isTTY) process.stderr.write("\r");
    if (report.read === 0)
      throw new CliError(`${nameOf(replay)} holds no events`, "it is what npx regrant events --json prints");
    const data = { events: report.read, applied: report.applied, actor: actor() };
    await store.events.record({ type: "store.restored", data });
    if (json) printJson(await report.asJson(store));
    else await report.print(store);
  });
}

async function replayAll(store: Store, events: readonly Event[], report: RestoreReport): Promise<void> {
  // All of them are looked up before the first is applied, since that writes events of its own.
  const known = await Promise.all(events.map((event) => isKnown(store, event)));
  const retried = await Promise.all(
    events.map(async (event, i) => known[i] !== true && (await store.events.replay(event))),
  );
  for (const [i, event] of events.entries())
    await report.add(store, event, known[i] === true, retried[i] === true);
}

/** Whether the store holds this event, or held it once: the oldest are removed in time. Its id may be another's by now. */
async function isKnown(store: Store, { at, type, clientId, subject, grantId }: Event): Promise<boolean> {
  const about = { type, clientId, subject, grantId };
  const [same] = await store.events.list({ ...about, since: at, until: at }, 1);
  if (same !== undefined) return true;
  const [oldest] = await store.events.list({}, 1);
  return oldest !== undefined && at < oldest.at;
}

async function openInput(file: string): Promise<Readable> {
  if (file === "-") return process.stdin;
  const input = createReadStream(file);
  await new Promise<void>((resolve, reject) => {
    input.once("open", () => resolve());
    input.once("error", (error: NodeJS.ErrnoException) =>
      reject(new CliError(`${file} cannot be read (${error.code ?? error.message})`)),
    );
  });
  return input;
}

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}
