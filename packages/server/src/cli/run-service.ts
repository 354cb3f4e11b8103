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
import { serveByWorkers, tellReady, workerCountOf } from "./workers.ts";

/** Serves until SIGTERM or SIGINT, then ends the process. A worker tells the primary process that it serves. */
export async function serve(command: Command, demo: boolean): Promise<void> {
  const { config, sources } = configOf(command);
  if (demo && config.workers !== 1) {
    throw new CliError("--demo cannot run with workers", "leave out --demo or --workers", 2);
  }
  // A demo is read on the terminal: no log unless one is asked for.
  const quiet = demo && sources.logLevel === "default";
  const { worker } = cluster;
  const log = createLog(quiet ? "warn" : config.logLevel, worker?.id);
  const workers = workerCountOf(config);
  if (workers > 1 && worker === undefined) return serveByWorkers(config, workers, log);

  // A terminal and some supervisors signal every process, and the primary one passes it on: a worker heeds the first.
  const signal = worker === undefined ? nextSignal() : nextSignal(() => {});
  const running = await start(config, log).catch((error: unknown) => {
    // The channel to the primary process would keep a worker running.
    if (worker !== undefined) process.exit(printError(error));
    throw error;
  });
  const { service, address } = running;
  if (worker === undefined) console.log(`Regrant listens on ${address}`);
  else tellReady(address);
  if (demo) await (await import("./demo.ts")).showDemo(service.deps, config, address);
  log.info({ address, issuer: service.deps.issuer, database: databaseText(config.database) }, "listening");

  log.info({ signal: await signal }, "stopping: requests in flight may finish");
  await running.stop(config.shutdownTimeout);
  log.info("stopped");
  process.exit(0);
}

interface Running {
  service: Service;
  /** The URL that it listens on. */
  address: string;
  /** Requests in flight may finish for `timeout` s. */
  stop: (timeout: number) => Promise<void>;
}

async function start(config: Config, log: Logger): Promise<Running> {
  // The port comes first: it may be part of the issuer. What arrives before the service is open waits for it.
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

async function listenOn(config: Config, fetch: Parameters<typeof listen>[0]): Promise<Listener> {
  try {
    return await listen(fetch, config);
  } catch (error) {
    throw toListenError(error, config, "--port");
  }
}

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
