import { collectDefaultMetrics } from "prom-client";
import type { HostPort } from "../config/values.ts";
import { listen } from "../http/listen.ts";
import type { Listener } from "../http/listen.ts";
import type { Metrics } from "../metrics.ts";
import { listenFault } from "./fault.ts";

/** s: a scraper that takes longer is none. */
const TIMEOUTS = { requestTimeout: 5, headersTimeout: 5 };

/** Serves `GET /metrics`, and nothing else, on an address of its own; the process's own numbers are among them. */
export async function serveMetrics({ registry }: Metrics, address: HostPort): Promise<Listener> {
  const respond = async ({ url, method }: Request): Promise<Response> => {
    if (new URL(url).pathname !== "/metrics") return new Response("not found\n", { status: 404 });
    if (method !== "GET") return new Response("GET only\n", { status: 405, headers: { Allow: "GET" } });
    return new Response(await registry.metrics(), { headers: { "Content-Type": registry.contentType } });
  };
  const listener = await listen(respond, { ...address, ...TIMEOUTS }).catch((error: unknown) => {
    throw listenFault(error, address, "--metrics");
  });
  collectDefaultMetrics({ register: registry });
  return listener;
}
