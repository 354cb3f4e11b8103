import type { Command } from "commander";
import { pino } from "pino";
import type { Deps } from "../deps.ts";
import { makeDeps } from "../make-deps.ts";
import { createMetrics } from "../metrics.ts";
import { openPassport } from "../passport/migration.ts";
import { CliError } from "./cli-error.ts";
import { withKeys } from "./with-keys.ts";

/** Runs `work` with what makes and signs tokens, without serving. */
export async function withDeps<T>(command: Command, work: (deps: Deps) => Promise<T>): Promise<T> {
  return withKeys(command, async ({ store, keys }, { config }) => {
    const { issuer } = config;
    if (issuer === null) {
      throw new CliError("no issuer: port 0 does not give one", "pass --issuer or set REGRANT_ISSUER", 2);
    }
    const silent = { metrics: createMetrics(), log: pino({ level: "silent" }) };
    const passport = await openPassport(config);
    const deps = makeDeps({ ...config, issuer }, { store, keys, failures: null, passport, ...silent });
    try {
      return await work(deps);
    } finally {
      await passport?.close();
    }
  });
}
