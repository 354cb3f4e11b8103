import type { Command } from "commander";
import { pino } from "pino";
import type { Deps } from "../deps.ts";
import { makeDeps } from "../make-deps.ts";
import { createMetrics } from "../metrics.ts";
import { passportOf } from "../passport/migration.ts";
import { CliError } from "./cli-error.ts";
import { openKeys } from "./open-keys.ts";
import { withStore } from "./session.ts";

/** Runs `work` with what makes and signs tokens, without serving. */
export async function withDeps<T>(command: Command, work: (deps: Deps) => Promise<T>): Promise<T> {
  return withStore(command, async (store, { config, sources }, { masterKeys }) => {
    const { issuer } = config;
    if (issuer === null) {
      throw new CliError(
        "the issuer is not known, since the port is 0",
        "give --issuer or REGRANT_ISSUER",
        2,
      );
    }
    const { keys } = await openKeys(store, masterKeys, config, sources);
    const silent = { metrics: createMetrics(), log: pino({ level: "silent" }) };
    const passport = passportOf(config);
    const deps = makeDeps({ ...config, issuer }, { store, keys, failures: null, passport, ...silent });
    try {
      return await work(deps);
    } finally {
      await passport?.close();
    }
  });
}
