import type { Command } from "commander";
import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../../config/resolve-config.ts";
import { importSigningKey, KeyImportError, readPrivateKey } from "../../keys/import-key.ts";
import { SchemaError } from "../../passport/import/schema.ts";
import { openSource, sourceDialect, sourceText } from "../../passport/import/source.ts";
import type { Source } from "../../passport/import/source.ts";
import { StoreBusyError } from "../../store/store.ts";
import { CliError } from "../cli-error.ts";
import { readKeyFile } from "../key-actions.ts";
import { readSecretFromStdin } from "../password-input.ts";
import { actor } from "../session.ts";
import { withKeys } from "../with-keys.ts";
import type { ImportOptions } from "./command.ts";
import { importPassport } from "./import-passport.ts";
import type { PassportImport } from "./import-passport.ts";
import { Progress } from "./progress.ts";
import { ImportReport } from "./report.ts";
import { sourceReason } from "./source-error.ts";

/** `import passport` */
export async function importFromPassport(options: ImportOptions, command: Command): Promise<void> {
  const key = options.keyFile === undefined ? undefined : await readKey(options.keyFile);
  await withKeys(command, async ({ store, keys, rotation }, { config }) => {
    const { passportKey } = config;
    if (passportKey === null) {
      const hint = "it is the APP_KEY in Laravel's .env, as it stands there";
      throw new CliError(
        "REGRANT_PASSPORT_KEY is not set, without which no session can be imported over",
        hint,
        2,
      );
    }
    const address = await addressOf(options, config);
    const stop = stopSignal();
    const importKey = async (report: ImportReport) => {
      if (key === undefined || options.dryRun) return;
      const wish = { verifyOnly: false, actor: actor() };
      report.key = await importSigningKey({ store, keys }, rotation, key, wish);
    };
    const lifetimes = { access: options.accessTtl, refresh: options.refreshTtl };
    const overrides = { store, passportKey, lifetimes, retryWindow: config.retryWindow };
    const flags = { scopes: options.scope ?? [], actor: actor(), dryRun: options.dryRun === true };
    const once = (after: string) =>
      runOnce(address, { ...overrides, ...flags, after, signal: stop }, options, importKey);

    await once(options.after ?? "");
    while (options.live && !stop.aborted) {
      await delay(options.interval * 1000, undefined, { signal: stop }).catch(() => {});
      if (!stop.aborted) await once("");
    }
  });
}

/** Once through the tables, on a connection of its own; tells what was done, also when it breaks in the middle. */
async function runOnce(
  address: string,
  overrides: Omit<PassportImport, "source" | "progress">,
  { json, live }: ImportOptions,
  importKey: (report: ImportReport) => Promise<void>,
): Promise<void> {
  const report = new ImportReport(overrides.dryRun);
  const progress = new Progress(process.stderr);
  let source: Source | undefined;
  try {
    source = await openSource(address);
    await importKey(report);
    await importPassport({ ...overrides, source, progress }, report);
  } catch (error) {
    throw faultOf(error, address, report.after);
  } finally {
    progress.end();
    await source?.close().catch(() => {});
  }
  // Between two times there is nothing to tell unless something changed.
  if (json) report.printJson();
  else if (!live || report.changed) report.print();
  if (report.stopped && !live)
    throw new CliError("stopped before the end", `go on with --after ${report.after}`, 75);
}

/** Where Laravel's database is: the flag, standard input, or the setting, which nobody else on the machine can read. */
async function addressOf({ from }: ImportOptions, { passportDatabase }: Config): Promise<string> {
  const given = from === "-" ? await readSecretFromStdin() : (from ?? passportDatabase);
  if (given === null)
    throw new CliError("Laravel's database is not named", "give --from or REGRANT_PASSPORT_DATABASE", 2);
  if (sourceDialect(given) === undefined) {
    const forms =
      "mysql://USER:PASSWORD@HOST/DATABASE, postgres://USER:PASSWORD@HOST/DATABASE or sqlite:PATH";
    throw new CliError("Laravel's database is not named as it should be", forms, 2);
  }
  return given;
}

async function readKey(file: string) {
  try {
    return readPrivateKey(await readKeyFile(file));
  } catch (error) {
    throw error instanceof KeyImportError ? new CliError(`${file}: ${error.message}`) : error;
  }
}

/** Aborted when somebody asks the command to end: it finishes its page first. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

function faultOf(error: unknown, address: string, after: string): unknown {
  if (error instanceof CliError || error instanceof StoreBusyError) return error;
  if (error instanceof KeyImportError) return new CliError(error.message);
  const place = sourceText(address);
  if (error instanceof SchemaError)
    return new CliError(`${place}: ${error.message}`, "is it Laravel's database?");
  const reason = sourceReason(error);
  if (reason === undefined) return error;
  const hint = after === "" ? undefined : `go on with --after ${after}`;
  return new CliError(`${place} cannot be read: ${reason}`, hint);
}
