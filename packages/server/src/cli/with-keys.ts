import type { Command } from "commander";
import type { KeyRotationParts } from "../admin/keys.ts";
import { createFirstKeys, openKeys } from "../admin/open-keys.ts";
import type { Store } from "../store/store.ts";
import { databaseError } from "./database-error.ts";
import { withStore } from "./session.ts";
import type { Session } from "./session.ts";

/**
 * Runs `work` with the command's keys. A new database gets its first keys before or, with `createdBy: "work"`, from it.
 *
 * @throws CliError as `withStore`
 */
export async function withKeys<T>(
  command: Command,
  work: (parts: KeyRotationParts & { store: Store }, session: Session) => Promise<T>,
  { createdBy = "command" }: { createdBy?: "command" | "work" } = {},
): Promise<T> {
  return withStore(command, async (store, session, opened) => {
    const { config, sources } = session;
    // The service may be configured elsewhere, so the next key keeps the algorithm unless this command sets one.
    const keepAlgorithm = sources.signingAlgorithm === "default";
    const keys = await openKeys(opened, config, keepAlgorithm).catch((error: unknown) => {
      throw databaseError(error, config.database);
    });
    if (createdBy === "command") await createFirstKeys(keys);
    return work({ ...keys, store }, session);
  });
}
