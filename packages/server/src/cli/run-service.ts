import type { Command } from "commander";
import cluster from "node:cluster";
import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import { databaseText } from "../config/database-address.ts";
import { listenerUrl } from "../config/resolve-config.ts";
import type { Config } from "../config/resolve-config.ts";
import { offersCertificates } from "../clients/mutual-tls.ts";
import { certificateReader } from "../http/client-certificate.ts";
import { socketClientAddress, untrustedProxyWarning } from "../http/client-address.ts";
import { listen } from "../http/listen.ts";
import type { Listener, Served } from "../http/listen.ts";
import { openCertificate } from "../http/tls.ts";
import { openService } from "../service.ts";
import type { Service, ServiceOptions } from "../service.ts";
import { findTracing } from "../tracing/find-tracing.ts";
import type { Tracing } from "../tracing/tracing.ts";
import { configOf, toConfigError } from "./command-config.ts";
import { databaseError } from "./database-error.ts";
import { CliError, toListenError, printError } from "./cli-error.ts";
import type { DemoSetup } from "./demo/demo.ts";
import { createLog } from "./log.ts";
import { offerMetrics, serveMetrics } from "./metrics-listener.ts";
import { openConfigured } from "./session.ts";
import { nextSignal } from "./signals.ts";
import { serveByWorkers, reportReady, workerCountOf } from "./workers.ts";

/** How long idle connections stay open after the port has closed, ms: longer than the guide's nginx keeps them. */
const GRACE = 1500;

/**
 * Serves until SIGTERM or SIGINT, then exits. A worker tells the primary process when it is ready.
 *
 * @throws CliError the configuration, the database or the address cannot be used
 */
export async function serve(command: Command, isDemo: boolean): Promise<void> {
  const { config: given, sources } = configOf(command);
  // Whoever tries Regrant tries its console too.
  const config = isDemo && sources.admin === "default" ? { ...given, admin: "on" as const } : given;
  if (isDemo && config.workers !== 1) {
    throw new CliError("--demo cannot run with workers", "leave out --demo or --workers", 2);
  }
  // A demo is read on the terminal, so it logs warnings only, unless a level is set.
  const quiet = isDemo && sources.logLevel === "default";
  const { worker } = cluster;
  const tracing = await findTracing();
  const log = createLog(quiet ? "warn" : config.logLevel, worker?.id, tracing?.logFields);
  const workers = workerCountOf(config);
  if (workers > 1 && worker === undefined) return serveByWorkers(config, workers, log);

  // A terminal and some supervisors signal every process, and the primary process signals too. A worker acts on the
  // first.
  const signal = worker === undefined ? nextSignal() : nextSignal(() => {});
  // A worker that fails must exit: its channel to the primary process would keep it running.
  const demo = isDemo ? new (await import("./demo/demo.ts")).DemoSetup(config) : null;
  const running = await start(config, { log, tracing, demo }).catch((error: unknown) => {
    if (worker !== undefined) process.exit(printError(error));
    throw error;
  });
  const { service, address } = running;
  if (worker === undefined) console.log(`Regrant listens on ${address}`);
  else reportReady(address);
  await demo?.show(service.deps, address);
  const started = { address, issuer: service.deps.issuer, database: databaseText(config.database) };
  log.info({ ...started, traces: tracing !== null }, "listening");

  const received = await signal;
  // Someone waits at the terminal.
  const delay = received === "SIGINT" ? 0 : config.shutdownDelay;
  log.info({ signal: received, delay }, "stopping: requests in flight may finish");
  await running.stop({
    delay,
    grace: received === "SIGINT" ? 0 : GRACE,
    timeout: config.shutdownTimeout,
  });
  await tracing?.flush();
  log.info("stopped");
  // At exit, lines that are being written could come after those that still wait.
  await new Promise<void>((resolve) => log.flush(() => resolve()));
  process.exit(0);
}

/** How the service stops. */
interface StopOptions {
  /** How long it goes on serving while `/readyz` is 503, s. */
  delay: number;
  /** For idle connections after that, ms. */
  grace: number;
  /** For requests in flight after that, s. */
  timeout: number;
}

/** The service while it listens. */
interface Running {
  service: Service;
  /** The URL on which it listens. */
  address: string;
  stop: (options: StopOptions) => Promise<void>;
}

/** What a process has besides its configuration. */
interface Surroundings {
  log: Logger;
  tracing: Tracing | null;
  demo: DemoSetup | null;
}

/** Opens the listeners and the service. If one fails, those that are open are closed. */
async function start(config: Config, surroundings: Surroundings): Promise<Running> {
  const { log, demo } = surroundings;
  // The listener is opened first: the issuer may contain its port. Requests wait until the service is open.
  const opened = Promise.withResolvers<Served>();
  const certificate = certificateOf(config, log);
  const tls = certificate && { certificate, asksClients: config.mtls === "on" };
  const listeners = [await listenOn({ ...config, tls }, opened.promise, "--port")];
  let service: Service | undefined;
  const stop = async ({ delay, ...closing }: StopOptions) => {
    service?.withdraw();
    for (const one of listeners) one.drain();
    await setTimeout(delay * 1000);
    service?.drain();
    await Promise.all(listeners.map((one) => one.close(closing)));
    certificate?.close();
    await service?.close();
  };
  try {
    const address = listenerUrl({ ...config, port: listeners[0]?.port ?? config.port });
    const providerName = config.providerName ?? demo?.providerName ?? null;
    service = await openFor({ ...config, providerName, issuer: config.issuer ?? address }, surroundings);
    const { metrics } = service.deps;
    if (config.metrics && cluster.worker) offerMetrics(metrics, cluster.worker.id);
    else if (config.metrics) listeners.push(await serveMetrics(metrics, config.metrics));
    const { fetch, adminFetch, unreadable } = service;
    if (adminFetch !== null && config.admin !== null && config.admin !== "on") {
      const served = { fetch: adminFetch, unreadable };
      listeners.push(await listenOn({ ...config, ...config.admin, tls }, served, "--admin"));
    }
    const served = { fetch, unreadable, onForwarded: untrustedProxyWarning(config.trustedProxies, log) };
    if (certificate !== null && config.mtls !== null && config.mtls !== "on") {
      const options = { ...config, ...config.mtls, tls: { certificate, asksClients: true } };
      listeners.push(await listenOn(options, served, "REGRANT_MTLS"));
    }
    opened.resolve(served);
    return { service, address, stop };
  } catch (error) {
    await stop({ delay: 0, grace: 0, timeout: 0 });
    throw error;
  }
}

/**
 * Opens the certificate of the service's own listeners.
 *
 * @throws CliError its files cannot be used
 */
function certificateOf(config: Config, log: Logger): ReturnType<typeof openCertificate> {
  try {
    return openCertificate(config, log);
  } catch (error) {
    throw toConfigError(error);
  }
}

/**
 * Listens on an address. All workers of a service listen on the same.
 *
 * @param flag the one that chooses the address
 * @throws CliError
 */
async function listenOn(
  config: Parameters<typeof listen>[1],
  served: Parameters<typeof listen>[0],
  flag: string,
): Promise<Listener> {
  try {
    return await listen(served, config);
  } catch (error) {
    throw toListenError(error, config, flag);
  }
}

/**
 * Opens the service for an issuer.
 *
 * @throws CliError the configuration or the database cannot be used
 */
async function openFor(
  config: ServiceOptions["config"],
  { log, tracing, demo }: Surroundings,
): Promise<Service> {
  try {
    return await openService({
      config,
      log,
      tracing,
      clientAddress: socketClientAddress(config.trustedProxies),
      readCertificate: offersCertificates(config) ? certificateReader(config, log) : null,
      open: (options) => openConfigured(config, options),
      ...(demo && { prepareDemo: (deps) => demo.prepare(deps) }),
    });
  } catch (error) {
    throw databaseError(toConfigError(error), config.database);
  }
}
