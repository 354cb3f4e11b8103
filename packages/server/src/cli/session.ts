import type { Command } from "commander";
import { userInfo } from "node:os";
import type { Config, ConfigSources } from "../config/resolve-config.ts";
import { AdminError } from "../admin/admin-error.ts";
import { InputError } from "../admin-api/input.ts";
import { openStore, openStoreToRead } from "../open-store.ts";
import type { OpenedStore } from "../open-store.ts";
import type { Store, StoreOptions } from "../store/store.ts";
import { busyError, databaseError } from "./database-error.ts";
import { configOf, toConfigError } from "./command-config.ts";
import { INPUT_INVALID, refusalError } from "./refusal.ts";

/** The actor of this command in events: `cli:` and the name of the operating system's user. */
export function actor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // The user of a container often has no name.
    return `cli:uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/**
 * Opens the configured store.
 *
 * @throws CliError if the user can fix the error
 */
export async function openConfigured(config: Config, options: StoreOptions = {}): Promise<OpenedStore> {
  try {
    return await openStore(config, options);
  } catch (error) {
    throw databaseError(error, config.database);
  }
}

/** A command's settings, and the layer that each comes from. */
export interface Session {
  config: Config;
  sources: ConfigSources;
}

/**
 * Runs `work` with the command's store, and closes it in every case.
 *
 * @param options by default, nodes may be serving from it: what they could not go on with is refused
 * @throws CliError for errors of the configuration and the database, and for `AdminError`s of `work`
 */
export async function withStore<T>(
  command: Command,
  work: (store: Store, session: Session, opened: OpenedStore) => Promise<T>,
  options: StoreOptions = { besideOthers: true },
): Promise<T> {
  const session = configOf(command);
  const opened = await openConfigured(session.config, options);
  try {
    return await work(opened.store, session, opened);
  } catch (error) {
    throw toCliError(error);
  } finally {
    await opened.store.close();
  }
}

/**
 * Runs `work` with the command's store, which is only read: a database that is not there is not created.
 *
 * @throws CliError as `withStore`
 */
export async function withStoreToRead<T>(
  command: Command,
  work: (store: Store, session: Session) => Promise<T>,
): Promise<T> {
  const session = configOf(command);
  const { database } = session.config;
  const store = await openStoreToRead(session.config).catch((error: unknown) => {
    throw databaseError(error, database);
  });
  try {
    return await work(store, session);
  } catch (error) {
    throw toCliError(error);
  } finally {
    await store.close();
  }
}

/** Translates a refusal of an operation, and a store that was busy for too long. */
export function toCliError(error: unknown): unknown {
  if (error instanceof InputError) {
    return refusalError({
      code: "invalid",
      message: INPUT_INVALID,
      violations: error.violations.map(({ message }) => message),
    });
  }
  if (!(error instanceof AdminError)) return busyError(toConfigError(error));
  const { code, message, violations, hint, resource } = error;
  return refusalError({ code, message, violations: violations.map((each) => each.message), hint, resource });
}
