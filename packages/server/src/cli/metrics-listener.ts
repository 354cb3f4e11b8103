import { AggregatorRegistry, collectDefaultMetrics } from "prom-client";
import type { HostPort } from "../config/values.ts";
import { listen } from "../http/listen.ts";
import type { Listener } from "../http/listen.ts";
import type { Metrics } from "../metrics.ts";
import { toListenError } from "./cli-error.ts";

/** s: a scraper that takes longer is none. */
const TIMEOUTS = { requestTimeout: 5, headersTimeout: 5 };

/** Serves `GET /metrics`, and nothing else, on an address of its own; the process's own numbers are among them. */
export async function serveMetrics({ registry }: Metrics, address: HostPort): Promise<Listener> {
  const listener = await servePage(() => registry.metrics(), registry.contentType, address);
  collectDefaultMetrics({ register: registry });
  return listener;
}

/** The same in the primary process: the metrics of all workers on one page. */
export async function serveWorkersMetrics(address: HostPort): Promise<Listener> {
  const all = new AggregatorRegistry();
  return servePage(() => all.clusterMetrics(), all.contentType, address);
}

/**
 * In a worker: answers the primary process when it asks for the metrics. Each worker's series carry its number, which
 * no later one has: a sum over workers would fall when one ends, and falling counters read as a new start of all.
 */
export function offerMetrics({ registry }: Metrics, worker: number): void {
  registry.setDefaultLabels({ worker: String(worker) });
  collectDefaultMetrics({ register: registry });
  AggregatorRegistry.setRegistries(registry);
  // It listens for the question.
  void new AggregatorRegistry();
}

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
  return listen(respond, { ...address, ...TIMEOUTS }).catch((error: unknown) => {
    throw toListenError(error, address, "--metrics");
  });
}
