import type { Command } from "commander";
import { pino } from "pino";
import { Attempts } from "../clients/attempts.ts";
import { ClientCache } from "../clients/client-cache.ts";
import { Documents } from "../clients/document-client.ts";
import { fetchDocument } from "../clients/document-fetch.ts";
import { createLimits } from "../clients/limit.ts";
import { registrationRules } from "../clients/self-registration.ts";
import type { Deps } from "../deps.ts";
import { chooseDirectory } from "../identity/choose-directory.ts";
import { createMetrics } from "../metrics.ts";
import { RevocationFeed } from "../revocations/feed.ts";
import { passportOf } from "../passport/takeover.ts";
import { Fault } from "./fault.ts";
import { openKeys } from "./open-keys.ts";
import { withStore } from "./session.ts";

/** Runs `work` with what makes and signs tokens, without serving. */
export async function withDeps<T>(command: Command, work: (deps: Deps) => Promise<T>): Promise<T> {
  return withStore(command, async (store, { config, sources }, { masterKeys }) => {
    const { issuer, jwksMaxAge, deviceCodeTtl, devicePollInterval } = config;
    if (issuer === null) {
      throw new Fault("the issuer is not known, since the port is 0", "give --issuer or REGRANT_ISSUER", 2);
    }
    const { keys } = await openKeys(store, masterKeys, config, sources);
    const revocations = new RevocationFeed({ store, keys });
    const attempts = new Attempts(config);
    const log = pino({ level: "silent" });
    const { requirePkce, signInTtl, loginUrl } = config;
    const passport = passportOf(config);
    const deps: Deps = {
      issuer,
      audience: config.audience ?? issuer,
      resources: new Set(config.resources),
      jwksMaxAge,
      requirePkce,
      signInTtl,
      deviceCodeTtl,
      devicePollInterval,
      loginUrl,
      store,
      directory: chooseDirectory(config, { store, attempts, log }),
      keys,
      revocations,
      clients: new ClientCache(store.clients),
      attempts,
      limits: createLimits(config, null),
      registration: registrationRules(config),
      documents: new Documents(fetchDocument, () => store.now()),
      passport,
      metrics: createMetrics(),
      log,
    };
    try {
      return await work(deps);
    } finally {
      await passport?.close();
    }
  });
}
