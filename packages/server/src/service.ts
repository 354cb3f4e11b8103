import type { fetchDocument } from "./clients/cimd/fetch-document.ts";
import { events } from "./channels.ts";
import { CertificateAuthorities } from "./certificates/authorities.ts";
import { ConfigError } from "./config/config-error.ts";
import type { Config } from "./config/resolve-config.ts";
import { WatchedFiles } from "./config/watched-files.ts";
import type { Deps } from "./deps.ts";
import { isWarning } from "./events/event.ts";
import { createAdmin } from "./admin/admin.ts";
import type { Admin } from "./admin/admin.ts";
import { EventStreams } from "./http/admin/event-streams.ts";
import { createAdminApp, createApp } from "./http/app.ts";
import { eventMembers } from "./events/event-members.ts";
import type { Demo } from "./http/demo/routes.ts";
import type { ClientAddress } from "./http/client-address.ts";
import type { ReadCertificate } from "./http/client-certificate.ts";
import { withSource } from "./http/source-of-request.ts";
import { unreadableResponses } from "./http/unreadable-request.ts";
import type { Unreadable } from "./http/unreadable-request.ts";
import { addGauges } from "./gauges.ts";
import type { CheckPassword } from "./identity/host-user-store.ts";
import { KeyRing } from "./keys/key-ring.ts";
import type { MasterKey } from "./keys/master-key.ts";
import type { Log } from "./log.ts";
import { Maintenance } from "./maintenance.ts";
import { makeDeps } from "./make-deps.ts";
import { createMetrics } from "./metrics.ts";
import type { Metrics } from "./metrics.ts";
import { unknownMessageKeys } from "./pages/language.ts";
import { brandOf } from "./pages/page.ts";
import type { Brand } from "./pages/page.ts";
import { readDocsFolder } from "./portal/docs-folder.ts";
import type { DocsFolder } from "./portal/docs-folder.ts";
import { openPassport } from "./passport/migration.ts";
import type { Passport } from "./passport/migration.ts";
import type { Event, Store, StoreOptions } from "./store/store.ts";
import type { SubscriptionRunner } from "./subscriptions/runner.ts";
import type { Tracing } from "./tracing/tracing.ts";

/**
 * What a service is built from: the configuration, and what `serve`, an embedding program and tests give differently.
 */
export interface ServiceOptions {
  config: Config & { issuer: string };
  log: Log;
  /** null or left out: no traces. */
  tracing?: Tracing | null;
  /** Checks passwords in place of the accounts that the settings name. */
  accounts?: CheckPassword | undefined;
  /** Called after the commit of each event of this process; it must not throw. */
  onEvent?: ((event: Event) => void) | undefined;
  /** How throttles learn where a request comes from. */
  clientAddress: ClientAddress;
  /** Reads clients' certificates (RFC 8705); null or left out: no client can show one. */
  readCertificate?: ReadCertificate | null;
  /** Fetches a client ID metadata document; tests replace it. */
  fetchDocument?: typeof fetchDocument;
  /** Prepares what the pages of a demo need; without it, they do not exist. */
  prepareDemo?: (deps: Deps) => Promise<Demo>;
  /** Opens the store, and returns it with the master keys of its database. */
  open: (options: StoreOptions) => Promise<{
    store: Store;
    masterKeys: readonly [MasterKey, ...MasterKey[]];
  }>;
}

/** A running service. */
export interface Service {
  readonly deps: Deps;
  /** Sends events to webhooks and other receivers. */
  readonly subscriptions: SubscriptionRunner;
  /** The operations of administration. */
  readonly admin: Admin;
  /** null: no migration from Laravel Passport is configured. */
  readonly passport: Passport | null;
  /** The HTTP pipeline of all routes. */
  readonly fetch: (request: Request, env?: object) => Response | Promise<Response>;
  /** The same for the routes of administration alone; null: they have no listener of their own. */
  readonly adminFetch: Service["fetch"] | null;
  /** Makes the response to what is no request that `fetch` could get. */
  readonly unreadable: Unreadable;
  /** Makes `/readyz` 503, as the first step of a stop; everything else goes on. */
  withdraw(): void;
  /** Ends the waiting requests of the revocation feed, and the streams of events, before the listeners close. */
  drain(): void;
  /** Stops the maintenance and closes the store; all requests must have their response. */
  close(): Promise<void>;
}

/**
 * Builds the service and starts its maintenance: change notices, key rotation, the sweep. If the first key maintenance
 * fails, the store is closed again.
 *
 * @throws ConfigError if `messages` has an unknown key, or a page of `docsFolder` cannot be used; MissingDriverError if
 *   Laravel's database needs a driver; what `open` throws
 */
export async function openService(options: ServiceOptions): Promise<Service> {
  const { config, log, tracing = null, clientAddress, readCertificate = null } = options;
  const brand = configuredBrand(config);
  const ownPages = await configuredPages(config, brand, log);
  const authorities = openAuthorities(config, log);
  const metrics = createMetrics();
  /** They wait for events of this process. */
  const waiting: { wake(event: Event): void }[] = [];
  const passport = await openPassport(config);
  const { store, masterKeys } = await options.open({
    onEvent: (event) => {
      reportEvent(event, log, metrics);
      for (const one of waiting) one.wake(event);
      options.onEvent?.(event);
    },
    onBatch: metrics.observeBatch,
    traceBatch: tracing?.batch,
  });
  const keys = new KeyRing(store.keys, masterKeys);
  const { accounts, fetchDocument } = options;
  const given = { accounts, fetchDocument, passport, authorities, failures: store.failures };
  const deps = makeDeps(config, { ...given, store, keys, metrics, tracing, log });
  const closeStore = closing(store);
  const demo = (await options.prepareDemo?.(deps).catch(closeStore)) ?? null;
  const maintenance = new Maintenance(deps, config);
  waiting.push(deps.revocations, deps.streamPolls, maintenance.subscriptions);
  await maintenance.start(passport).catch(closeStore);
  addGauges({ deps, config, maintenance, passport });
  const basePath = new URL(config.issuer).pathname.replace(/\/$/, "");
  const admin = createAdmin({ deps, config, actor: "service" });
  const streams = new EventStreams();
  let stopping = false;
  const common = { basePath, clientAddress, readCertificate, brand, docs: config.docs, streams };
  const app = createApp(deps, {
    ...common,
    lifetimes: lifetimesOf(config),
    passportResponses: config.passportResponses,
    staySignedIn: config.staySignedIn,
    ownPages,
    demo,
    admin: config.admin === "on" ? admin : null,
    isStopping: () => stopping,
  });
  const fromSource = (fetch: Service["fetch"]) =>
    withSource(fetch, { clientAddress, keepsAddresses: config.addressRetention > 0 });
  return {
    deps,
    subscriptions: maintenance.subscriptions,
    admin,
    passport,
    fetch: fromSource(app.fetch),
    adminFetch: hasOwnListener(config) ? fromSource(createAdminApp(deps, { ...common, admin }).fetch) : null,
    unreadable: unreadableResponses(deps, brand),
    withdraw() {
      stopping = true;
    },
    drain() {
      endWaits(deps);
      streams.close();
    },
    async close() {
      endWaits(deps);
      authorities?.close();
      await maintenance.stop();
      await passport?.close();
      await store.close();
    },
  };
}

/** @throws ConfigError if the file cannot be used */
function openAuthorities({ clientCertificateAuthorities: file }: Config, log: Log) {
  if (file === null) return null;
  const make = (pem: string) => new CertificateAuthorities(pem);
  return new WatchedFiles({ files: { clientCertificateAuthorities: file }, make, log });
}

/** Makes the handler of an error at the start. */
function closing(store: Store) {
  return async (error: unknown): Promise<never> => {
    await store.close();
    throw error;
  };
}

function lifetimesOf({ accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow }: Config) {
  return { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow };
}

function hasOwnListener({ admin }: Config): boolean {
  return admin !== null && admin !== "on";
}

/** Ends the requests that wait for an event. */
function endWaits({ revocations, streamPolls }: Deps): void {
  revocations.close();
  streamPolls.close();
}

/** @throws ConfigError if `messages` has a key that the pages do not have */
function configuredBrand(config: Config & { issuer: string }): Brand {
  const unknown = unknownMessageKeys(config.messages).map((key) => `messages: unknown key "${key}"`);
  if (unknown.length > 0) throw new ConfigError(unknown);
  return brandOf({ ...config, providerName: config.providerName ?? new URL(config.issuer).hostname });
}

/** @throws ConfigError if a page of `docsFolder` cannot be used; what merely looks otherwise than it was meant is logged */
async function configuredPages(
  { issuer, docs, docsFolder }: ServiceOptions["config"],
  { languages }: Brand,
  log: Log,
): Promise<DocsFolder["pages"]> {
  if (!docs || docsFolder === null) return [];
  const read = await readDocsFolder(docsFolder, { issuer, languages });
  if ("violations" in read)
    throw new ConfigError(read.violations.map((violation) => `docsFolder: ${violation}`));
  for (const note of read.notes) log.warn({ setting: "docsFolder" }, `docsFolder: ${note}`);
  return read.pages;
}

/**
 * Logs, counts and publishes an event after its commit. The log line has the members of the payload beside the event's
 * own.
 */
function reportEvent(event: Event, log: Log, metrics: Metrics): void {
  const { type } = event;
  metrics.countEvent(type);
  const line = { event: type, ...eventMembers(event) };
  if (events.hasSubscribers) events.publish({ ...line });
  if (isWarning(event)) log.warn(line, type);
  else log.info(line, type);
}
