import type { Command } from "commander";
import { pino } from "pino";
import type { Deps } from "../deps.ts";
import { makeDeps } from "../make-deps.ts";
import { createMetrics } from "../metrics.ts";
import { openPassport } from "../passport/migration.ts";
import { CliError } from "./cli-error.ts";
import { withKeys } from "./with-keys.ts";

/**
 * Runs `work` with what issues tokens, without serving. Nothing is logged or measured.
 *
 * @throws CliError the issuer is not known, or as `withKeys`
 */
export async function withDeps<T>(command: Command, work: (deps: Deps) => Promise<T>): Promise<T> {
  return withKeys(command, async ({ store, keys }, { config }) => {
    const { issuer } = config;
    if (issuer === null) {
      throw new CliError(
        "the issuer is not known: port 0 is any free port",
        "pass --issuer or set REGRANT_ISSUER",
        2,
      );
    }
    const silent = { metrics: createMetrics(), tracing: null, log: pino({ level: "silent" }) };
    const passport = await openPassport(config);
    const deps = makeDeps({ ...config, issuer }, { store, keys, failures: null, passport, ...silent });
    try {
      return await work(deps);
    } finally {
      await passport?.close();
    }
  });
}
