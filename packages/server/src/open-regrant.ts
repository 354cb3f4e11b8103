import { getRequestListener } from "@hono/node-server";
import { pino } from "pino";
import { createAdmin } from "./admin/admin.ts";
import { grantIssuer } from "./admin/grants/issue.ts";
import { readOptions } from "./config/read-config.ts";
import { resolveConfig } from "./config/resolve-config.ts";
import type { Deps } from "./deps.ts";
import { certificateReader } from "./http/client-certificate.ts";
import { socketClientAddress, untrustedProxyWarning } from "./http/client-address.ts";
import { tokenResponseBody } from "./http/responses.ts";
import { DEFAULT_HOST, peerAddress } from "./http/listen.ts";
import { givenSource } from "./http/source-of-request.ts";
import { hostEvents } from "./host-events.ts";
import { hostLog } from "./host-logger.ts";
import { hostLogin } from "./host-login.ts";
import type { Log } from "./log.ts";
import { openStore } from "./open-store.ts";
import { checkHostOptions, splitOptions } from "./regrant-options.ts";
import type { RegrantOptions } from "./regrant-options.ts";
import type { Regrant } from "./regrant.ts";
import { runFrom } from "./request-source.ts";
import { openService } from "./service.ts";
import { findTracing } from "./tracing/find-tracing.ts";
import type { Tracing } from "./tracing/tracing.ts";

/** The actor of what is done through this interface, as events name it. */
const ACTOR = "host";

/**
 * Opens the service and its interface for an embedding program.
 *
 * @throws as `createRegrant`
 */
export async function openRegrant(options: RegrantOptions): Promise<{ regrant: Regrant; deps: Deps }> {
  const { host, settings } = splitOptions(options);
  const config = resolveConfig(readOptions(settings));
  checkHostOptions(host, config);
  const { clientAddress, now, onEvent } = host;
  const tracing = await findTracing();
  const log =
    host.logger === undefined ? ownLog(config.logLevel, tracing) : hostLog(host.logger, config.logLevel);
  const service = await openService({
    config: { ...config, issuer: config.issuer ?? options.issuer },
    log,
    tracing,
    accounts: host.accounts,
    onEvent: onEvent && hostEvents(onEvent, log),
    clientAddress: clientAddress ?? socketClientAddress(config.trustedProxies),
    readCertificate: certificateReader(config, log),
    open: (storeOptions) => openStore(config, { ...storeOptions, ...(now && { now }) }),
  });
  const { deps } = service;
  // A host that resolves the address itself has settled whom it trusts.
  const checkProxy =
    clientAddress === undefined ? untrustedProxyWarning(config.trustedProxies, log) : () => {};
  const fetch = async (request: Request, env?: unknown) => {
    if (request.headers.has("x-forwarded-for")) checkProxy(peerAddress(env));
    return service.fetch(request, env ?? {});
  };
  const regrant: Regrant = {
    fetch,
    // The host's own Request and Response stay as they are.
    listener: getRequestListener(fetch, { overrideGlobalObjects: false, hostname: DEFAULT_HOST }),
    async issue(request) {
      const issueOne = await grantIssuer(deps, request, ACTOR);
      return tokenResponseBody(await issueOne());
    },
    admin: createAdmin({ deps, config, actor: ACTOR }),
    login: hostLogin(deps),
    runFrom: (source, work) => runFrom(givenSource(source, config.addressRetention > 0), work),
    metrics: () => deps.metrics.registry.metrics(),
    close: () => service.close(),
  };
  return { regrant, deps };
}

/** JSON lines on standard output. */
function ownLog(level: string, tracing: Tracing | null): Log {
  return pino({ level, ...(tracing && { mixin: tracing.logFields }) });
}
