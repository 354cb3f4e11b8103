import type { Command } from "commander";
import { userInfo } from "node:os";
import { loadConfig } from "../config/resolve-config.ts";
import type { Config, ConfigSources } from "../config/resolve-config.ts";
import type { Deps } from "../deps.ts";
import { openStore, sqlitePath } from "../open-store.ts";
import type { OpenedStore } from "../open-store.ts";
import type { Store, StoreOptions } from "../store/store.ts";
import { databaseFault, Fault } from "./fault.ts";

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
    throw databaseFault(error, sqlitePath(config.database));
  }
}

/** Runs `work` with the command's store, and closes it whatever happens. */
export async function withStore<T>(
  command: Command,
  work: (store: Store, config: Config, opened: OpenedStore) => Promise<T>,
): Promise<T> {
  const { config } = configOf(command);
  const opened = await openConfigured(config);
  try {
    return await work(opened.store, config, opened);
  } finally {
    await opened.store.close();
  }
}

/** Runs `work` with what makes and signs tokens, without serving. */
export async function withDeps<T>(command: Command, work: (deps: Deps) => Promise<T>): Promise<T> {
  const { config } = configOf(command);
  const { issuer } = config;
  if (issuer === null) {
    throw new Fault("the issuer is not known, since the port is 0", "give --issuer or REGRANT_ISSUER", 2);
  }
  // What makes tokens takes a while to load, and few commands need it.
  const [{ openService }, { pino }] = await Promise.all([import("../service.ts"), import("pino")]);
  const service = await openService({
    config: { ...config, issuer },
    log: pino({ level: "silent" }),
    clientAddress: () => "",
    open: (options) => openConfigured(config, options),
  }).catch((error: unknown) => {
    throw databaseFault(error, sqlitePath(config.database));
  });
  try {
    return await work(service.deps);
  } finally {
    await service.close();
  }
}
