import { AggregatorRegistry, collectDefaultMetrics } from "prom-client";
import type { Registry } from "prom-client";
import type { HostPort } from "../config/values.ts";
import { listen } from "../http/listen.ts";
import type { Listener } from "../http/listen.ts";
import type { Metrics } from "../metrics.ts";
import { toListenError } from "./cli-error.ts";

/** s: no scraper takes longer. */
const TIMEOUTS = { requestTimeout: 5, headersTimeout: 5 };

/**
 * Serves `GET /metrics`, and nothing else, on an address of its own. The metrics of the process are included.
 *
 * @throws CliError the address cannot be listened on
 */
export async function serveMetrics({ registry }: Metrics, address: HostPort): Promise<Listener> {
  const listener = await servePage(() => registry.metrics(), registry.contentType, address);
  collectProcessMetrics(registry);
  return listener;
}

/**
 * Serves the metrics of all workers on one page, from the primary process.
 *
 * @throws CliError the address cannot be listened on
 */
export async function serveWorkersMetrics(address: HostPort): Promise<Listener> {
  const all = new AggregatorRegistry();
  return servePage(() => all.clusterMetrics(), all.contentType, address);
}

/**
 * In a worker: sends the metrics to the primary process on request. Each series is labelled with the worker's number,
 * which is never reused. A sum over workers would fall when one exits, and Prometheus takes a falling counter for a
 * restart.
 */
export function offerMetrics({ registry }: Metrics, worker: number): void {
  registry.setDefaultLabels({ worker: String(worker) });
  collectProcessMetrics(registry);
  AggregatorRegistry.setRegistries(registry);
  // Registers the listener for the primary process's requests.
  void new AggregatorRegistry();
}

/** Sums of gauges that are there by `type` too. Prometheus reserves `_total` for counters, and its tools refuse them. */
const MISNAMED = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

/** Adds the metrics of the process: memory, CPU, event loop, garbage collection. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}

/** Serves one page. It is plain HTTP, without authentication: the address decides who can read it. */
async function servePage(
  page: () => Promise<string>,
  contentType: string,
  address: HostPort,
): Promise<Listener> {
  const respond = async ({ url, method }: Request): Promise<Response> => {
    if (new URL(url).pathname !== "/metrics") return new Response("not found\n", { status: 404 });
    if (method !== "GET") return new Response("GET only\n", { status: 405, headers: { Allow: "GET" } });
    return new Response(await page(), { headers: { "Content-Type": contentType } });
  };
  return listen({ fetch: respond }, { ...address, ...TIMEOUTS }).catch((error: unknown) => {
    throw toListenError(error, address, "--metrics");
  });
}
