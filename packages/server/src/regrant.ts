import { getRequestListener } from "@hono/node-server";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pino } from "pino";
import { createAdmin } from "./admin/admin.ts";
import type { Admin } from "./admin/admin.ts";
import { grantIssuer } from "./admin/grants/issue.ts";
import type { IssueRequest } from "./admin/grants/issue.ts";
import { readOptions } from "./config/read-config.ts";
import { resolveConfig } from "./config/resolve-config.ts";
import { socketClientAddress, untrustedProxyWarning } from "./http/client-address.ts";
import { tokenResponseBody } from "./http/responses.ts";
import type { TokenResponseBody } from "./http/responses.ts";
import { DEFAULT_HOST, peerAddress } from "./http/listen.ts";
import { hostEvents } from "./host-events.ts";
import { hostLog } from "./host-logger.ts";
import { hostLogin } from "./host-login.ts";
import type { Login } from "./host-login.ts";
import type { Log } from "./log.ts";
import { openStore } from "./open-store.ts";
import { checkHostOptions, splitOptions } from "./regrant-options.ts";
import type { RegrantOptions } from "./regrant-options.ts";
import { openService } from "./service.ts";
import { findTracing } from "./tracing/find-tracing.ts";
import type { Tracing } from "./tracing/tracing.ts";

/** The actor of what is done through this interface, as events name it. */
const ACTOR = "host";

/** An opened token service, which a program mounts where it likes. */
export interface Regrant {
  /**
   * Responds to a request, whether or not the host has stripped the path that the service is mounted at. Errors are
   * responses too.
   */
  readonly fetch: (request: Request, env?: unknown) => Promise<Response>;
  /** The same as a `node:http` request listener, for Express, Fastify or a plain server; no body parser before it. */
  readonly listener: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
  /**
   * Issues a grant for a subject that the host has authenticated, and returns its first tokens as the token endpoint
   * would (RFC 6749 §5.1). `scope` is space-separated; by default all that the client may have.
   *
   * @throws AdminError `not_found`: no such client; `not_allowed`: the client or the account is disabled, the scope
   *   exceeds what the client may have, or the client may not use refresh_token; `invalid`: the subject is empty
   */
  issue(request: IssueRequest): Promise<TokenResponseBody>;
  /** The operations of administration, as the command line has them; their actor is `host` unless a call names one. */
  readonly admin: Admin;
  /** The operations of the host's own login page, which `loginUrl` names. */
  readonly login: Login;
  /** Metrics in the Prometheus text format, for the program to serve where it likes. */
  metrics(): Promise<string>;
  /** Stops the maintenance and closes the database. Requests in flight must have their response before. */
  close(): Promise<void>;
}

/**
 * Opens a token service to mount in a program of yours.
 *
 * @throws ConfigError with every violation of the options; Error if the database cannot be opened
 */
export async function createRegrant(options: RegrantOptions): Promise<Regrant> {
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
  return {
    fetch,
    // The host's own Request and Response stay as they are.
    listener: getRequestListener(fetch, { overrideGlobalObjects: false, hostname: DEFAULT_HOST }),
    async issue(request) {
      const issueOne = await grantIssuer(deps, request, ACTOR);
      return tokenResponseBody(await issueOne());
    },
    admin: createAdmin({ deps, config, actor: ACTOR }),
    login: hostLogin(deps),
    metrics: () => deps.metrics.registry.metrics(),
    close: () => service.close(),
  };
}

/** JSON lines on standard output. */
function ownLog(level: string, tracing: Tracing | null): Log {
  return pino({ level, ...(tracing && { mixin: tracing.logFields }) });
}
