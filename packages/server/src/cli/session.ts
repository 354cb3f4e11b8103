import type { Command } from "commander";
import { userInfo } from "node:os";
import { loadConfig } from "../config/resolve-config.ts";
import type { Config, ConfigSources } from "../config/resolve-config.ts";
import { openStore } from "../open-store.ts";
import type { OpenedStore } from "../open-store.ts";
import type { Store, StoreOptions } from "../store/store.ts";
import { databaseFault } from "./database-fault.ts";

/** The configuration of a command: defaults, file, environment, its flags. */
export function configOf(command: Command): { config: Config; sources: ConfigSources; file: string | null } {
  return loadConfig({ env: process.env, cwd: process.cwd(), flags: command.optsWithGlobals() });
}

/** Who changes something, for the events. */
export function actor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // A container's user often has no name.
    return `cli:uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** Opens the store that is configured. What a person can mend is thrown as a `Fault`. */
export async function openConfigured(config: Config, options: StoreOptions = {}): Promise<OpenedStore> {
  try {
    return await openStore(config, options);
  } catch (error) {
    throw databaseFault(error, config.database);
  }
}

/** What a command's settings are, and which layer each comes from. */
export interface Session {
  config: Config;
  sources: ConfigSources;
}

/** Runs `work` with the command's store, and closes it whatever happens. */
export async function withStore<T>(
  command: Command,
  work: (store: Store, session: Session, opened: OpenedStore) => Promise<T>,
): Promise<T> {
  const session = configOf(command);
  const opened = await openConfigured(session.config);
  try {
    return await work(opened.store, session, opened);
  } finally {
    await opened.store.close();
  }
}
