import type { Command } from "commander";
import { setTimeout as delay } from "node:timers/promises";
import { AdminError } from "../../admin/admin-error.ts";
import { importKey, previewKeyImport } from "../../admin/keys.ts";
import { createFirstKeys } from "../../admin/open-keys.ts";
import { importPassport } from "../../admin/passport-import/import-passport.ts";
import type { PassportImport } from "../../admin/passport-import/import-passport.ts";
import { ImportReport } from "../../admin/passport-import/report.ts";
import type { Config } from "../../config/resolve-config.ts";
import { SchemaError } from "../../passport/import/schema.ts";
import { openSource, sourceDialect, sourceText } from "../../passport/import/source.ts";
import type { Source } from "../../passport/import/source.ts";
import { StoreBusyError } from "../../store/store.ts";
import type { Store } from "../../store/store.ts";
import { CliError } from "../cli-error.ts";
import { readKeyFile } from "../key-actions.ts";
import { printJson } from "../output.ts";
import { readSecretFromStdin } from "../password-input.ts";
import { actor, withStoreToRead } from "../session.ts";
import { stopSignal } from "../signals.ts";
import { withKeys } from "../with-keys.ts";
import { printReport } from "./print-report.ts";
import { Progress } from "./progress.ts";
import { PostgresUrlError } from "../../config/postgres-parameters.ts";
import { sourceReason } from "./source-error.ts";

/** The flags of `import passport`. Lifetimes and the interval in s. */
export interface ImportOptions {
  from?: string;
  keyFile?: string;
  scope?: string[];
  accessTtl?: number;
  refreshTtl?: number;
  dryRun?: true;
  live?: true;
  interval: number;
  after?: string;
  json?: true;
}

/**
 * `import passport`: imports once or, with `--live`, until SIGINT or SIGTERM.
 *
 * @throws CliError exit code 2 if the key or the source is not configured, 75 if stopped before the end
 */
export async function importFromPassport(options: ImportOptions, command: Command): Promise<void> {
  const pem = options.keyFile === undefined ? undefined : await readKeyFile(options.keyFile);
  if (options.dryRun) {
    return withStoreToRead(command, async (store, { config }) => {
      const publishKey = async (report: ImportReport) => {
        if (pem !== undefined) report.key = await previewKeyImport(store, config, pem);
      };
      await runAll(options, { store, config, publishKey });
    });
  }
  await withKeys(
    command,
    async (parts, { config }) => {
      // The key is published before the sessions are imported, so that their access tokens can be verified at once. In a
      // new database it is the first key.
      const publishKey = async (report: ImportReport) => {
        if (pem !== undefined) report.key = await importKey(parts, pem, { verifyOnly: false }, actor());
        await createFirstKeys(parts);
      };
      await runAll(options, { store: parts.store, config, publishKey });
    },
    { createdBy: "work" },
  );
}

/** What all passes of one command work with. */
interface ImportParts {
  store: Store;
  config: Config;
  /** Imports the key file, or says what an import would do. */
  publishKey: (report: ImportReport) => Promise<void>;
}

/** Makes one pass or, with `--live`, one after the other. */
async function runAll(options: ImportOptions, { store, config, publishKey }: ImportParts): Promise<void> {
  const { passportKey, retryWindow } = config;
  if (passportKey === null) {
    const hint = "set it to the APP_KEY in Laravel's .env, unchanged";
    throw new CliError("REGRANT_PASSPORT_KEY is not set: sessions cannot be imported without it", hint, 2);
  }
  const address = await addressOf(options, config);
  const signal = stopSignal();
  const work = {
    store,
    passportKey,
    lifetimes: { access: options.accessTtl, refresh: options.refreshTtl },
    retryWindow,
    scopes: options.scope ?? [],
    actor: actor(),
    dryRun: options.dryRun === true,
    signal,
  };
  // A first pass from `--after`; the later ones read all tables, to find sessions that have ended.
  await runOnce(address, { ...work, after: options.after ?? "" }, options, publishKey);
  while (options.live && !signal.aborted) {
    await delay(options.interval * 1000, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await runOnce(address, { ...work, after: "" }, options, publishKey);
  }
}

/**
 * Makes one pass through the tables, on a connection of its own, and prints its report.
 *
 * @throws CliError the source cannot be read, or the pass was stopped
 */
async function runOnce(
  address: string,
  work: Omit<PassportImport, "source" | "progress">,
  { json, live }: ImportOptions,
  publishKey: (report: ImportReport) => Promise<void>,
): Promise<void> {
  const report = new ImportReport(work.dryRun);
  const progress = new Progress(process.stderr);
  let source: Source | undefined;
  try {
    source = await openSource(address);
    await publishKey(report);
    await importPassport({ ...work, source, progress }, report);
  } catch (error) {
    throw toImportError(error, address, report.after);
  } finally {
    progress.end();
    await source?.close().catch(() => {});
  }
  // With --live, a pass that changed nothing prints nothing.
  if (json) printJson(report.toJson());
  else if (!live || report.changed) printReport(report, work.store.now());
  // With `--live`, being stopped is how it ends.
  if (report.stopped && !live) {
    throw new CliError("stopped before the end", `continue with --after ${report.after}`, 75);
  }
}

/**
 * Finds the address of Laravel's database: the flag, standard input, or the setting. Other users can see only the
 * flag.
 *
 * @throws CliError no address is given, or it is not supported
 */
async function addressOf({ from }: ImportOptions, { passportDatabase }: Config): Promise<string> {
  const given = from === "-" ? await readSecretFromStdin() : (from ?? passportDatabase);
  if (given === null) {
    throw new CliError("no source database", "pass --from or set REGRANT_PASSPORT_DATABASE", 2);
  }
  if (sourceDialect(given) === undefined) {
    const forms =
      "mysql://USER:PASSWORD@HOST/DATABASE, postgres://USER:PASSWORD@HOST/DATABASE or sqlite:PATH";
    throw new CliError("the source database is not a URL that is supported", forms, 2);
  }
  return given;
}

/**
 * Translates an error of the source to a `CliError`. Errors of Regrant's own store are translated by `withStore`.
 *
 * @param after where the import can continue; "": from the start
 */
function toImportError(error: unknown, address: string, after: string): unknown {
  if (error instanceof AdminError || error instanceof StoreBusyError) return error;
  const place = sourceText(address);
  if (error instanceof SchemaError) {
    return new CliError(`${place}: ${error.message}`, "check that it is Laravel's database");
  }
  const reason = error instanceof PostgresUrlError ? error.message : sourceReason(error);
  // Not an error of the source: a fault of Regrant, to be printed with its stack trace.
  if (reason === undefined) return error;
  const hint = after === "" ? undefined : `continue with --after ${after}`;
  return new CliError(`cannot read ${place}: ${reason}`, hint);
}
