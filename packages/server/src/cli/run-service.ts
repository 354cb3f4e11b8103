import type { Command } from "commander";
import cluster from "node:cluster";
import type { Logger } from "pino";
import { databaseText } from "../config/database-address.ts";
import { hostPortText } from "../config/values.ts";
import type { Config } from "../config/resolve-config.ts";
import { clientAddressResolver } from "../http/client-address.ts";
import { listen, peerAddress } from "../http/listen.ts";
import type { Listener } from "../http/listen.ts";
import { openService } from "../service.ts";
import type { Service } from "../service.ts";
import { databaseError } from "./database-error.ts";
import { CliError, toListenError, printError } from "./cli-error.ts";
import { createLog } from "./log.ts";
import { offerMetrics, serveMetrics } from "./metrics-listener.ts";
import { configOf, openConfigured, toConfigError } from "./session.ts";
import { nextSignal } from "./signals.ts";
import { serveByWorkers, reportReady, workerCountOf } from "./workers.ts";

/**
 * Serves until SIGTERM or SIGINT, then exits. A worker tells the primary process when it is ready.
 *
 * @throws CliError the configuration, the database or the address cannot be used
 */
export async function serve(command: Command, demo: boolean): Promise<void> {
  const { config, sources } = configOf(command);
  if (demo && config.workers !== 1) {
    throw new CliError("--demo cannot run with workers", "leave out --demo or --workers", 2);
  }
  // A demo is read on the terminal, so it logs warnings only, unless a level is set.
  const quiet = demo && sources.logLevel === "default";
  const { worker } = cluster;
  const log = createLog(quiet ? "warn" : config.logLevel, worker?.id);
  const workers = workerCountOf(config);
  if (workers > 1 && worker === undefined) return serveByWorkers(config, workers, log);

  // A terminal and some supervisors signal every process, and the primary process signals too. A worker acts on the
  // first.
  const signal = worker === undefined ? nextSignal() : nextSignal(() => {});
  // A worker that fails must exit: its channel to the primary process would keep it running.
  const running = await start(config, log).catch((error: unknown) => {
    if (worker !== undefined) process.exit(printError(error));
    throw error;
  });
  const { service, address } = running;
  if (worker === undefined) console.log(`Regrant listens on ${address}`);
  else reportReady(address);
  if (demo) await (await import("./demo.ts")).showDemo(service.deps, config, address);
  log.info({ address, issuer: service.deps.issuer, database: databaseText(config.database) }, "listening");

  log.info({ signal: await signal }, "stopping: requests in flight may finish");
  await running.stop(config.shutdownTimeout);
  log.info("stopped");
  process.exit(0);
}

/** The service while it listens. */
interface Running {
  service: Service;
  /** The URL on which it listens. */
  address: string;
  /** Stops it; requests in flight have `timeout` s to finish. */
  stop: (timeout: number) => Promise<void>;
}

/** Opens the listeners and the service. If one fails, those that are open are closed. */
async function start(config: Config, log: Logger): Promise<Running> {
  // The listener is opened first: the issuer may contain its port. Requests wait until the service is open.
  const opened = Promise.withResolvers<Service["fetch"]>();
  const listeners = [await listenOn(config, opened.promise)];
  let service: Service | undefined;
  const stop = async (timeout: number) => {
    service?.drain();
    await Promise.all(listeners.map((one) => one.close(timeout)));
    await service?.close();
  };
  try {
    const address = `http://${hostPortText({ host: config.host, port: listeners[0]?.port ?? config.port })}`;
    service = await openFor(config, config.issuer ?? address, log);
    const { metrics } = service.deps;
    if (config.metrics && cluster.worker) offerMetrics(metrics, cluster.worker.id);
    else if (config.metrics) listeners.push(await serveMetrics(metrics, config.metrics));
    opened.resolve(service.fetch);
    return { service, address, stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
}

/**
 * Listens on the configured address.
 *
 * @throws CliError
 */
async function listenOn(config: Config, fetch: Parameters<typeof listen>[0]): Promise<Listener> {
  try {
    return await listen(fetch, config);
  } catch (error) {
    throw toListenError(error, config, "--port");
  }
}

/**
 * Opens the service for an issuer.
 *
 * @throws CliError the configuration or the database cannot be used
 */
async function openFor(config: Config, issuer: string, log: Logger): Promise<Service> {
  const addressOf = clientAddressResolver(config.trustedProxies);
  try {
    return await openService({
      config: { ...config, issuer },
      log,
      clientAddress: (request, env) => addressOf(peerAddress(env), request.headers.get("x-forwarded-for")),
      open: (options) => openConfigured(config, options),
    });
  } catch (error) {
    throw databaseError(toConfigError(error), config.database);
  }
}
