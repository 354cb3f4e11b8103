import { getRequestListener } from "@hono/node-server";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pino } from "pino";
import type { Logger } from "pino";
import { createClient } from "./admin/clients.ts";
import type { NewClientInput } from "./admin/clients.ts";
import { readOptions } from "./config/read-config.ts";
import type { SettingOptions } from "./config/read-config.ts";
import { resolveConfig } from "./config/resolve-config.ts";
import { OAuthError } from "./errors/oauth-error.ts";
import { issueGrant } from "./grant-types/issue-grant.ts";
import { grantedScope, parseScope } from "./grant-types/grant-type.ts";
import { clientAddressResolver } from "./http/client-address.ts";
import { peerAddress } from "./http/listen.ts";
import { tokenResponseBody } from "./http/responses.ts";
import type { TokenResponseBody } from "./http/responses.ts";
import { openStore } from "./open-store.ts";
import { openService } from "./service.ts";
import type { Store } from "./store/store.ts";

/** Every setting of the configuration reference by its file key, and what only a program can give. */
export interface RegrantOptions extends SettingOptions {
  /** The public URL under which `fetch` is mounted, its path included. */
  issuer: string;
  /** Where log lines go; by default JSON lines on standard output, from `logLevel` on. */
  logger?: Logger;
  /**
   * The address of the program that sent a request, for the attempt limits. By default the socket's peer, where the
   * host hands it on as `@hono/node-server` does, and `X-Forwarded-For` behind `trustedProxies`.
   */
  clientAddress?: (request: Request, env: unknown) => string;
}

export interface Regrant {
  /** Answers a request, whether or not the host has stripped the path that the service is mounted at. */
  readonly fetch: (request: Request, env?: unknown) => Promise<Response>;
  /** The same as a `node:http` request listener, for Express, Fastify or a plain server; no body parser before it. */
  readonly listener: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
  /**
   * Makes a grant for a subject that the host has authenticated, and returns its first tokens as the token endpoint
   * would (RFC 6749 §5.1). `scope` is space-separated; by default all that the client may have.
   *
   * @throws OAuthError where the client is unknown or disabled, the account disabled, or the scope too wide
   */
  issue(request: { clientId: string; subject: string; scope?: string }): Promise<TokenResponseBody>;
  /**
   * Registers a client; what is not given has the configured lifetimes and the safest policies. Its secret is returned
   * here and not stored; a public client has none.
   *
   * @throws AdminError `invalid` with every violation
   */
  createClient(input: NewClientInput): Promise<{ client_id: string; client_secret: string | undefined }>;
  /** Clients, accounts, grants and events. */
  readonly store: Store;
  /** Metrics in the Prometheus text format. */
  metrics(): Promise<string>;
  /** Stops the upkeep and closes the database. */
  close(): Promise<void>;
}

/**
 * Opens a token service to mount in a program of one's own.
 *
 * @throws ConfigError listing every fault of the options; Error if the database cannot be opened
 */
export async function createRegrant(options: RegrantOptions): Promise<Regrant> {
  const { logger, clientAddress, ...settings } = options;
  const config = resolveConfig(readOptions(settings));
  const resolve = clientAddressResolver(config.trustedProxies);
  const service = await openService({
    config: { ...config, issuer: config.issuer ?? options.issuer },
    log: logger ?? pino({ level: config.logLevel }),
    clientAddress:
      clientAddress ?? ((request, env) => resolve(peerAddress(env), request.headers.get("x-forwarded-for"))),
    open: (storeOptions) => openStore(config, storeOptions),
  });
  const { deps } = service;
  const fetch = async (request: Request, env?: unknown) => service.fetch(request, env ?? {});
  return {
    fetch,
    // The host's own Request and Response stay as they are.
    listener: getRequestListener(fetch, { overrideGlobalObjects: false }),
    async issue({ clientId, subject, scope }) {
      const client = await deps.clients.read(clientId);
      if (client === undefined) throw new OAuthError("issue_unknown_client");
      const granted = grantedScope(client, parseScope(scope));
      const issued = await issueGrant(deps, client, {
        subject,
        scope: granted,
        authTime: null,
        via: "host",
      });
      if ("answer" in issued) return tokenResponseBody(issued.answer);
      throw new OAuthError(`issue_${issued.outcome}`);
    },
    async createClient(input) {
      const { client, secret } = await createClient({ store: deps.store, defaults: config }, input, "host");
      return { client_id: client.id, client_secret: secret };
    },
    store: deps.store,
    metrics: () => deps.metrics.registry.metrics(),
    close: () => service.close(),
  };
}
