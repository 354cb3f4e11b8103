import type { Command } from "commander";
import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { replayEvents, restoreJson } from "../admin/restore.ts";
import type { RestoreReport } from "../admin/restore.ts";
import { isPostgres } from "../config/database-address.ts";
import { sqlitePath } from "../open-store.ts";
import type { EventType, Store } from "../store/store.ts";
import { CliError, toReadError } from "./cli-error.ts";
import { configOf } from "./command-config.ts";
import { examples } from "./program.ts";
import { printJson } from "./output.ts";
import { printable } from "./printable.ts";
import { actor, withStore } from "./session.ts";

/** The flags of `restore`. */
interface RestoreOptions {
  replay: string;
  json?: true;
}

/** Adds `regrant restore`. */
export function addRestoreCommand(program: Command): void {
  program
    .command("restore")
    .description(
      "apply to a restored database the events recorded after its backup, before the service starts",
    )
    .requiredOption("--replay <file>", "the output of events --json; - reads standard input")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `
Applies revocations, disabled clients and accounts, changed secrets and passwords, and distrusted keys. Events that are in
the backup change nothing, so the file may start long before it.`,
    )
    .addHelpText(
      "after",
      examples("npx regrant restore --replay events.jsonl --database sqlite:/var/lib/regrant/regrant.db"),
    )
    .action(restore);
}

/**
 * Replays events and prints a report of what was applied, and of what the operator must do by hand.
 *
 * @throws CliError the database or the file does not exist; AdminError `invalid`
 */
async function restore({ replay, json }: RestoreOptions, command: Command): Promise<void> {
  // Opening a store creates its database, so a mistyped name is refused first.
  const { database } = configOf(command).config;
  const path = sqlitePath(database);
  if (!isPostgres(database) && !existsSync(path)) {
    throw new CliError(`database not found: ${path}`, "put the backup and its master key in place first");
  }
  const input = await openInput(replay);
  const work = async (store: Store) => {
    // Created only now: readline would emit the first lines while the store opens, and they would be lost.
    const lines = createInterface({ input });
    const report = await replayEvents({ store }, lines, actor(), showProgress);
    if (process.stderr.isTTY) process.stderr.write("\r");
    if (json) printJson(restoreJson(report));
    else printReport(report);
  };
  // A backup may be older than this program, and is brought up to date before a node serves from it. After a failover nodes
  // serve already; the guide says to use their version then.
  await withStore(command, work, { besideOthers: false });
}

function showProgress(read: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${read} events`);
}

/**
 * Opens the file, or standard input for `-`.
 *
 * @throws CliError the file cannot be opened; it is not reported later, in the middle of a replay
 */
async function openInput(file: string): Promise<Readable> {
  if (file === "-") return process.stdin;
  const input = createReadStream(file);
  await new Promise<void>((resolve, reject) => {
    input.once("open", () => resolve());
    input.once("error", (error) => reject(toReadError(error, file)));
  });
  return input;
}

/** Descriptions of applied events in the report, after their number. */
const APPLIED: Partial<Record<EventType, string>> = {
  "grant.revoked": "grants revoked",
  "grant.reused": "grants revoked for reuse",
  "grant.concurrent_use": "grants revoked for concurrent use",
  "grant.lifetime_extended": "grants given their later end",
  "access_token.revoked": "access tokens revoked",
  "client.disabled": "clients disabled",
  "client.enabled": "clients enabled",
  "client.deleted": "clients deleted",
  "client.secret_rotated": "client secrets rotated",
  "account.disabled": "accounts disabled",
  "account.enabled": "accounts enabled",
  "account.password_changed": "passwords removed",
  "account.role_changed": "operators' roles taken away",
  "sign_in.ended": "sign-ins ended",
  "consent.withdrawn": "consents withdrawn",
  "registration_token.deleted": "registration tokens deleted",
  "key.distrusted": "keys distrusted",
};

/** Prints what was applied, then the lists of what is left to do. */
function printReport(report: RestoreReport): void {
  const { read, known, applied, unchanged, unreadableLines, lost } = report;
  console.log(`${read} events read: ${known} are in the backup, ${applied} were applied,`);
  console.log(`${unchanged} need no change.`);
  for (const [type, count] of report.appliedByType)
    console.log(`  ${count} ${APPLIED[type] ?? printable(type)}`);
  if (unreadableLines > 0) {
    console.log(`${unreadableLines} unreadable ${unreadableLines === 1 ? "line" : "lines"} skipped.`);
  }
  if (lost.grants > 0) {
    console.log(`${lost.grants} grants issued after the backup are lost: their users sign in again.`);
  }
  printNames("Clients created after the backup are lost. Create them again:", lost.clients);
  printNames("Accounts created after the backup are lost. Create them again:", lost.accounts);
  printNames(
    "Settings of these clients changed after the backup. Change them again:",
    report.settingsToCheck,
  );
  printNames(
    "Passwords of these accounts changed after the backup and are unset. Set them (npx regrant account set-password):",
    report.passwordsToSet,
  );
}

function printNames(heading: string, names: readonly string[]): void {
  if (names.length === 0) return;
  console.log(heading);
  for (const name of names) console.log(`  ${printable(name)}`);
}
